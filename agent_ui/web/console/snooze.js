// When a contact comes back: four times that are near, or one of your own, and a note for then. The same dialog puts a
// snoozed interaction off once more.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { now } from "../clock.js";
import { t } from "../words.js";
import { veil } from "./dialogs.js";
import { Part } from "./part.js";
import { nameOf } from "./terms.js";
import { times, when } from "./times.js";

const HOUR = 3600_000;
const LEAST_MS = 60_000;

class Snooze extends Part {
  static properties = { about: { state: true }, at: { state: true }, own: { state: true }, note: { state: true }, trouble: { state: true }, busy: { state: true } };

  /** `{contact}` snoozes it; `{snoozed}` gives another time to one that sleeps. */
  async open(about) {
    Object.assign(this, { about, times: times(now()), at: 0, own: local(now() + 24 * HOUR), note: about.snoozed?.note ?? "", trouble: "", busy: false });
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    this.querySelector('[role="radio"]').focus();
  }

  get until() {
    return this.times[this.at]?.at ?? new Date(this.own).getTime();
  }

  render() {
    if (!this.about) return nothing;
    const who = nameOf(this.about.contact ?? this.about.snoozed);
    return html`<dialog class="dialog snooze" aria-labelledby="snooze-head" @close=${() => (this.about = null)} @click=${veil}><form @submit=${this.#send}>
      <div class="dialog-head"><h2 id="snooze-head" lang="">${t("Snooze {customer}", { customer: who })}</h2><button type="button" class="cap" aria-label=${t("Close")} @click=${this.#close}><kbd>Esc</kbd></button></div>
      <p class="dialog-note meta">${t("It comes back to you then, or when the customer writes.")}</p>
      <div role="radiogroup" aria-labelledby="snooze-head" class="snooze-times" @keydown=${this.#key}>${[...this.times, { words: t("At another time"), own: true }].map((one, place) => this.#choice(one, place))}</div>
      ${this.at === this.times.length ? html`<label class="snooze-own"><span class="label">${t("Day and time")}</span><input class="field" type="datetime-local" min=${local(now() + LEAST_MS)} .value=${this.own} @input=${({ target }) => (this.own = target.value)} required></label>` : nothing}
      <div class="dialog-foot"><label><span class="label">${t("Note for then")}</span><input class="field" dir="auto" maxlength="500" .value=${this.note} @input=${({ target }) => (this.note = target.value)}></label>
        ${this.trouble ? html`<p class="is-bad" role="alert">${this.trouble}</p>` : nothing}
        <div class="dialog-acts"><button class="btn primary" ?disabled=${this.busy || !this.desk.line}>${icon("moon")}${t("Snooze")}</button><button type="button" class="btn" @click=${this.#close}>${t("Cancel")}</button></div></div></form></dialog>`;
  }

  #choice(one, place) {
    const on = place === this.at;
    return html`<button type="button" role="radio" class="radio ${on ? "is-on" : ""}" aria-checked=${on} tabindex=${on ? 0 : -1} @click=${() => (this.at = place)} @dblclick=${this.#send}><i></i><span>${one.words}</span>${one.at ? html`<span class="meta num">${when(one.at)}</span>` : nothing}</button>`;
  }

  #key = (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter") return this.#send(event);
    if (!step) return;
    event.preventDefault();
    const count = this.times.length + 1;
    this.at = (this.at + step + count) % count;
    this.updateComplete.then(() => this.querySelector('[aria-checked="true"]').focus());
  };

  #send = async (event) => {
    event.preventDefault();
    const { until, about, desk } = this;
    if (this.busy) return;
    if (!(until >= now() + LEAST_MS)) {
      this.trouble = t("This time is over. Choose one that is still to come.");
      return;
    }
    this.busy = true;
    const note = this.note.trim();
    try {
      if (about.contact) await desk.command("contact.snooze", { contact: about.contact.id, until, note });
      else await desk.command("interaction.reschedule", { interaction: about.snoozed.interaction, until, note });
      this.#close();
      this.#undo(about);
    } catch (problem) {
      this.trouble = problem.detail || problem.title || t("That did not work. Try again.");
    }
    this.busy = false;
  };

  #undo({ contact, snoozed }) {
    const { desk } = this;
    if (contact) return desk.undo.offer({ what: "snoozed", name: nameOf(contact), back: () => desk.wake({ interaction: contact.interaction }) });
    const { interaction, due_at: until, note } = snoozed;
    desk.undo.offer({ what: "later", name: nameOf(snoozed), back: () => desk.act("interaction.reschedule", { interaction, until, note: note ?? "" }) });
  }

  #close = () => this.querySelector("dialog")?.close();
}

/** As a field of this kind takes it: the viewer's own zone. */
function local(at) {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

customElements.define("hub-snooze", Snooze);
