// The chat as a visitor sees it, in a frame on somebody's site or as a page of its own. This element holds which screen is
// open and tells the page around it; what is known and said stands in chat/talk.js.
import { LitElement, html } from "lit";
import { announce } from "./announce.js";
import "./chat/composer.js";
import { wear } from "./chat/colour.js";
import { head } from "./chat/head.js";
import { home } from "./chat/home.js";
import { EmbeddingHost, NoHost } from "./chat/host.js";
import { longWait } from "./chat/phrases.js";
import { receipt, receiptWords } from "./chat/receipt.js";
import { banner, refusal } from "./chat/notices.js";
import { Talk } from "./chat/talk.js";
import { Uploads } from "./chat/uploads.js";
import "./chat/thread.js";
import "./chat/write.js";
import { t } from "./words.js";

const SAY_PLACE_EACH_MS = 30_000;

class Chat extends LitElement {
  static properties = { view: { state: true }, asking: { state: true }, fresh: { state: true } };

  constructor() {
    super();
    this.first = JSON.parse(document.getElementById("first-data").textContent);
    /** home, chat, or write (a message that is answered later). */
    this.view = "home";
    /** Whether "End this chat?" stands open. */
    this.asking = false;
    /** Whether a new chat is begun after the end of the last one. */
    this.fresh = false;
    this.chosen = false;
    /** The receipt that was told. */
    this.kept = null;
    this.place = { told: null, at: 0 };
    const { site, framed, origins } = this.first;
    this.host = framed ? new EmbeddingHost(origins) : new NoHost(site.key);
    this.talk = new Talk(site.key, this.host.origin);
    this.talk.session.sign = () => this.host.sign();
    this.uploads = new Uploads(this.talk.session);
    wear(site.colour);
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.talk.addEventListener("change", this.#changed);
    const on = (type, fn) => this.host.addEventListener(type, ({ detail }) => fn(detail));
    on("hello", (asked) => {
      this.asked = asked;
      this.talk.begin(asked);
    });
    on("identity", ({ value }) => {
      if (this.talk.isHere(value)) return this.talk.confirm(value);
      this.#startOver();
      this.talk.begin({ ...this.asked, identity: value, credential: null });
    });
    on("page", ({ page }) => {
      this.asked = { ...this.asked, page };
      this.talk.moved(page);
    });
    on("logout", () => {
      this.#startOver();
      this.talk.begin({ ...this.asked, identity: null, credential: null });
    });
    on("opened", () => {
      this.#changed();
      this.focusIn();
    });
    on("closed", () => this.#changed());
    addEventListener("keydown", this.#key);
    for (const type of ["dragover", "drop"]) addEventListener(type, this.#drag);
    document.addEventListener("visibilitychange", this.#changed);
    const { colour, side } = this.first.site;
    this.host.ready({ colour, side });
  }

  /** Session's words about the site once they are there, those of the page until then. */
  get site() {
    return { company: this.first.company, ...this.first.site, ...this.talk.info };
  }

  get closed() {
    return this.talk.info?.open === false;
  }

  /** Is a conversation going on, or about to? */
  get talking() {
    return this.talk.inChat || this.talk.outbox.shown.length > 0;
  }

  get seen() {
    return this.host.open && !document.hidden && this.view === "chat";
  }

  /** Nothing of the person before stays, on the screen or in storage. */
  #startOver() {
    this.talk.forget();
    this.uploads.clear();
    this.host.hide();
    Object.assign(this, { view: "home", asking: false, fresh: false, chosen: false, place: { told: null, at: 0 } });
    // Fields that a person has written in are made anew, whatever stands in them.
    this.person = (this.person ?? 0) + 1;
  }

  #changed = () => {
    if (this.talking) this.fresh = false;
    if (this.talk.receipt !== this.kept) this.#received();
    if (!this.chosen && this.talk.known && (this.talking || this.talk.unread.length)) this.go("chat", false);
    this.requestUpdate();
  };

  /** Where his field was, there is the receipt now. */
  #received() {
    this.kept = this.talk.receipt;
    if (!this.kept) return;
    this.uploads.clear();
    if (this.seen) announce(receiptWords(this.kept));
    if (this.view === "chat") this.focusIn();
  }

  go(view, byPerson = true) {
    if (byPerson) this.talk.receipt = null;
    const moved = this.view !== view;
    // Who chooses "Chat" wants to write, also if it turns out that an earlier one has ended.
    if (moved && byPerson && view === "chat" && !this.talking) this.fresh = true;
    this.view = view;
    this.asking = false;
    this.chosen ||= byPerson;
    if (moved && (byPerson || this.host.open)) this.focusIn();
  }

  async focusIn() {
    // Elements in elements: each draws in a microtask of its own.
    await new Promise((done) => setTimeout(done));
    const target = this.querySelector("[data-first]") ?? this.querySelector("h1");
    if (this.host.open && target && document.activeElement !== target) target.focus();
  }

  #key = (event) => {
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (this.asking) this.asking = false;
    else this.host.close();
  };

  /** A file that is let go where nobody takes it must not replace the page. The composer, where there is one, takes it. */
  #drag = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (!this.querySelector("chat-composer")) event.dataTransfer.dropEffect = "none";
  };

  render() {
    const { talk, site } = this;
    const writing = this.view === "write" || (this.view === "home" && this.closed && site.offline && !this.talking);
    return html`<main class="c-panel" aria-label=${t("Chat with {name}", { name: site.name })}>
      ${head(this)} ${banner(talk)}
      ${talk.refused ? refusal(talk) : writing ? this.#write() : this.view === "home" ? home(this) : this.#chat()}
    </main>`;
  }

  #write() {
    return html`<chat-write .chat=${this} .person=${this.person}></chat-write>`;
  }

  #chat() {
    if (this.talk.receipt) return receipt(this);
    return html`<chat-thread .chat=${this} .person=${this.person} .fresh=${this.fresh}></chat-thread>`;
  }

  updated() {
    const { talk } = this;
    if (talk.refused) this.host.hide();
    if (!talk.known) return;
    talk.receipts.shown(talk.unread, this.seen);
    const { unread } = talk;
    this.host.report({
      credential: talk.pass,
      going: talk.going,
      unread: unread.length,
      text: unread.at(-1)?.text || (unread.length ? t("A file for you") : ""),
    });
    this.#sayPlace();
  }

  /** Only when it changes, and at most every half minute (ui.md 7). */
  #sayPlace() {
    const { state, place, likely } = this.talk.conversation;
    if (state !== "waiting" || !place || this.closed) return void (this.place.told = null);
    if (!this.seen || place === this.place.told || Date.now() - this.place.at < SAY_PLACE_EACH_MS) return;
    this.place = { told: place, at: Date.now() };
    announce(likely ? t("Your place in line: {place}, {wait}.", { place, wait: longWait(likely) }) : t("Your place in line: {place}.", { place }));
    setTimeout(() => this.requestUpdate(), SAY_PLACE_EACH_MS);
  }

  async endChat() {
    this.asking = false;
    try {
      await this.talk.end();
    } catch {
      announce(t("The chat could not be ended. Try again."), { assertive: true });
    }
  }
}

customElements.define("hub-chat", Chat);
