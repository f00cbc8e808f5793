// The field in which a visitor writes, with his files. Enter sends, Shift Enter is a new line; never while an input method
// composes. The draft is kept with the visitor's other things.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { announce } from "../announce.js";
import { number, t } from "../words.js";
import { bytes } from "./phrases.js";
import { sign } from "./signs.js";
import { TAKEN, Uploads } from "./uploads.js";

const QUIET_MS = 5_000;
const KEEP_MS = 400;
const MOST_TEXT = 4_000;

class Composer extends LitElement {
  static properties = { chat: { attribute: false }, person: { attribute: false }, text: { state: true }, over: { state: true } };

  constructor() {
    super();
    this.text = "";
    /** Whether files are dragged over the conversation. */
    this.over = false;
    this.uploads = new Uploads();
    /** Whether the message goes by itself once its files are at the hub. */
    this.wants = false;
    this.uploads.addEventListener("change", () => {
      if (this.wants && this.ready) this.#send();
      this.requestUpdate();
    });
  }

  createRenderRoot() {
    return this;
  }

  get talk() {
    return this.chat.talk;
  }

  connectedCallback() {
    super.connectedCallback();
    this.uploads.session = this.talk.session;
    this.talk.addEventListener("change", this.#changed);
    for (const type of ["dragover", "dragleave", "drop"]) addEventListener(type, this.#drag);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#keep();
    this.talk.removeEventListener("change", this.#changed);
    for (const type of ["dragover", "dragleave", "drop"]) removeEventListener(type, this.#drag);
    this.uploads.clear();
  }

  willUpdate(changed) {
    if (changed.has("person") || this.visitor === undefined) {
      clearTimeout(this.keeping);
      this.uploads.clear();
      this.wants = false;
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
    if (this.talk.line.state === "open") this.uploads.resume();
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
      <span>${name}<small>${told}</small>${state === "sending" ? html`<progress max="1" .value=${share} aria-label=${t("Sending {name}", { name })}></progress>` : nothing}</span>
      ${state === "broken" ? html`<button type="button" class="c-icon" aria-label=${t("Try {name} again", { name })} @click=${() => this.uploads.resume(key)}>↻</button>` : nothing}
      <button type="button" class="c-icon" aria-label=${t("Remove {name}", { name })} @click=${() => this.#remove(key)}>${sign("close")}</button></li>`;
  }

  #typed = ({ target }) => {
    this.text = target.value;
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
    const { files } = event.clipboardData;
    if (!files.length || !this.chat.site.files) return;
    event.preventDefault();
    this.#add(files);
  };

  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // a file that misses must not replace the page
    this.over = event.type === "dragover" && Boolean(this.chat.site.files);
    if (event.type === "drop" && this.chat.site.files) this.#add(event.dataTransfer.files);
  };

  #add(files) {
    for (const words of this.uploads.add([...files], this.chat.site.file_bytes)) announce(words, { assertive: true });
    this.querySelector("textarea").focus();
  }
}

customElements.define("chat-composer", Composer);
