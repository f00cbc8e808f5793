// Below a conversation that is read: a whisper to its agent, or (once stepped in) a reply to the customer; stepping in and
// out; taking over, which asks first. What was typed stays until the hub has taken it.
import { LitElement, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { t } from "../words.js";

/** The customer is gone: nothing can be said to him. The agent may still write up what was. */
export const isOver = ({ state }) => state === "wrapping" || state === "ended";

class ReadingActs extends LitElement {
  static properties = { contact: { attribute: false }, pop: { attribute: false }, helps: { attribute: false }, send: { attribute: false }, mode: { state: true }, error: { state: true }, busy: { state: true } };
  #texts = { whisper: "", reply: "" };
  #composing = false;

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.mode = "whisper";
    this.error = "";
    this.busy = false;
  }

  willUpdate(changed) {
    if (!changed.has("helps")) return;
    if (this.helps) this.mode = "reply";
    else if (!this.#keepsReply) this.mode = "whisper";
  }

  /** Words that did not get out before the end stay, to be read and copied. */
  get #keepsReply() {
    return isOver(this.contact) && Boolean(this.#texts.reply);
  }

  get #endedWords() {
    return this.#texts[this.mode] ? t("The conversation has ended: this was not sent") : t("The conversation has ended.");
  }

  render() {
    const { state, agent_name: agent } = this.contact;
    if (state === "ended" && !this.#texts.whisper && !this.#texts.reply) return html`<p class="board-idle">${t("The contact has ended.")}</p>`;
    if (state === "queued" || state === "offered") return html`<p class="board-idle">${t("Nobody has taken this contact yet. You can assign it in its queue.")} <a class="btn small" href=${`/board/queues/${encodeURIComponent(this.contact.queue.id)}`}>${t("Open the queue")}</a></p>`;
    const late = state === "ended" || (this.mode === "reply" && isOver(this.contact));
    const blocked = !late && this.mode === "reply" && this.pop?.composer.blocked;
    return html`<form class="composer" @submit=${this.#submit}><div class="pad ${this.mode === "whisper" ? "is-note" : ""}">
        <div class="pad-head"><div role="tablist" class="modes" aria-label=${t("What you write")} @keydown=${this.#turn}>${this.#tab("whisper", t("Whisper"))}${this.helps || this.#keepsReply ? this.#tab("reply", t("Reply")) : nothing}</div>
          <p class="pad-count" id="acts-hint">${late ? this.#endedWords : this.mode === "whisper" ? t("Only {agent} and supervisors see it", { agent }) : t("The customer sees this, with your name")}</p></div>
        ${blocked ? html`<p class="pad-blocked">${t("Nothing can be sent here: {reason}", { reason: blocked })}</p>`
          : html`<textarea rows="2" id="acts-text" dir="auto" maxlength="10000" ?readonly=${late} aria-label=${this.mode === "whisper" ? t("Whisper to {agent}", { agent }) : t("Reply")} aria-describedby="acts-hint"
            .value=${live(this.#texts[this.mode])} @input=${({ target }) => (this.#texts[this.mode] = target.value)} @keydown=${this.#key} @compositionstart=${() => (this.#composing = true)} @compositionend=${() => (this.#composing = false)}></textarea>`}
        <div role="alert" class="board-error">${this.error}</div>
        <div class="pad-foot"><span class="grow"></span>${this.#steps(state)}
          <button type="submit" class="btn small primary" ?disabled=${this.busy || late || Boolean(blocked)}>${this.mode === "whisper" ? t("Whisper") : t("Send")}<kbd>Ctrl ↵</kbd></button></div></div></form>
      <dialog class="dialog" aria-labelledby="over-title"><form method="dialog" @submit=${this.#takeOver}><header><h2 id="over-title">${t("Take over from {agent}?", { agent })}</h2></header>
        <section><p>${t("The contact of {agent} ends as transferred, without wrap-up. You go on with the customer at once, in Work, whatever else you hold. The customer is told your name.", { agent })}</p></section>
        <footer><button type="button" class="btn" @click=${this.#close}>${t("Cancel")}</button><button type="submit" class="btn primary">${t("Take over")}</button></footer></form></dialog>`;
  }

  #tab(mode, words) {
    const on = this.mode === mode;
    return html`<button type="button" role="tab" aria-selected=${on} tabindex=${on ? 0 : -1} @click=${() => this.#choose(mode)}>${words}</button>`;
  }

  #steps(state) {
    if (state !== "active") return nothing;
    const taken = this.contact.helper && !this.helps;
    return html`${this.helps ? html`<button type="button" class="btn small" ?disabled=${this.busy} @click=${() => this.#act("contact.leave")}>${t("Step out")}</button>`
      : html`<button type="button" class="btn small" ?disabled=${this.busy || taken} title=${t("The customer is told that you are there")} @click=${() => this.#act("contact.join")}>${t("Step in")}</button>`}
      <button type="button" class="btn small" ?disabled=${this.busy} @click=${() => this.querySelector("dialog").showModal()}>${t("Take over…")}</button>`;
  }

  firstUpdated() {
    if (location.hash === "#whisper") this.querySelector("textarea")?.focus();
  }

  #choose = async (mode) => {
    this.mode = mode;
    await this.updateComplete;
    this.querySelector("textarea")?.focus();
  };

  #turn = async (event) => {
    if (!["ArrowLeft", "ArrowRight"].includes(event.key) || !(this.helps || this.#keepsReply)) return;
    event.preventDefault();
    this.mode = this.mode === "whisper" ? "reply" : "whisper";
    await this.updateComplete;
    this.querySelector('[role="tab"][aria-selected="true"]').focus();
  };

  #key = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || this.#composing || event.keyCode === 229) return;
    if (!(event.ctrlKey || event.metaKey) && !(this.mode === "reply" && this.pop?.composer.live)) return;
    event.preventDefault();
    this.#submit(event);
  };

  #submit = async (event) => {
    event.preventDefault();
    const { mode } = this;
    const text = this.#texts[mode].trim();
    if (this.querySelector('[type="submit"]').disabled) return;
    if (!text || this.busy) return this.querySelector("textarea")?.focus();
    if (!(await this.#act(mode === "whisper" ? "contact.whisper" : "contact.reply", { text }))) return;
    this.#texts[mode] = "";
    this.requestUpdate();
    this.querySelector("textarea")?.focus();
  };

  #close = () => this.querySelector("dialog").close();

  #takeOver = async (event) => {
    event.preventDefault();
    this.#close();
    if (await this.#act("contact.take_over")) location.assign("/work");
  };

  async #act(op, args = {}) {
    this.busy = true;
    this.error = "";
    try {
      await this.send(op, args);
      return true;
    } catch (error) {
      this.error = error.detail || t("The hub did not answer. Try again.");
      return false;
    } finally {
      this.busy = false;
    }
  }
}

customElements.define("hub-reading-acts", ReadingActs);
