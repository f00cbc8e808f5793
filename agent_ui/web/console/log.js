// The conversation's log: in order, with day separators; sticks to its end only if it was there, else says what is new;
// older pages are put in with the scroll place kept.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { n, t } from "../words.js";
import { withDays } from "./days.js";
import { openDialog } from "./dialogs.js";
import { bubble, eventLine, failure } from "./message.js";
import { Part } from "./part.js";
import { nameOf } from "./terms.js";

const NEAR_PX = 48;

class Log extends Part {
  static properties = { contact: { attribute: false } };
  #older = new Map();
  #stuck = true;
  #seen = 0;
  #fresh = 0;
  #shown = null;
  #keep = null;
  #retrying = new Set();
  #top = 0;
  #watched = null;
  /** Heights change after a drawing too: what was off the screen was estimated, the window is resized, a text grows. */
  #sizes = new ResizeObserver(() => this.#stuck && this.#down());

  willUpdate() {
    if (this.contact !== this.#shown) {
      this.#stuck = true;
      this.#fresh = this.#top = 0;
      this.#seen = Infinity;
    }
  }

  get about() {
    return this.contact;
  }

  render() {
    const { desk, contact } = this;
    const entries = this.#entries();
    const me = desk.me?.id;
    const last = entries.findLast((entry) => entry.kind === "message" && entry.direction === "out");
    return html`<div class="log" role="log" aria-live="polite" aria-relevant="additions" aria-label=${t("Conversation")} tabindex="0" @scroll=${this.#scrolled} @click=${this.#pressed}>
        <div class="log-in">${this.#more(contact)}
        ${repeat(withDays(entries), (entry) => entry.id, (entry) => this.#line(entry, me, last))}</div></div>
      ${this.#writers(contact)}
      ${this.#fresh ? html`<button type="button" class="btn small primary log-new" @click=${this.#down}>${n("{count} new", "{count} new", this.#fresh)} ${icon("arrow-down")}</button>` : nothing}`;
  }

  /** Of every message that failed the box is shown as long as nothing was sent after it; older ones keep their mark. */
  #line(entry, me, last) {
    if (entry.day) return html`<p class="day"><span>${entry.day}</span></p>`;
    if (entry.kind === "event") return eventLine(entry, me);
    const broken = entry.state === "failed" ? entry === last : entry.state === "refused";
    if (entry.kind === "survey") return bubble(entry);
    return html`<div>${bubble(entry, { me, people: this.desk.state.rules?.people })}${broken ? failure(entry, { again: () => this.#again(entry), retrying: this.#retrying.has(entry.id) }) : nothing}</div>`;
  }

