// Wrap-up: what came of it (by typing, or 1–9), whether the interaction stays open, a summary; then it is filed. At the
// end of the time the hub files "No disposition" and keeps the text.
import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { icon } from "../icons.js";
import { duration, t } from "../words.js";
import { now } from "../clock.js";
import { caps } from "./caps.js";
import { Part } from "./part.js";

const KEYS = 9;

class WrapUp extends Part {
  static properties = { contact: { attribute: false }, filter: { state: true }, busy: { state: true }, asked: { state: true } };
  #shown = null;

  willUpdate() {
    if (this.#shown === this.contact) return;
    this.#shown = this.contact;
    this.filter = "";
    this.busy = this.asked = false;
  }

  get choices() {
    const { queue } = this.desk.contact(this.contact) ?? {};
    const all = (this.desk.state.rules?.dispositions ?? this.desk.state.dispositions ?? []).filter((one) => !one.queues?.length || one.queues.includes(queue?.id));
    const wanted = (this.filter ?? "").trim().toLocaleLowerCase();
    return wanted ? all.filter((one) => one.name.toLocaleLowerCase().includes(wanted)) : all;
  }

  get about() {
    return this.contact;
  }

  render() {
    const contact = this.desk.contact(this.contact);
    if (!contact) return nothing;
    const draft = this.desk.drafts.of(this.contact);
    const off = !this.desk.line || this.busy;
    return html`<div class="wrap" @keydown=${this.#key}><div class="wrap-in">
      <div class="wrap-two"><section class="card wrap-choice" aria-labelledby="disposition-head">
          <div class="card-head"><h2 id="disposition-head">${t("Disposition")}</h2><span class="meta ${this.asked ? "is-bad" : ""}">${this.asked ? t("Choose one to finish") : t("needed")}</span></div>
          <label class="box">${icon("search")}<input type="search" id="disposition-filter" .value=${live(this.filter)} @input=${this.#type} placeholder=${t("Type, or press 1 to 9")} aria-label=${t("Find a disposition")} aria-controls="dispositions" autocomplete="off"></label>
          <div role="radiogroup" id="dispositions" aria-labelledby="disposition-head">${this.choices.map((one, place) => this.#choice(one, place, draft.disposition === one.id))}
            ${this.choices.length ? nothing : html`<p class="meta wrap-none">${t("No disposition has these letters.")}</p>`}</div></section>
        <div class="wrap-side"><section class="card wrap-next"><h2>${t("Next")}</h2>
            <label class="check"><input type="checkbox" .checked=${live(draft.keepOpen)} @change=${({ target }) => this.#keep({ keepOpen: target.checked })}><span>${t("Keep the interaction open")}</span></label></section>
          <section class="card wrap-facts"><h2>${t("This contact")}</h2><dl>${facts(contact, this.desk).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section></div></div>
      <label class="wrap-note"><span class="label">${t("Summary for the history")}</span>
        <textarea class="field" id="summary" rows="3" dir="auto" .value=${live(draft.summary)} @input=${({ target }) => this.#keep({ summary: target.value })}></textarea></label>
      <div class="wrap-foot"><button type="button" class="btn primary large" data-act="finish" ?disabled=${off} @click=${() => this.finish()}>${this.busy ? t("Finishing…") : t("Finish, take the next")}${caps("Ctrl Enter")}</button>
        <button type="button" class="btn large" ?disabled=${off} @click=${() => this.#thenAway()}>${t("Finish, then away…")}</button>
        <p class="meta"><span>${t("At 0:00: “No disposition”.")}</span> <span>${t("Your text is kept.")}</span></p></div></div></div>`;
  }

  #choice(one, place, on) {
    return html`<button type="button" role="radio" class="radio ${on ? "is-on" : ""}" aria-checked=${on} tabindex=${on || place === 0 ? 0 : -1} @click=${() => this.#keep({ disposition: one.id })}>
      <i></i><span lang="">${one.name}</span>${place < KEYS ? html`<kbd>${place + 1}</kbd>` : nothing}</button>`;
  }

  #keep(values) {
    this.desk.drafts.change(this.contact, values);
    if (values.disposition) this.asked = false;
    this.requestUpdate();
  }

  #type = ({ target }) => {
    this.filter = target.value;
    if (this.choices.length === 1) this.#keep({ disposition: this.choices[0].id });
  };

  #key = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const field = event.target.id === "disposition-filter";
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      this.finish();
    } else if (field && /^Digit[1-9]$|^Numpad[1-9]$/.test(event.code) && !event.target.value && !event.ctrlKey) {
      event.preventDefault();
      this.pick(Number(event.code.at(-1)));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#arrow(event, field);
    else if (field && event.key === "Enter" && this.choices.length) {
      event.preventDefault();
      this.#keep({ disposition: this.choices[0].id });
    }
  };

  #arrow(event, field) {
    const rows = [...this.querySelectorAll('[role="radio"]')];
    const at = rows.indexOf(event.target);
    if (!rows.length || (!field && at < 0)) return;
    event.preventDefault();
    const next = rows[(at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length];
    next.focus();
    next.click();
  }

  /** The nth disposition of those shown. */
  pick(number) {
    const one = this.choices[number - 1];
    if (one) this.#keep({ disposition: one.id });
  }

  async finish({ then } = {}) {
    const { contact } = this;
    const draft = this.desk.drafts.of(contact);
    if (this.busy) return;
    if (!draft.disposition) {
      this.asked = true;
      this.querySelector("#disposition-filter").focus();
      return;
    }
    this.busy = true;
    const done = await this.desk.act("contact.finish", { contact, disposition: draft.disposition, keep_open: draft.keepOpen, note: draft.summary.trim() });
    this.busy = false;
    if (done) then?.();
  }

  #thenAway() {
    this.finish({ then: () => this.dispatchEvent(new CustomEvent("hub-act", { bubbles: true, detail: "away" })) });
  }

  focusFirst() {
    this.querySelector("#disposition-filter")?.focus();
  }
}

function facts(contact, desk) {
  const waited = contact.accepted_at ? duration(contact.accepted_at - contact.entered_at) : "–";
  const ended = desk.messages(contact.id).findLast((message) => message.kind === "event" && message.event === "ended");
  const words = desk.messages(contact.id).filter((message) => message.kind === "message" && message.at >= contact.entered_at);
  const more = desk.messages(contact.id)[0]?.at > contact.entered_at ? "+" : "";
  return [
    [t("Waited"), waited],
    [t("Talked"), duration((ended?.at ?? now()) - (contact.accepted_at ?? now()))],
    [t("Messages in, out"), `${words.filter((one) => one.direction === "in").length}${more}, ${words.filter((one) => one.direction === "out").length}${more}`],
  ];
}

customElements.define("hub-wrap-up", WrapUp);
