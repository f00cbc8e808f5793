// The field in which a visitor writes, with his files. Enter sends, Shift Enter is a new line; never while an input method
// composes. The draft is kept with the visitor's other things.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { announce } from "../announce.js";
import { number, t } from "../words.js";
import { bytes, shortName } from "./phrases.js";
import { sign } from "./signs.js";
import { TAKEN } from "./uploads.js";

const QUIET_MS = 5_000;
const KEEP_MS = 400;
const MOST_TEXT = 4_000;

class Composer extends LitElement {
  static properties = { chat: { attribute: false }, person: { attribute: false }, text: { state: true }, over: { state: true }, notice: { state: true } };

  constructor() {
    super();
    this.text = "";
    /** Whether files are dragged over the conversation. */
    this.over = false;
    /** What became of files that stand nowhere: more than go, or where none are taken. */
    this.notice = "";
    /** Whether the message goes by itself once its files are at the hub. */
    this.wants = false;
    this.told = new Set();
    this.up = false;
  }

  createRenderRoot() {
    return this;
  }

  get talk() {
    return this.chat.talk;
  }

  /** They outlive this field: who looks at the first page and comes back finds his files where they were. */
  get uploads() {
    return this.chat.uploads;
  }

  connectedCallback() {
    super.connectedCallback();
    for (const { key } of this.uploads.refused) this.told.add(key);
    this.uploads.addEventListener("change", this.#uploaded);
    this.talk.addEventListener("change", this.#changed);
    for (const type of ["dragover", "dragleave", "drop"]) addEventListener(type, this.#drag);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#keep();
    this.talk.removeEventListener("change", this.#changed);
    this.uploads.removeEventListener("change", this.#uploaded);
    for (const type of ["dragover", "dragleave", "drop"]) removeEventListener(type, this.#drag);
  }

  willUpdate(changed) {
    if (changed.has("person") || this.visitor === undefined) {
      clearTimeout(this.keeping);
      this.wants = false;
      this.notice = "";
      this.text = this.talk.kept.read("draft") ?? "";
    } else if (this.visitor !== this.talk.kept.visitor) this.text ||= this.talk.kept.read("draft") ?? "";
    this.visitor = this.talk.kept.visitor;
  }

  updated() {
    if (CSS.supports("field-sizing", "content")) return;
    const field = this.querySelector("textarea");
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  #changed = () => {
    const up = this.talk.line.state === "open";
    if (up && !this.up) this.uploads.resume();
    this.up = up;
    this.requestUpdate();
  };

  #uploaded = () => {
    const fresh = this.uploads.refused.filter(({ key }) => !this.told.has(key));
    for (const { key, words } of fresh) {
      this.told.add(key);
      announce(words, { assertive: true });
    }
    // What was to go with the words does not: whether they go without it is the visitor's to say.
    if (fresh.length) this.wants = false;
    else if (this.wants && this.ready) this.#send();
    this.requestUpdate();
  };

  get most() {
    return this.chat.site.most_text ?? MOST_TEXT;
  }

  get ready() {
    return (this.text.trim() || this.uploads.list.some(({ state }) => state === "done")) && this.uploads.done && this.text.length <= this.most;
  }

  render() {
    const { site } = this.chat;
    const left = this.most - this.text.length;
    return html`<form class="c-composer ${this.over ? "is-over" : ""}" @submit=${this.#send}>
      ${this.over ? html`<p class="c-drop">${t("Drop the files here")}</p>` : nothing}
      ${this.uploads.list.length ? html`<ul class="c-files">${repeat(this.uploads.list, ({ key }) => key, (file) => this.#file(file))}</ul>` : nothing}
      ${this.notice ? html`<p class="c-left is-bad">${this.notice}</p>` : nothing}
      ${this.wants ? html`<p class="c-left" role="status">${t("It goes as soon as the files are through.")}</p>` : nothing}
      ${left < this.most / 10 ? html`<p class="c-left ${left < 0 ? "is-bad" : ""}" role="status">${left < 0 ? t("{count} characters too many", { count: number(-left) }) : t("{count} characters left", { count: number(left) })}</p>` : nothing}
      <div class="c-field">
        <textarea rows="1" data-first aria-label=${t("Your message")} placeholder=${t("Write a message")} enterkeyhint="send" autocomplete="off" dir="auto"
          .value=${this.text} @input=${this.#typed} @keydown=${this.#key} @paste=${this.#paste} @blur=${() => this.talk.types(false)}></textarea>
        ${site.files ? html`<input type="file" multiple accept=${TAKEN.join(",")} hidden @change=${this.#picked} />
          <button type="button" class="c-icon" aria-label=${t("Attach a file")} title=${t("Pictures, PDF or text")} @click=${() => this.querySelector("input[type=file]").click()}>${sign("clip")}</button>` : nothing}
        <button class="c-icon c-send" aria-label=${t("Send")} aria-disabled=${!this.ready}>${sign("send")}</button>
      </div></form>`;
  }

  #file({ key, name, size, state, share, words }) {
    const told = { waiting: t("waits for the connection"), sending: t("{share}% sent", { share: Math.round(share * 100) }), done: bytes(size) }[state] ?? words;
    return html`<li class=${state === "refused" ? "is-bad" : ""}>${sign(state === "refused" ? "warning" : "file")}
      <span title=${name}>${shortName(name)}<small>${told}</small>${state === "sending" ? html`<progress max="1" .value=${share} aria-label=${t("Sending {name}", { name })}></progress>` : nothing}</span>
      ${state === "broken" ? html`<button type="button" class="c-icon" aria-label=${t("Try {name} again", { name })} @click=${() => this.uploads.resume(key)}>↻</button>` : nothing}
      <button type="button" class="c-icon" aria-label=${t("Remove {name}", { name })} @click=${() => this.#remove(key)}>${sign("close")}</button></li>`;
  }

  #typed = ({ target }) => {
    this.text = target.value;
    this.notice = "";
    clearTimeout(this.keeping);
    this.keeping = setTimeout(this.#keep, KEEP_MS);
    clearTimeout(this.quiet);
    this.talk.types(this.text.trim() !== "");
    this.quiet = setTimeout(() => this.talk.types(false), QUIET_MS);
  };

  #keep = () => {
    clearTimeout(this.keeping);
    // What a visitor wrote who has gone meanwhile is nobody's.
    if (this.person === this.chat.person && this.visitor === this.talk.kept.visitor) this.talk.kept.write("draft", this.text);
    this.talk.changed();
  };

  #key = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send(event);
  };

  #send = (event) => {
    event?.preventDefault();
    this.wants = !this.ready && this.uploads.underWay && this.text.length <= this.most;
    this.requestUpdate();
    if (!this.ready) return;
    this.talk.say({ text: this.text.trim(), files: this.uploads.list.filter(({ state }) => state === "done").map(({ id, name, type, size }) => ({ id, name, type, size })) });
    clearTimeout(this.quiet);
    this.text = "";
    this.notice = "";
    this.uploads.clear();
    this.#keep();
    this.querySelector("textarea").focus();
  };

  #remove(key) {
    this.uploads.remove(key);
    this.querySelector("textarea").focus();
  }

  #picked = ({ target }) => {
    this.#add(target.files);
    target.value = "";
  };

  #paste = (event) => {
    const { files, types } = event.clipboardData;
    // Out of a word processor or a table comes text with a picture of it: the text is meant.
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.#add(files);
  };

  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    this.over = event.type === "dragover" && Boolean(this.chat.site.files);
    if (event.type !== "drop") return;
    const folders = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
    this.#add(event.dataTransfer.files, new Set(folders.map(({ name }) => name)));
  };

  #add(files, folders) {
    const refused = this.chat.site.files ? this.uploads.add([...files], folders) : [t("This chat takes no files.")];
    const listed = new Set(this.uploads.refused.map(({ words }) => words));
    this.notice = refused.find((words) => !listed.has(words)) ?? "";
    if (this.notice) announce(this.notice, { assertive: true });
    this.querySelector("textarea").focus();
  }
}

customElements.define("chat-composer", Composer);
