// One history over all channels, newest first: the first page came with the contact, further ones and the filters are
// read when they are asked for.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { day, n, number, t, time } from "../words.js";
import { languageOf } from "./message.js";
import { Part } from "./part.js";
import { sinceThePop } from "./sincepop.js";
import { channelName } from "./terms.js";

const FILTERS = { all: {}, text: { kind: "message" }, notes: { kind: "note" } };
const SLOW_MS = 5_000;

class History extends Part {
  static properties = { customer: { attribute: false }, pop: { attribute: false }, contact: { attribute: false }, filter: { state: true }, pages: { state: true }, slow: { state: true } };

  willUpdate(changed) {
    if (!changed.has("customer") || changed.get("customer") === this.customer) return;
    this.filter = "all";
    this.pages = {};
  }

  /** What is shown of a filter: the pop's page and the conversation for all, else what was read. */
  get page() {
    const read = this.pages[this.filter];
    if (this.filter !== "all") return read ?? { items: [], next: null, loading: true };
    const first = this.pop.timeline;
    return { items: merged(this.#newer([...first.items, ...(read?.items ?? [])], read ? read.next : first.next), first.items, read?.items ?? []), next: read ? read.next : first.next, loading: read?.loading, failed: read?.failed };
  }

  /** Of the conversation only what is not older than the pages that were read: in between lie other matters. */
  #newer(items, next) {
    const from = next ? Math.min(...items.map((one) => one.at)) : 0;
    return this.desk.messages(this.contact.id).filter((message) => message.at >= from);
  }

  get about() {
    return this.contact?.id ?? null;
  }

  render() {
    const { items, next, loading, failed } = this.page;
    const total = Math.max(this.#total(), this.filter === "all" ? items.length : 0);
    const count = next || this.filter !== "all" ? t("{shown} of {total}", { shown: number(items.length), total: number(total) }) : number(items.length);
    return html`<section class="history" aria-labelledby="history-head"><div class="history-head"><h3 id="history-head" tabindex="-1"><span>${t("History")}</span><span class="num">${count}</span></h3>
        <div class="filters" role="group" aria-label=${t("Filter the history")}>${this.#chip("all", t("All"))}${this.#chip("text", t("Text"), "sms")}${this.#chip("notes", t("Notes"), "note")}</div></div>
      <ol class="timeline" tabindex="0" aria-labelledby="history-head" @keydown=${this.#keys} @click=${({ target }) => this.#open(target.closest(".entry"))}>${repeat(items, (one) => one.id, (one) => this.#entry(one))}
        ${loading ? html`<li class="timeline-more">${this.slow ? t("Still loading the history. You can answer already.") : html`<span class="skeleton"></span><span class="skeleton"></span><span class="visually-hidden">${t("Loading…")}</span>`}</li>` : nothing}
        ${failed ? html`<li class="timeline-more">${t("The history could not be loaded.")} <button type="button" class="btn small" @click=${this.#more}>${t("Try again")}</button></li>` : nothing}
        ${!loading && !failed && next ? html`<li class="timeline-more"><button type="button" class="btn small" @click=${this.#more}>${t("Older entries")}</button></li>` : nothing}
        ${!loading && !failed && !items.length ? this.#none(total) : nothing}</ol></section>`;
  }

  #total() {
    return this.pop.timeline.total + sinceThePop(this.desk, this.pop, this.contact.id).length;
  }

  /** To the first entry; arrows go on from there, Enter opens one. */
  enter() {
    (this.querySelector(".entry") ?? this.querySelector(".timeline"))?.focus();
  }

  #keys = (event) => {
    const entries = [...this.querySelectorAll(".entry")];
    const at = entries.indexOf(event.target.closest(".entry"));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (event.key === "Enter" && at >= 0) this.#open(entries[at]);
    else if (to === undefined || !entries[to]) return;
    else entries[to].focus();
    event.preventDefault();
  };

  /** All of a long entry, and back. */
  #open(entry) {
    entry?.classList.toggle("is-open");
    entry?.setAttribute("aria-expanded", entry.classList.contains("is-open"));
  }

  #chip(name, words, picture = "") {
    const on = this.filter === name;
    return html`<button type="button" class="chip" aria-pressed=${on} @click=${() => this.#turn(name)}>${picture ? icon(picture) : nothing}${words}</button>`;
  }

