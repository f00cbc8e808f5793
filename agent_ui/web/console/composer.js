// Where the agent writes: SMS or note (yellow ground, so that the two are never confused). Ctrl+Enter sends; nothing is
// sent while an input method is composing. The draft belongs to the contact.
import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { n, number, t } from "../words.js";
import { Part } from "./part.js";
import { measure } from "./sms.js";
import { channelName } from "./terms.js";

class Composer extends Part {
  static properties = { contact: { attribute: false } };
  #composing = false;
  #writing = false;

  get draft() {
    return this.desk.drafts.of(this.contact);
  }

  get blocked() {
    return this.desk.pop(this.contact)?.composer.blocked ?? null;
  }

  render() {
    const { mode, message, note } = this.draft;
    const noting = mode === "note";
    const text = noting ? note : message;
    const blocked = !noting && this.blocked;
    const contact = this.desk.contact(this.contact);
    const room = this.desk.pop(this.contact)?.composer;
    const over = !noting && room?.max_text && text.length > room.max_text;
    return html`<div class="composer"><div class="pad ${noting ? "is-note" : ""}">
      <div class="pad-head"><div role="tablist" aria-label=${t("What you write")} class="modes" @keydown=${this.#tabs}>
          ${this.#tab("message", channelName(contact?.channel ?? "sms"), !noting)}${this.#tab("note", t("Note"), noting)}</div>
        <p class="pad-count" id="composer-count" aria-live="off">${this.#count(noting, text, room)}</p></div>
      ${blocked ? html`<p class="pad-blocked" id="composer-blocked">${blockedWords(blocked)}</p>`
        : html`<textarea rows="2" id="composer-text" dir="auto" aria-label=${noting ? t("Note") : t("Reply")} aria-describedby="composer-count" placeholder=${noting ? t("Only agents see this") : ""}
            .value=${live(text)} @input=${this.#input} @keydown=${this.#key} @compositionstart=${() => (this.#composing = true)} @compositionend=${() => (this.#composing = false)}></textarea>`}
      <div class="pad-foot"><span class="meta">${this.#hint(noting, text)}</span><span class="grow"></span>
        <span class="meta pad-newline">${"↵"} ${t("new line")}</span>
        <button type="button" class="btn small primary" data-act="send" ?disabled=${Boolean(blocked) || !text.trim() || over} @click=${this.send}>${noting ? t("Save note") : t("Send SMS")}<kbd>Ctrl ↵</kbd></button></div>
    </div></div>`;
  }

  #tab(mode, words, on) {
    return html`<button type="button" role="tab" aria-selected=${on} tabindex=${on ? 0 : -1} @click=${() => this.turn(mode)}>${words}</button>`;
  }

  #count(noting, text, room) {
    if (!this.desk.line) return t("Kept in this tab until the hub is back");
    if (noting) return t("The customer does not see this");
    if (room && !room.counts_parts) return t("{used} of {room}", { used: number(text.length), room: number(room.max_text) });
    const { used, room: most, parts } = measure(text);
    if (room?.max_text && text.length > room.max_text) return html`<span class="is-bad">${t("Too long: {used} of {room}", { used: number(text.length), room: number(room.max_text) })}</span>`;
    return html`<span>${t("{used} of {room}", { used: number(used), room: number(most) })} · ${n("{count} part", "{count} parts", parts)}</span>`;
  }

  /** The character that makes each part hold 70 instead of 160, by name of itself. */
  #hint(noting, text) {
    if (noting || !text || !this.desk.pop(this.contact)?.composer.counts_parts) return nothing;
    const { unicode, offender } = measure(text);
    if (!unicode) return nothing;
    return html`<span lang="">${t("“{character}” is not in the SMS alphabet: 70 characters a part", { character: offender })}</span>`;
  }

  #input = ({ target }) => {
    this.desk.drafts.change(this.contact, { [this.draft.mode]: target.value });
    this.#grow(target);
    this.requestUpdate();
    this.desk.changed();
  };

  #key = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.isComposing && !this.#composing && event.keyCode !== 229) this.send();
  };

  #tabs = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    this.turn(this.draft.mode === "note" ? "message" : "note", { stay: true });
  };

  /** Turns to SMS or note, and goes there. */
  async turn(mode, { stay = false } = {}) {
    this.desk.drafts.change(this.contact, { mode });
    this.requestUpdate();
    await this.updateComplete;
    if (stay) this.querySelector('[role="tab"][aria-selected="true"]').focus();
    else this.focusText();
  }

  focusText() {
    const field = this.querySelector("textarea");
    if (!field) return this.querySelector('[role="tab"]')?.focus();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  send = () => {
    const { mode } = this.draft;
    const text = this.draft[mode].trim();
    const room = this.desk.pop(this.contact)?.composer;
    if (!text || (mode === "message" && (this.blocked || (room?.max_text && text.length > room.max_text)))) return;
    this.desk.write(this.contact, mode, text);
    this.desk.drafts.change(this.contact, { [mode]: "" });
    this.requestUpdate();
    this.focusText();
  };

  #grow(field) {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 168)}px`;
  }

  willUpdate() {
    this.#writing = this.contains(document.activeElement) && document.activeElement.id === "composer-text";
  }

  updated() {
    super.updated();
    const field = this.querySelector("textarea");
    if (field) this.#grow(field);
    // The field went away under the agent's hands (the customer opted out): the tabs are what is left to go on from.
    else if (this.#writing) this.querySelector('[role="tab"][aria-selected="true"]').focus();
  }
}

function blockedWords(reason) {
  if (reason === "opted_out") return t("The customer opted out of SMS. Only the customer can allow it again, by writing START. Notes can still be written.");
  return t("Nothing can be sent here: {reason}", { reason });
}

customElements.define("hub-composer", Composer);
