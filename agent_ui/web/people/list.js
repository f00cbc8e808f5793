// Customers, the last who wrote first; and the search, in two groups: customers, and words in the history. All of it is
// reached with arrows from the field.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { channelName, tierName } from "../console/terms.js";
import { languageOf } from "../console/message.js";
import { marked } from "../find.js";
import { icon } from "../icons.js";
import { ago, day, n, number, t, time } from "../words.js";
import { ask, firstData } from "./api.js";

const WAIT_MS = 150;
const EMPTY = { items: [], next: null };

class Customers extends LitElement {
  static properties = { query: { state: true }, page: { state: true }, found: { state: true }, busy: { state: true }, trouble: { state: true } };
  #timer = 0;
  #asked = null;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    this.query = new URLSearchParams(location.search).get("q") ?? "";
    this.page = firstData() ?? EMPTY;
    if (this.query) this.#search();
    else if (!firstData()) this.#more();
  }

  render() {
    const searching = this.query.trim() !== "";
    return html`<div class="sheet-head"><h1>${t("Customers")}</h1></div>
      <div class="box large who-search" role="search">${icon("search")}<input type="search" data-find .value=${this.query} @input=${this.#type} @keydown=${this.#arrows} placeholder=${t("Name, number, e-mail, order or words of the history")} aria-label=${t("Find a customer")} autocomplete="off" spellcheck="false" ?autofocus=${searching}><kbd>/</kbd></div>
      <p class="visually-hidden" role="status">${searching && this.found && !this.busy ? this.#count() : nothing}</p>
      <div @keydown=${this.#arrows}>${searching ? this.#results() : this.#list(this.page.items)}
      ${this.trouble ? html`<p class="sheet-note is-bad">${this.trouble} <button type="button" class="btn small" @click=${() => (searching ? this.#search() : this.#more())}>${t("Try again")}</button></p>` : nothing}
      ${!searching && this.page.next && !this.trouble ? html`<p class="sheet-note"><button type="button" class="btn" ?disabled=${this.busy} @click=${this.#more}>${this.busy ? t("Loading…") : t("Earlier customers")}</button></p>` : nothing}
      ${searching && this.found?.next ? html`<p class="sheet-note"><button type="button" class="btn" ?disabled=${this.busy} @click=${() => this.#search(this.found.next)}>${t("More results")}</button></p>` : nothing}</div>`;
  }

  #results() {
    if (!this.found) return this.busy && !this.trouble ? html`<p class="sheet-note meta">${t("Looking…")}</p>` : nothing;
    const { customers, history } = this.found;
    if (!customers.length && !history.length) return html`<p class="sheet-note">${t("Nobody and nothing has “{words}”. Try a part of a name, the last digits of a number, or one word.", { words: this.query.trim() })}</p>`;
    return html`${customers.length ? html`<h2>${t("Customers")}</h2>${this.#list(customers)}` : nothing}
      ${history.length ? html`<h2>${t("In the history")}</h2><ul class="hits">${repeat(history, ({ message }) => message.id, (hit) => this.#hit(hit))}</ul>` : nothing}`;
  }

  #count() {
    const { customers, history } = this.found;
    return `${n("{count} customer", "{count} customers", customers.length)}, ${n("{count} message", "{count} messages", history.length)}`;
  }

  #list(items) {
    if (!items.length) return this.busy ? html`<p class="sheet-note meta">${t("Loading…")}</p>` : this.trouble ? nothing : html`<p class="sheet-note">${t("No customer yet. Whoever writes or calls first stands here.")}</p>`;
    return html`<table class="who" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${t("Name")}</th><th scope="col" role="columnheader">${t("Number or address")}</th><th scope="col" role="columnheader">${t("Channels")}</th><th scope="col" role="columnheader" class="num">${t("Open matters")}</th><th scope="col" role="columnheader" class="num">${t("Entries")}</th><th scope="col" role="columnheader" class="num">${t("Last")}</th></tr></thead>
      <tbody role="rowgroup">${repeat(items, ({ id }) => id, (one) => this.#row(one))}</tbody></table>`;
  }

  #row({ id, name, tier, display, channels = [], last_at: last, open, touchpoints }) {
    return html`<tr role="row"><th scope="row" role="rowheader"><a href=${`/customers/${id}`} data-row lang="">${marked(name || display || t("Unknown customer"), this.query)}</a>${tier && tier !== "standard" ? html` <span class="pill ${tier === "gold" ? "accent" : ""}">${tierName(tier)}</span>` : nothing}</th>
      <td role="cell" class="num who-display">${name ? marked(display ?? "", this.query) : ""}</td>
      <td role="cell" class="who-channels">${channels.map((channel) => html`<span title=${channelName(channel)}>${icon(channel)}<span class="visually-hidden">${channelName(channel)} </span></span>`)}</td>
      <td role="cell" class="num" data-label=${t("Open matters")}>${open ? html`<span class="is-accent">${number(open === true ? 1 : open)}</span>` : "–"}</td><td role="cell" class="num" data-label=${t("Entries")}>${touchpoints === undefined ? "" : number(touchpoints)}</td>
      <td role="cell" class="num">${last ? html`<time datetime=${new Date(last).toISOString()} title=${`${day(last)} ${time(last)}`}>${ago(last)}</time>` : "–"}</td></tr>`;
  }

  #hit({ customer, message }) {
    const text = around(message.text ?? "", this.query);
    return html`<li><a href=${`/customers/${customer.id}?at=${message.at}#entry-${message.id}`} data-row>${icon(message.kind === "note" ? "note" : message.channel)}<b lang="">${customer.name || t("Unknown customer")}</b>
      <span class="hit-text" dir="auto" lang=${languageOf(text)}>${marked(text, this.query)}</span><time datetime=${new Date(message.at).toISOString()}>${day(message.at)}</time></a></li>`;
  }

  #type = ({ target }) => {
    this.query = target.value;
    const url = new URL(location.href);
    if (this.query.trim()) url.searchParams.set("q", this.query.trim());
    else url.searchParams.delete("q");
    history.replaceState(null, "", url);
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.trouble = "";
    this.busy = Boolean(this.query.trim());
    if (this.busy) this.#timer = setTimeout(() => this.#search(), WAIT_MS);
    else if (!this.page.items.length) this.#more();
  };

  /** The newest question wins; further pages are put under what is there. */
  async #search(cursor = null) {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    Object.assign(this, { busy: true, trouble: "" });
    try {
      const query = new URLSearchParams({ q: this.query.trim(), scope: "all", ...(cursor && { cursor }) });
      const { customers = [], history: hits = [], next = null } = await ask(`/api/v1/search?${query}`, { signal: asked.signal });
      const held = cursor ? this.found : { customers: [], history: [] };
      this.found = { customers: [...held.customers, ...customers], history: [...held.history, ...hits], next };
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.trouble = problem.detail || t("The search did not work.");
    }
    this.busy = false;
  }

  #more = async () => {
    Object.assign(this, { busy: true, trouble: "" });
    try {
      const { items, next } = await ask(`/api/v1/customers?${new URLSearchParams(this.page.next ? { cursor: this.page.next } : {})}`);
      this.page = { items: [...this.page.items, ...items], next };
    } catch (problem) {
      this.trouble = problem.detail || t("The customers could not be loaded.");
    }
    this.busy = false;
  };

  #arrows = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    const places = [this.querySelector("[data-find]"), ...this.querySelectorAll("[data-row]")];
    const at = places.indexOf(document.activeElement);
    const next = places[Math.min(Math.max(at + step, 0), places.length - 1)];
    if (at < 0 || !next) return;
    next.focus();
    event.preventDefault();
    event.stopPropagation();
  };
}

const AROUND = 60;

/** The part of a long text in which the words stand. */
function around(text, wanted) {
  const at = text.toLocaleLowerCase().indexOf(wanted.trim().toLocaleLowerCase());
  return at > AROUND ? `… ${text.slice(at - AROUND)}` : text;
}

customElements.define("hub-customers", Customers);