  #none(total) {
    if (this.filter === "all") return html`<li class="timeline-more">${t("No earlier contact.")}</li>`;
    const words = this.filter === "notes" ? n("No notes among {count} entry.", "No notes among {count} entries.", total) : n("No texts among {count} entry.", "No texts among {count} entries.", total);
    return html`<li class="timeline-more">${words} <button type="button" class="btn small" @click=${() => this.#turn("all")}>${t("Show all")}</button></li>`;
  }

  #entry(one) {
    const bad = one.state === "failed";
    return html`<li class="entry" tabindex="-1"><span class="entry-icon ${bad ? "is-bad" : ""}">${icon(pictureOf(one))}</span>
      <span class="entry-title">${title(one)}</span><time datetime=${new Date(one.at).toISOString()}>${when(one.at)}</time>
      ${one.text || one.media?.length ? html`<p class="entry-text" dir="auto" lang=${languageOf(one.text ?? "")}>${one.text || t("Attachment")}</p>` : nothing}</li>`;
  }

  #turn(name) {
    this.filter = name;
    if (name !== "all" && !this.pages[name]) this.#read(name, null);
  }

  #more = () => this.#read(this.filter, this.page.next);

  async #read(name, cursor) {
    const { customer } = this;
    const held = this.pages[name] ?? { items: [], next: cursor };
    this.#set(name, { ...held, loading: true, failed: false });
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      const query = new URLSearchParams({ ...FILTERS[name], ...(cursor && { cursor }) });
      const answer = await fetch(`/api/v1/customers/${customer}/timeline?${query}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const { items, next } = await answer.json();
      if (customer === this.customer) this.#set(name, { items: [...held.items, ...items], next });
    } catch {
      if (customer === this.customer) this.#set(name, { ...held, failed: true });
    }
    clearTimeout(slow);
    this.slow = false;
  }

  #set(name, page) {
    this.pages = { ...this.pages, [name]: page };
  }
}

export const pictureOf = ({ kind, event, channel }) => ({ note: "note", survey: "star", event: EVENT_ICONS[event] ?? "clock" })[kind] ?? channel;

const EVENT_ICONS = { snoozed: "moon", joined: "users", taken_over: "users", transferred: "transfer", ended: "check", held: "pause", resumed: "play", parked: "moon", accepted: "user" };

/** Newest first, each entry once; the newest copy of it wins. */
function merged(...lists) {
  const found = new Map();
  for (const list of lists) for (const one of list) if (!found.has(one.id)) found.set(one.id, one);
  return [...found.values()].sort((one, other) => other.at - one.at || (other.seq ?? 0) - (one.seq ?? 0));
}

export function title(one) {
  const channel = channelName(one.channel);
  const name = one.author?.name || one.values?.by_name || "";
  if (one.whisper) return t("Whisper · {name}", { name });
  if (one.kind === "note") return name ? t("Note · {name}", { name }) : t("Note");
  if (one.kind === "event") return eventTitle(one, name);
  if (one.kind === "survey") return t("Rated {score} of {best}", { score: number(Number(one.values?.score) || 0), best: number(5) });
  if (one.state === "failed") return t("{channel} not delivered", { channel });
  if (one.direction === "in") return t("{channel} received", { channel });
  return name ? t("{channel} sent · {name}", { channel, name }) : t("{channel} sent", { channel });
}

function eventTitle({ event }, name) {
  const words = {
    accepted: t("Accepted · {name}", { name }), transferred: t("Transferred · {name}", { name }), held: t("On hold · {name}", { name }),
    resumed: t("Resumed · {name}", { name }), ended: t("Conversation ended · {name}", { name }), parked: t("Parked"),
    resumed_by_hand: t("Opened again · {name}", { name }), woken: t("It came back"), customer_ended: t("The customer ended the conversation"), opted_out: t("Opted out"), opted_in: t("Opted in"), snoozed: t("Snoozed · {name}", { name }), joined: t("Wrote here, too · {name}", { name }), left: t("Left · {name}", { name }), taken_over: t("Taken over · {name}", { name }),
  };
  return words[event] ?? String(event ?? "").replaceAll("_", " ");
}

const when = (at) => (new Date(at).toDateString() === new Date().toDateString() ? time(at) : day(at));

customElements.define("hub-history", History);