  /** Who writes now. Its line is always there where somebody can be seen to write: nothing moves for it. */
  #writers(id) {
    const { desk } = this;
    const contact = desk.contact(id);
    const names = writers(desk, contact);
    if (!names.length && !desk.pop(id)?.composer.typing) return nothing;
    return html`<p class="writers" aria-hidden="true">${names.length ? html`<i class="dot ok"></i><span class="el" lang="">${names.join(" ")}</span>` : nothing}</p>`;
  }

  /** A picture opens in this page; with a key held it is a link like any other. */
  #pressed = (event) => {
    const link = event.target.closest("a.thumb");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openDialog(this.desk, "hub-lightbox", [...this.querySelectorAll("a.thumb")], link);
  };

  #entries() {
    const known = this.desk.messages(this.contact);
    const older = (this.#before(this.contact)?.items ?? []).filter((one) => !known.some((message) => message.id === one.id));
    const waiting = this.desk.outbox.of(this.contact).filter((entry) => !known.some((message) => message.id === entry.message || sameWords(message, entry)));
    return [...older, ...known, ...waiting.map((entry) => ({ ...entry, direction: entry.kind === "note" ? "none" : "out", author: { kind: "agent", id: this.desk.me?.id } }))];
  }

  /** The older pages, as long as they end where what is known begins: a fresh snapshot may leave a gap between them. */
  #before(contact) {
    if (this.desk.messages(contact)[0]?.seq > this.#older.get(contact)?.joins) this.#older.delete(contact);
    return this.#older.get(contact);
  }

  #more(contact) {
    const held = this.#before(contact);
    const first = this.desk.messages(contact)[0];
    const least = (this.desk.messages(contact).length ?? 0) >= 50;
    if (held ? held.end : !least) return nothing;
    if (held?.failed) return html`<p class="event">${t("The older messages could not be loaded.")} <button type="button" class="btn small" @click=${() => this.#load(contact, first)}>${t("Try again")}</button></p>`;
    return html`<p class="event"><button type="button" class="btn small" ?disabled=${Boolean(held?.loading)} @click=${() => this.#load(contact, first)}>${held?.loading ? t("Loading…") : t("Older messages")}</button></p>`;
  }

  async #load(contact, first) {
    const held = this.#older.get(contact) ?? { items: [], before: first?.seq, joins: first?.seq, end: false };
    this.#older.set(contact, { ...held, loading: true, failed: false });
    this.requestUpdate();
    try {
      const answer = await fetch(`/api/v1/contacts/${contact}/messages?before=${held.before}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const { items, next } = await answer.json();
      const box = this.querySelector(".log");
      this.#keep = box && this.contact === contact ? box.scrollHeight - box.scrollTop : null;
      this.#older.set(contact, { joins: held.joins, items: [...items, ...held.items], before: items[0]?.seq ?? held.before, end: next === null || next === undefined || !items.length });
    } catch {
      this.#older.set(contact, { ...held, failed: true });
    }
    this.requestUpdate();
  }

  updated() {
    super.updated();
    const box = this.querySelector(".log");
    this.#watch(box);
    const messages = this.desk.messages(this.contact).filter((message) => message.kind !== "event");
    const newest = messages.at(-1)?.seq ?? 0;
    if (this.#keep !== null) {
      box.scrollTop = box.scrollHeight - this.#keep;
      this.#keep = null;
    } else if (this.#ownNew() || this.#stuck) {
      this.#stuck = true;
      box.scrollTop = box.scrollHeight;
      this.#told(0);
    } else if (newest > this.#seen) {
      this.#told(this.#fresh + messages.filter((message) => message.seq > this.#seen && message.direction !== "out").length);
    }
    this.#seen = newest;
    this.#shown = this.contact;
  }

  /** What I wrote is shown to me, wherever I was reading. */
  #ownNew() {
    const count = this.desk.outbox.of(this.contact).filter((entry) => !entry.message).length;
    const more = count > (this.own ?? 0);
    this.own = count;
    return more;
  }

  #told(fresh) {
    if (fresh === this.#fresh) return;
    this.#fresh = fresh;
    this.requestUpdate();
  }

  #watch(box) {
    if (box === this.#watched) return;
    this.#watched = box;
    this.#sizes.disconnect();
    for (const one of [box, box.firstElementChild]) this.#sizes.observe(one);
  }

  /** Only a hand leaves the end: it scrolls up. Content that grows below does not. */
  #scrolled = ({ target: { scrollTop, scrollHeight, clientHeight } }) => {
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (near) this.#told(0);
    if (near || scrollTop < this.#top) this.#stuck = near;
    this.#top = scrollTop;
  };

  #down = () => {
    const box = this.querySelector(".log");
    box.scrollTop = box.scrollHeight;
  };

  async #again(entry) {
    if (entry.state === "refused") return this.desk.outbox.again(entry.id);
    this.#retrying.add(entry.id);
    this.requestUpdate();
    await this.desk.act("message.retry", { message: entry.id });
    this.#retrying.delete(entry.id);
    this.requestUpdate();
  }
}

/** The hub's copy can arrive before its answer: then the words tell that it is the same text. */
const sameWords = (message, entry) => !entry.message && message.seq > entry.after && message.kind === entry.kind && message.text === entry.text && message.author?.kind === "agent";

/** The sentences about who writes: the customer, and colleagues who write to the same customer. */
function writers(desk, contact) {
  if (!contact) return [];
  const by = desk.signals.typing(contact.id);
  const words = by.includes("customer") ? [t("{name} is typing…", { name: nameOf(contact) })] : [];
  const name = (id) => (contact.helper?.id === id ? contact.helper.name : desk.state.rules?.people?.find((one) => one.id === id)?.name);
  const viewers = desk.signals.viewers(contact.customer.id).filter(({ typing }) => typing).map(({ name: who }) => who);
  const others = new Set([...by.filter((id) => id !== "customer" && id !== desk.me?.id).map(name), ...viewers].filter(Boolean));
  for (const who of others) words.push(t("{name} is writing", { name: who }));
  return words;
}

customElements.define("hub-log", Log);
