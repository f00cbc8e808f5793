// Where the agent writes: a reply or a note (yellow ground, so that the two are never confused). Nothing is sent while an
// input method is composing. The draft belongs to the contact; files and saved replies come from their own parts.
import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { announce } from "../announce.js";
import { icon } from "../icons.js";
import { sendKey } from "../settings.js";
import { t } from "../words.js";
import { caps, cap } from "./caps.js";
import { mentionsIn, offered, withPerson } from "./composing.js";
import { Part } from "./part.js";
import { fillReply, repliesFor } from "./saved.js";
import { blockedWords, countOf, hintOf } from "./room.js";
import { channelName, nameOf } from "./terms.js";
import { tray } from "./tray.js";
import "./picker.js";

const CHIPS = 3;

class Composer extends Part {
  static properties = { contact: { attribute: false }, list: { state: true }, over: { state: true } };
  #composing = false;
  #writing = false;
  #shown = null;
  #grown = "";
  #measured = null;
  #width = 0;
  #widths = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === this.#width) return;
    this.#width = contentRect.width;
    this.#grow(this.#measured);
  });
  /** Where the list of replies was opened by hand; what is typed from there on looks for one. */
  #asked = null;

  constructor() {
    super();
    this.list = null;
  }

  get draft() {
    return this.desk.drafts.of(this.contact);
  }

  get room() {
    return this.desk.pop(this.contact)?.composer;
  }

  get noting() {
    return this.draft.mode === "note";
  }

  get replies() {
    const contact = this.desk.contact(this.contact);
    return contact ? repliesFor(this.desk.state.rules, contact) : [];
  }

  get people() {
    return (this.desk.state.rules?.people ?? []).filter(({ id }) => id !== this.desk.me?.id);
  }

  /** Does Enter alone send here? */
  get byEnter() {
    const channel = this.desk.contact(this.contact)?.channel;
    return sendKey(this.noting ? "note" : channel) === "enter";
  }

  get about() {
    return this.contact;
  }

  render() {
    const { draft, noting, room, desk, contact } = this;
    const text = noting ? draft.note : draft.message;
    const blocked = !noting && room?.blocked;
    const { channel } = desk.contact(contact) ?? {};
    return html`<div class="composer" @dragenter=${this.#drag} @dragover=${this.#drag} @dragleave=${this.#dragOff} @drop=${this.#drop}>
      <hub-picker class="composer-pick" .items=${this.list?.items ?? null} .label=${this.list?.kind === "person" ? t("People") : t("Saved replies")} @chosen=${this.#chosen} @closed=${this.#shut} @moved=${() => this.requestUpdate()}></hub-picker>
      ${noting || blocked ? nothing : this.#chips(text)}
      <div class="pad ${noting ? "is-note" : ""} ${this.over ? "is-over" : ""}">
      <div class="pad-head"><div role="tablist" aria-label=${t("What you write")} class="modes" @keydown=${this.#tabs}>
          ${this.#tab("message", channel === "sms" || channel === "email" ? channelName(channel) : t("Reply"), !noting)}${this.#tab("note", t("Note"), noting)}</div>
        <p class="pad-count" id="composer-count" aria-live="off">${countOf({ desk, contact, noting, text, room })}</p></div>
      ${blocked ? html`<p class="pad-blocked" id="composer-blocked">${blockedWords(blocked)}</p>` : this.#field(text, noting)}
      ${noting ? nothing : tray(desk.uploads, contact)}
      ${this.#newer(noting)}
      <div class="pad-foot">${this.#tools(noting, blocked)}<span class="meta el">${hintOf({ noting, text, room })}</span><span class="grow"></span>
        <span class="meta pad-newline">${this.byEnter ? html`${cap("⇧")}${cap("Enter")}` : cap("Enter")} ${t("new line")}</span>
        <button type="button" class="btn small primary" data-act="send" ?disabled=${Boolean(blocked) || !this.#may(text)} @click=${this.send}>${noting ? t("Save note") : channel === "sms" ? t("Send SMS") : t("Send")}${caps(this.byEnter ? "Enter" : "Ctrl Enter")}</button></div>
    </div></div>`;
  }

  #field(text, noting) {
    const open = this.list !== null;
    const at = open ? (this.querySelector("hub-picker")?.at ?? 0) : 0;
    return html`<textarea rows="2" id="composer-text" dir="auto" aria-label=${noting ? t("Note") : t("Reply")} aria-describedby="composer-count" placeholder=${noting ? t("Only agents see this") : ""}
      aria-autocomplete="list" aria-controls=${open ? "picker-list" : nothing} aria-activedescendant=${open ? `pick-${at}` : nothing}
      .value=${live(text)} @input=${this.#input} @keydown=${this.#key} @paste=${this.#paste} @blur=${this.#left} @compositionstart=${() => (this.#composing = true)} @compositionend=${() => (this.#composing = false)}></textarea>`;
  }

  #tab(mode, words, on) {
    return html`<button type="button" role="tab" aria-selected=${on} tabindex=${on ? 0 : -1} @click=${() => this.turn(mode)}>${words}</button>`;
  }

  /** The three best saved replies, while nothing is written yet or as long as they fit one line. */
  #chips(text) {
    const chips = this.replies.slice(0, CHIPS);
    if (!chips.length) return nothing;
    return html`<div class="suggest" role="group" aria-label=${t("Saved replies")} ?data-quiet=${Boolean(text)}>${chips.map((reply, place) => html`<button type="button" class="chip" title=${reply.text} @click=${() => this.insert(reply)}>${place ? nothing : icon("list")}<span class="el" lang=${reply.language ?? ""}>${reply.name}</span></button>`)}</div>`;
  }

  #tools(noting, blocked) {
    if (noting || blocked) return nothing;
    const files = this.room?.media_out;
    return html`${files ? html`<button type="button" class="tool" data-act="attach" aria-label=${t("Attach a file")} title=${t("Attach a file")} @click=${() => this.attach()}>${icon("clip")}</button>` : nothing}
      ${this.replies.length ? html`<button type="button" class="tool" aria-label=${t("Saved replies")} title=${t("Saved replies")} @click=${() => this.openReplies()}>${icon("list")}</button>` : nothing}
      ${files ? html`<button type="button" class="tool" aria-label=${t("Attach a picture")} title=${t("Attach a picture")} @click=${() => this.attach("image/png,image/jpeg,image/gif,image/webp")}>${icon("image")}</button>
        <input type="file" class="visually-hidden" tabindex="-1" multiple aria-hidden="true" @change=${this.#picked}>` : nothing}`;
  }

  /** Another device has a newer text, and somebody is in this field: nothing is put over what he sees. */
  #newer(noting) {
    const mode = noting ? "note" : "message";
    const text = this.desk.drafts.newer(this.contact, mode);
    if (text === null) return nothing;
    return html`<p class="pad-newer"><span class="el">${t("Newer on another device: {text}", { text })}</span><button type="button" class="btn small" @click=${() => this.desk.drafts.takeNewer(this.contact, mode)}>${t("Take it")}</button></p>`;
  }

  // ---- typing ---------------------------------------------------------------------------------------------------------
  #input = ({ target }) => {
    const { mode } = this.draft;
    this.desk.drafts.change(this.contact, { [mode]: target.value });
    if (mode === "message" && target.value.trim() && this.room?.typing) this.desk.signals.write(this.contact, this.desk.contact(this.contact)?.customer.id);
    else if (!target.value) this.desk.signals.rest();
    this.#look(target);
    this.#grow(target);
    this.requestUpdate();
  };

  #look(field) {
    this.list = offered(field.value, field.selectionStart, { noting: this.noting, replies: this.replies, people: this.people, asked: this.#asked });
    if (this.list?.kind !== "asked") this.#asked = null;
  }

  #shut = () => {
    this.list = this.#asked = null;
  };

  #key = (event) => {
    if (event.isComposing || this.#composing || event.keyCode === 229) return;
    if (this.querySelector("hub-picker").key(event)) return;
    const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
    if (key !== "Enter" || altKey || shiftKey) return;
    if (!ctrlKey && !metaKey && !this.byEnter) return;
    event.preventDefault();
    event.stopPropagation();
    this.send();
  };

  #left = () => {
    this.#shut();
    this.desk.signals.rest();
  };

  #tabs = (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    this.turn(this.noting ? "message" : "note", { stay: true });
  };

  #chosen = ({ detail }) => {
    if (this.list?.kind !== "person") return this.insert(detail);
    const field = this.querySelector("textarea");
    const { text, caret } = withPerson(field.value, field.selectionStart, detail.name);
    this.#put(text, caret);
  };

  /** A saved reply, in place of the letters that looked for it, else where the caret is. */
  insert(reply) {
    const { list, desk } = this;
    const contact = desk.contact(this.contact);
    const words = fillReply(reply.text, { customer: contact?.customer.name, agent: desk.me?.name, company: desk.state.rules?.company?.name });
    const field = this.querySelector("textarea");
    const old = this.draft.message;
    const [from, to] = list?.kind === "reply" ? [0, old.length] : list ? [this.#asked ?? old.length, field.selectionStart] : field ? [field.selectionStart, field.selectionEnd] : [old.length, old.length];
    this.#put(old.slice(0, from) + words + old.slice(to), from + words.length);
    announce(t("“{name}” is in the text.", { name: reply.name }));
  }

  async #put(text, caret) {
    this.#shut();
    this.desk.drafts.change(this.contact, { [this.draft.mode]: text });
    this.requestUpdate();
    await this.updateComplete;
    const field = this.querySelector("textarea");
    field?.focus();
    field?.setSelectionRange(caret, caret);
  }

  // ---- what the actions do ----------------------------------------------------------------------------------------------
  /** Turns to reply or note, and goes there. */
  async turn(mode, { stay = false } = {}) {
    this.#shut();
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

  async openReplies() {
    if (this.noting) await this.turn("message");
    this.focusText();
    const field = this.querySelector("textarea");
    if (!field || !this.replies.length) return;
    this.#asked = field.value.length;
    this.#look(field);
  }

  attach(accept = "") {
    const field = this.querySelector("input[type=file]");
    if (!field) return;
    field.accept = accept;
    field.click();
  }

  #picked = ({ target }) => {
    this.#add(target.files);
    target.value = "";
    this.focusText();
  };

  #add(files) {
    if (files.length && !this.noting && this.desk.mayAttach(this.contact)) this.desk.uploads.add(this.contact, [...files]);
  }

  #paste = (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // A spreadsheet copies a picture of its cells together with their text: the text is meant.
    if (!files.length || event.clipboardData.types.includes("text/plain") || !this.desk.mayAttach(this.contact)) return;
    event.preventDefault();
    this.#add(files);
  };

  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = this.desk.mayAttach(this.contact) && !this.noting;
    event.dataTransfer.dropEffect = this.over ? "copy" : "none";
  };

  #dragOff = ({ relatedTarget }) => {
    if (!this.contains(relatedTarget)) this.over = false;
  };

  #drop = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.over = false;
    this.#add(event.dataTransfer.files);
  };

  #may(text) {
    const { room, noting } = this;
    if (noting) return Boolean(text.trim());
    const { uploads } = this.desk;
    if (uploads.busy(this.contact) || (room?.max_text && text.length > room.max_text)) return false;
    return Boolean(text.trim()) || uploads.ready(this.contact).length > 0;
  }

  send = () => {
    const { mode } = this.draft;
    const { noting, contact, desk } = this;
    const text = this.draft[mode].trim();
    if (!this.#may(text) || (!noting && this.room?.blocked)) return;
    desk.write(contact, mode, text, noting ? { mentions: mentionsIn(text, this.people) } : { files: desk.uploads.ready(contact) });
    desk.drafts.change(contact, { [mode]: "" });
    desk.signals.rest();
    this.#shut();
    this.requestUpdate();
    this.focusText();
  };

  // ---- drawing ----------------------------------------------------------------------------------------------------------
  /** As high as its text, at most seven lines. It is measured only when text or width are new: measuring lays out the page. */
  #grow(field) {
    const seen = `${this.contact}/${this.draft.mode}/${this.#width}/${field.value}`;
    if (seen === this.#grown && field === this.#measured) return;
    this.#grown = seen;
    if (field !== this.#measured) this.#watch(field);
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 168)}px`;
  }

  #watch(field) {
    this.#measured = field;
    this.#widths.disconnect();
    this.#widths.observe(field);
  }

  willUpdate() {
    this.#writing = this.contains(document.activeElement) && document.activeElement.id === "composer-text";
    if (this.contact !== this.#shown) this.#shut();
    this.#shown = this.contact;
    this.desk.drafts.busy = (contact, mode) => contact === this.contact && mode === this.draft.mode && document.hasFocus() && this.contains(document.activeElement) && document.activeElement.id === "composer-text";
  }

  updated(changed) {
    super.updated(changed);
    const field = this.querySelector("textarea");
    if (field) this.#grow(field);
    // The field went away under the agent's hands (the customer opted out): the tabs are what is left to go on from.
    else if (this.#writing) this.querySelector('[role="tab"][aria-selected="true"]').focus();
  }
}

customElements.define("hub-composer", Composer);
