// A conversation, read silently: what both sides write as it comes, and the ways to act: whisper to the agent, step in beside
// him, take over. Reading it is an event in the log and shows nowhere else.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { bubble, eventLine } from "../console/message.js";
import { channelName, languageName, nameOf } from "../console/terms.js";
import { now, onTick } from "../clock.js";
import { icon } from "../icons.js";
import { Socket } from "../socket.js";
import { day, duration, t } from "../words.js";
import { ReadingStore } from "./reading-store.js";
import { isOver } from "./reading-acts.js";
import { langOf } from "./words.js";

const NEAR_PX = 48;
const ME = document.documentElement.dataset.user;

class Reading extends LitElement {
  static properties = { contact: {}, over: { state: true } };
  #stuck = true;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.store = new ReadingStore();
    this.socket = new Socket(`/ws/supervisor/contacts/${this.contact}`);
    this.socket.addEventListener("frame", ({ detail }) => this.#take(detail));
    this.socket.addEventListener("signal", ({ detail }) => this.store.signal(detail));
    this.socket.addEventListener("state", this.#line);
    this.store.addEventListener("changed", () => this.requestUpdate());
    onTick(() => this.requestUpdate());
    this.socket.open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.socket.close();
  }

  #line = () => {
    if (this.socket.state === "closed") this.#stillThere();
    this.requestUpdate();
  };

  /** A refused stream looks like a dead hub: the page itself tells whether the conversation is there and may be read. */
  async #stillThere() {
    try {
      const { status } = await fetch(location.pathname, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (status !== 403 && status !== 404) return;
    } catch {
      return; // no line at all: the socket goes on trying
    }
    this.over = true;
    this.socket.close();
  }

  #take(frame) {
    if (frame.type === "bye") this.over = frame.code === "revoked";
    else this.store.take(frame);
  }

  render() {
    const { contact } = this.store;
    if (this.over) return html`<main class="board-gone" id="main" tabindex="-1"><h1>${t("This conversation cannot be read")}</h1><p>${t("It is not there, or you may not read it any more.")}</p><a class="btn" href="/board">${t("Back to all queues")}</a></main>`;
    if (!contact) return html`<main class="board-gone" id="main" tabindex="-1"><h1 class="visually-hidden">${t("Conversation")}</h1><span class="skeleton">${t("Loading…")}</span></main>`;
    const name = nameOf(contact);
    const ended = isOver(contact);
    return html`<div class="board-page"><header class="board-head"><button type="button" class="btn icon small" aria-label=${t("Back")} @click=${back}>${icon("back")}</button>
        <span class="chan">${icon(contact.channel)}</span>
        <div class="board-title"><h1 lang=${langOf(name)}>${name}</h1><p class="board-meta el">${this.#stands(contact)}</p></div>
        ${this.socket.state === "open" ? nothing : html`<span class="board-live board-meta is-old"><i></i>${t("reconnecting…")}</span>`}</header>
      <p class="board-silent ${this.#helps && !ended ? "is-in" : ""}" role="status">${icon("eye")}<span>${ended ? t("The conversation has ended.") : ""} ${this.#banner(ended)}</span></p>
      <div class="board board-queue board-reading"><main class="board-pane" id="main" tabindex="-1"><div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${t("Conversation")} tabindex="0" @scroll=${this.#scrolled}>
          <div class="log-in">${repeat(withDays(this.store.messages), (entry) => entry.id, (entry) => entryLine(entry))}
          ${this.store.typing ? html`<p class="event">${t("{name} is writing…", { name: this.store.typing })}</p>` : nothing}</div></div>
        <hub-reading-acts .contact=${contact} .pop=${this.store.pop} .helps=${this.#helps} .send=${this.#send}></hub-reading-acts></main>
      <aside class="board-pane" aria-label=${t("Customer")}>${this.#customer()}</aside></div></div>`;
  }

  get #helps() {
    return this.store.contact?.helper?.id === ME;
  }

  #banner(ended) {
    if (!this.#helps) return t("You read silently: nobody sees it; the log does.");
    return ended ? t("The customer cannot be answered here any more.") : t("You have stepped in: the customer and the agent see your name.");
  }

  #stands(contact) {
    const waits = contact.customer_waits_since;
    const agent = contact.agent_name ? t("with {agent}", { agent: contact.agent_name }) : t("nobody has it yet");
    const state = { queued: t("waiting"), offered: t("being offered"), active: waits ? t("customer waits {time}", { time: duration(now() - waits) }) : t("waits for the customer"), wrapping: t("in wrap-up"), ended: t("ended") };
    const helper = contact.helper && !this.#helps ? t("{name} has stepped in", { name: contact.helper.name }) : "";
    return [channelName(contact.channel), contact.queue.name, contact.state === "ended" ? "" : agent, state[contact.state], helper].filter(Boolean).join(" · ");
  }

  #customer() {
    const who = this.store.pop?.customer;
    if (!who) return nothing;
    const fact = (label, value) => html`<div><dt>${label}</dt><dd lang="">${value || "–"}</dd></div>`;
    return html`<div class="board-log"><h2>${t("Customer")}</h2><dl class="board-facts">${fact(t("Language"), languageName(who.language))}${who.identities.map(({ kind, display }) => fact({ phone: t("Number"), email: t("E-mail") }[kind] ?? t("Identity"), display))}
      ${who.facts.map(({ label, value }) => fact(label, value))}</dl>
      ${this.store.contact.page ? html`<h2>${t("Page")}</h2><p class="board-meta">${this.store.contact.page}</p>` : nothing}</div>`;
  }

  #send = (op, args) => this.socket.command(op, { contact: this.contact, ...args });

  updated() {
    const box = this.querySelector(".log");
    if (box && this.#stuck) box.scrollTop = box.scrollHeight;
    document.title = this.store.contact ? t("{name} · Live", { name: nameOf(this.store.contact) }) : document.title;
  }

  #scrolled = ({ target: { scrollTop, scrollHeight, clientHeight } }) => (this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_PX);
}

/** To where one came from; to the wallboard if this page was opened by its address. */
function back() {
  if (document.referrer.startsWith(location.origin) && history.length > 1) history.back();
  else location.assign("/board");
}

function entryLine(entry) {
  if (entry.day) return html`<p class="day"><span>${entry.day}</span></p>`;
  return entry.kind === "event" ? eventLine(entry, ME) : bubble(entry, { me: ME });
}

function withDays(entries) {
  let last = "";
  return entries.flatMap((entry) => {
    const words = day(entry.at);
    if (words === last) return [entry];
    last = words;
    return [{ id: `day-${words}`, day: words }, entry];
  });
}

customElements.define("hub-reading", Reading);
