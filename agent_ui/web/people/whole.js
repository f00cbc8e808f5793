// The whole history of one customer: filters by channel and kind, search within, jump to a date, further pages when they
// are asked for. An entry can be linked to: ?at=<ms>#entry-<id>.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { pictureOf, title } from "../console/history.js";
import { languageOf } from "../console/message.js";
import { channelName } from "../console/terms.js";
import { has, marked } from "../find.js";
import { icon } from "../icons.js";
import { day, number, t, time } from "../words.js";
import { ask, reference } from "./api.js";

const WAIT_MS = 250;
const SLOW_MS = 5_000;
const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const CHANNELS = ["sms", "chat", "email", "voice"];
const KINDS = () => [["", t("All kinds")], ["message", t("Text")], ["note", t("Notes")], ["event", t("Events")]];

class WholeHistory extends LitElement {
  static properties = {
    customer: { attribute: false }, total: { attribute: false }, first: { attribute: false },
    channel: { state: true }, kind: { state: true }, words: { state: true }, date: { state: true }, page: { state: true }, busy: { state: true }, slow: { state: true }, trouble: { state: true },
  };
  #asked = null;
  #timer = 0;

  constructor() {
    super();
    Object.assign(this, { channel: "", kind: "", words: "", date: "", page: null });
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (!changed.has("customer") || changed.get("customer") === this.customer) return;
    const at = Number(new URLSearchParams(location.search).get("at"));
    if (at) {
      this.date = localDate(at);
      this.#jump(at);
    } else if (this.first) this.page = this.first;
    else this.#read();
  }

  render() {
    const { items = [], next } = this.page ?? {};
    const shown = this.words.trim() ? items.filter(({ text }) => text && has(text, this.words)) : items;
    const all = !this.channel && !this.kind && !this.words.trim() && !this.date;
    const count = all && this.total !== null ? t("{shown} of {total}", { shown: number(shown.length), total: number(Math.max(this.total, shown.length)) }) : number(shown.length);
    return html`<section class="whole" aria-labelledby="whole-head"><div class="whole-head"><h2 id="whole-head" tabindex="-1"><span>${t("History")}</span><span class="num">${this.page ? count : ""}</span></h2>
        <div class="filters" role="group" aria-label=${t("Channel")}>${this.#chip("channel", "", t("All"))}${CHANNELS.map((channel) => this.#chip("channel", channel, channelName(channel), channel))}</div>
        <div class="filters" role="group" aria-label=${t("Kind")}>${KINDS().map(([kind, words]) => this.#chip("kind", kind, words))}</div>
        <div class="whole-find"><div class="box small" role="search">${icon("search")}<input type="search" .value=${this.words} @input=${this.#type} placeholder=${t("Search within")} aria-label=${t("Search within the history")} autocomplete="off"></div>
          <label class="whole-date"><span>${t("Go to")}</span><input type="date" class="field small" .value=${this.date} max=${localDate(Date.now())} @change=${this.#dated}></label>
          ${this.date ? html`<button type="button" class="btn small" @click=${this.#newest}>${t("Newest")}</button>` : nothing}</div></div>
      <ol class="timeline is-whole">${repeat(shown, ({ id }) => id, (one) => this.#entry(one))}</ol>
      <p class="sheet-note" role="status">${this.#foot(shown, next)}</p>
      ${this.trouble ? html`<p class="sheet-note is-bad">${t("The history could not be loaded (reference {reference}).", { reference: this.trouble })} <button type="button" class="btn small" @click=${() => this.#read(this.page?.next ?? null)}>${t("Try again")}</button></p>` : nothing}
      ${next && !this.busy && !this.trouble ? html`<p class="sheet-note"><button type="button" class="btn" @click=${() => this.#read(next)}>${t("Older entries")}</button></p>` : nothing}</section>`;
  }

  #foot(shown, next) {
    if (this.busy) return this.slow ? t("Still loading the history.") : this.words.trim() ? t("Searching: {count} entries read.", { count: number(this.page?.items.length ?? 0) }) : t("Loading…");
    if (this.trouble || shown.length || next || !this.page) return nothing;
    if (this.words.trim()) return html`${t("No entry has “{words}”.", { words: this.words.trim() })} <button type="button" class="btn small" @click=${this.#clear}>${t("Show all")}</button>`;
    if (this.channel || this.kind || this.date) return html`${t("No such entry among {total}.", { total: number(this.total ?? 0) })} <button type="button" class="btn small" @click=${this.#clear}>${t("Show all")}</button>`;
    return t("No earlier contact.");
  }

  #chip(filter, value, words, picture = "") {
    return html`<button type="button" class="chip" aria-pressed=${this[filter] === value} @click=${() => this.#turn(filter, value)}>${picture ? icon(picture) : nothing}${words}</button>`;
  }

  #entry(one) {
    const here = location.hash === `#entry-${one.id}`;
    return html`<li class="entry ${here ? "is-here" : ""}" id=${`entry-${one.id}`}><span class="entry-icon ${one.state === "failed" ? "is-bad" : ""}">${icon(pictureOf(one))}</span>
      <span class="entry-title">${title(one)}</span><time datetime=${new Date(one.at).toISOString()}>${day(one.at)} ${time(one.at)}</time>
      ${one.text ? html`<p class="entry-text" dir="auto" lang=${languageOf(one.text)}>${marked(one.text, this.words)}</p>` : nothing}
      ${(one.media ?? []).filter(({ url }) => url).map(({ url, name, type }) => html`<p class="entry-text"><a href=${url} target="_blank" rel="noopener">${name || type}</a></p>`)}</li>`;
  }

  updated() {
    const target = location.hash.startsWith("#entry-") && !this.shownOnce && document.getElementById(location.hash.slice(1));
    if (!target) return;
    this.shownOnce = true;
    target.scrollIntoView({ block: "center" });
  }

  // ---- what a person asks for --------------------------------------------------------------------------------------------
  #turn(filter, value) {
    this[filter] = value;
    this.page = null;
    if (this.date) this.#jump(endOf(this.date));
    else this.#read();
  }

  #clear = () => {
    Object.assign(this, { channel: "", kind: "", words: "", date: "", page: null });
    this.#read();
    this.querySelector("#whole-head").focus();
  };

  #newest = () => {
    Object.assign(this, { date: "", page: null });
    this.#read();
  };

