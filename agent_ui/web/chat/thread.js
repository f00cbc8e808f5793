// The conversation: the log, what is known of the wait, who is typing, and the field to write in. The log sticks to its end
// only where it was there; else a button says what is new (ui.md 9.4).
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { n, t } from "../words.js";
import { rowOf } from "./bubble.js";
import "./composer.js";
import { foot } from "./home.js";
import { longWait, openAgain } from "./phrases.js";
import "./rating.js";
import { answeredAfterEnd, rowsOf } from "./rows.js";
import { sign } from "./signs.js";

const NEAR = 40;

class Thread extends LitElement {
  static properties = { chat: { attribute: false }, person: { attribute: false }, fresh: { attribute: false }, loading: { state: true }, missed: { state: true } };

  constructor() {
    super();
    this.loading = false;
    /** Lines that came while the visitor read further up. */
    this.missed = 0;
    this.atEnd = true;
    this.last = "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.chat.talk.addEventListener("change", this.#changed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.chat.talk.removeEventListener("change", this.#changed);
    this.observer?.disconnect();
  }

  #changed = () => this.requestUpdate();

  get scroller() {
    return this.querySelector(".c-scroll");
  }

  willUpdate(changed) {
    if (changed.has("person")) Object.assign(this, { missed: 0, atEnd: true });
    this.rows = rowsOf(this.chat.talk);
  }

  render() {
    const { talk, site } = this.chat;
    const { state } = talk.conversation;
    const ended = state === "ended" && !talk.outbox.shown.length;
    const over = ended && !this.fresh && !answeredAfterEnd(this.rows);
    return html`<div class="c-scroll ${["talking", "held"].includes(state) ? "is-talking" : ""}" tabindex="0" role="region" aria-label=${t("Conversation")} @scroll=${this.#scrolled}>
        ${talk.more ? html`<button type="button" class="btn c-older" ?disabled=${this.loading || talk.line.state !== "open"} @click=${this.#older}>${t("Earlier messages")}</button>` : nothing}
        <div role="log" aria-label=${t("Messages")} class="c-log">${repeat(this.rows, ({ key }) => key, (row) => rowOf(row, this.chat))}</div>
        ${this.rows.length ? nothing : html`<p class="c-intro">${t("Write to us. Somebody from {company} answers here.", { company: site.company })}</p>`}
        ${state === "waiting" ? this.#waiting() : nothing}
        ${ended ? html`<chat-rating .chat=${this.chat} .person=${this.person}></chat-rating>` : nothing}
        ${state === "held" ? html`<p class="c-hint">${t("You can go on writing. Everything you write is passed on.")}</p>` : nothing}
        ${talk.typing ? html`<p class="c-typing"><span class="dot ok"></span>${t("{name} is typing…", { name: talk.typing })}</p>` : nothing}
        ${state === "waiting" ? html`<p class="c-hint is-last">${t("You can go on writing. Everything you write is passed on.")}</p>` : nothing}
        ${this.rows.length ? nothing : foot(site)}
      </div>
      ${this.missed ? html`<button type="button" class="c-new" @click=${this.#toEnd}>${n("{count} new", "{count} new", this.missed)} ${sign("down")}</button>` : nothing}
      ${over
        ? html`<div class="c-bottom"><button type="button" class="btn large ${talk.conversation.can_rate ? "" : "primary"}" @click=${this.#anew}>${t("Start a new chat")}</button></div>`
        : html`<chat-composer .chat=${this.chat} .person=${this.person}></chat-composer>`}`;
  }

  #waiting() {
    const { talk, closed, site } = this.chat;
    const { place, likely } = talk.conversation;
    if (closed) return html`<div class="c-wait"><b>${t("We are closed now. Your message is kept, and answered first thing.")}</b><p>${openAgain(site.opens_at)}</p></div>`;
    if (!place) return html`<div class="c-wait"><b>${t("We are getting someone for you")}</b></div>`;
    return html`<div class="c-wait"><p>${t("Your place in line")}</p>
      <p class="c-place"><span>${place}</span>${likely ? html`<b>${longWait(likely)}</b>` : nothing}</p></div>`;
  }

  firstUpdated() {
    // The log grows without a change of ours, too: pictures arrive, the keyboard of a telephone opens.
    this.observer = new ResizeObserver(() => this.atEnd && this.#jump());
    this.observer.observe(this.scroller);
    this.observer.observe(this.querySelector(".c-log"));
  }

  updated() {
    const last = this.rows.at(-1);
    if (last && last.key !== this.last) {
      const places = this.rows.map(({ key }) => key);
      const fresh = this.last ? this.rows.length - 1 - places.indexOf(this.last) : 0;
      if (this.last && !this.atEnd && last.from !== "me") this.missed += fresh;
      if (last.from === "me" || !this.last) this.atEnd = true;
      this.last = last.key;
    }
    if (this.atEnd) this.#jump();
  }

  #jump() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #scrolled = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.atEnd) this.missed = 0;
  };

  #toEnd = () => {
    this.atEnd = true;
    this.missed = 0;
    this.#jump();
    this.chat.focusIn();
  };

  /** Put in above, with the place of the reader kept. */
  #older = async () => {
    const { scrollHeight, scrollTop } = this.scroller;
    this.loading = true;
    this.atEnd = false;
    try {
      await this.chat.talk.older();
      this.requestUpdate();
      await this.updateComplete;
      this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
    } catch {
      // the line broke: the button is there again with it
    }
    this.loading = false;
    await this.updateComplete;
    // A button that cannot be pressed, or has gone, lets go of the focus: it stays at what is read.
    if (document.activeElement === document.body) (this.querySelector(".c-older:enabled") ?? this.scroller).focus({ preventScroll: true });
  };

  #anew = () => {
    this.chat.fresh = true;
    this.chat.focusIn();
  };
}

customElements.define("chat-thread", Thread);