  #dated = ({ target }) => {
    this.date = target.value;
    this.page = null;
    if (this.date) this.#jump(endOf(this.date));
    else this.#read();
  };

  #type = ({ target }) => {
    this.words = target.value;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#through(), WAIT_MS);
  };

  /** A search reads page after page until the end: the words may stand anywhere. */
  async #through() {
    const { words } = this;
    while (words === this.words && words.trim() && this.page?.next && !this.trouble) await this.#read(this.page.next);
  }

  /** A place of the history is a time in microseconds and an id; the last id of that moment comes before all others. */
  #jump(at) {
    this.page = null;
    return this.#read(`${(at + 1) * 1000}.${LAST_ID}`);
  }

  async #read(cursor = null) {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    const held = this.page?.items ?? [];
    Object.assign(this, { busy: true, trouble: "", slow: false });
    const slow = setTimeout(() => (this.slow = true), SLOW_MS);
    try {
      const query = new URLSearchParams({ ...(cursor && { cursor }), ...(this.channel && { channel: this.channel }), ...(this.kind && { kind: this.kind }) });
      const { items, next } = await ask(`/api/v1/customers/${this.customer}/timeline?${query}`, { signal: asked.signal });
      this.page = { items: [...held, ...items], next };
    } catch (problem) {
      if (problem.name !== "AbortError") this.trouble = reference(problem) || "–";
    }
    clearTimeout(slow);
    if (asked === this.#asked) this.busy = false;
  }
}

const localDate = (at) => `${new Date(at).getFullYear()}-${String(new Date(at).getMonth() + 1).padStart(2, "0")}-${String(new Date(at).getDate()).padStart(2, "0")}`;
const endOf = (date) => new Date(`${date}T23:59:59.999`).getTime();

customElements.define("hub-whole-history", WholeHistory);
