// "My day": the figures of one day, presence as a ribbon, what was handled and how it ended. Earlier days by date.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { channelName } from "../console/terms.js";
import { icon } from "../icons.js";
import { ask, firstData } from "../people/api.js";
import { duration, n, number, t, time } from "../words.js";
import { presenceTable, ribbon } from "./ribbon.js";
import "../pages.js";

const DAY_MS = 86_400_000;

class MyDay extends LitElement {
  static properties = { date: { state: true }, day: { state: true }, busy: { state: true }, trouble: { state: true } };
  #asked = null;

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    this.date = new URLSearchParams(location.search).get("date") || written(Date.now());
    this.day = firstData();
    if (this.day) this.date = this.day.date;
    else this.#read();
  }

  render() {
    const today = written(Date.now());
    return html`<div class="sheet-head"><h1>${t("My day")}</h1><div class="day-pick" role="group" aria-label=${t("Day")}>
        <button type="button" class="btn small" aria-label=${t("The day before")} @click=${() => this.#step(-1)}>‹</button>
        <input type="date" class="field small" aria-label=${t("Day")} .value=${this.date} max=${today} @change=${({ target }) => target.value && this.#go(target.value)}>
        <button type="button" class="btn small" aria-label=${t("The day after")} ?disabled=${this.date >= today} @click=${() => this.#step(1)}>›</button>
        <button type="button" class="btn small" ?disabled=${this.date === today} @click=${() => this.#go(today)}>${t("Today")}</button></div></div>
      ${this.trouble ? html`<p class="sheet-note is-bad" role="alert">${this.trouble} <button type="button" class="btn small" @click=${() => this.#read()}>${t("Try again")}</button></p>` : nothing}
      ${this.day ? this.#day() : this.trouble ? nothing : html`<span class="skeleton sheet-grey"></span><span class="visually-hidden" role="status">${t("Loading…")}</span>`}`;
  }

  #day() {
    const { day } = this;
    const ms = (value) => (value ? duration(value) : "–");
    return html`<dl class="day-figures" aria-busy=${this.busy}>
        ${figure(t("Handled"), number(day.handled ?? 0), t("contacts ended on this day"))}
        ${figure(t("Handle time"), ms(day.handle_ms), t("from accepting to the end of wrap-up, on average"))}
        ${figure(t("Talk time"), ms(day.talk_ms), t("from accepting to the end of the conversation"))}
        ${figure(t("Wrap-up"), ms(day.wrap_ms), t("from the end of the conversation on"))}
        ${figure(t("Missed offers"), number(day.missed ?? 0), n("{count} declined", "{count} declined", day.declined ?? 0))}
        ${figure(t("Rating"), day.rating ? number(day.rating.mean, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : "–", day.rating ? n("{count} answer", "{count} answers", day.rating.n) : t("no answers"))}</dl>
      <section class="day-part" aria-labelledby="presence-head"><h2 id="presence-head">${t("Presence")}</h2>${day.presence?.length ? html`${ribbon(day.presence)}<details><summary>${t("As a table")}</summary>${presenceTable(day.presence)}</details>` : html`<p class="meta">${t("You were not there on this day.")}</p>`}</section>
      <div class="day-two"><section class="day-part" aria-labelledby="channels-head"><h2 id="channels-head">${t("By channel")}</h2>${table([t("Channel"), t("Handled"), t("Handle time")], (day.by_channel ?? []).map((one) => [html`${icon(one.channel)} ${channelName(one.channel)}`, number(one.handled), ms(one.handle_ms)]))}</section>
        <section class="day-part" aria-labelledby="ends-head"><h2 id="ends-head">${t("Dispositions")}</h2>${table([t("Disposition"), t("Contacts")], (day.dispositions ?? []).map((one) => [one.name || one.id || t("No disposition"), number(one.n)]))}</section></div>
      <section class="day-part" aria-labelledby="contacts-head"><h2 id="contacts-head">${t("Contacts")}</h2>${this.#contacts(day.contacts ?? [])}</section>`;
  }

  #contacts(contacts) {
    if (!contacts.length) return html`<p class="meta">${t("No contacts on this day.")}</p>`;
    return html`<div class="wide-table" tabindex="0" role="group" aria-labelledby="contacts-head"><table class="plain"><thead><tr><th scope="col">${t("Time")}</th><th scope="col">${t("Customer")}</th><th scope="col">${t("Channel")}</th><th scope="col">${t("Queue")}</th><th scope="col">${t("Disposition")}</th><th scope="col" class="num">${t("Handle time")}</th></tr></thead>
      <tbody>${repeat(contacts, ({ contact }) => contact, (one) => html`<tr><td class="num"><time datetime=${new Date(one.at).toISOString()}>${time(one.at)}</time></td>
        <th scope="row">${one.customer?.id ? html`<a href=${`/customers/${one.customer.id}?at=${one.at}`} lang="">${one.customer.name || t("Unknown customer")}</a>` : html`<span lang="">${one.customer?.name ?? one.customer ?? "–"}</span>`}</th>
        <td>${channelName(one.channel)}</td><td>${one.queue?.name ?? one.queue ?? ""}</td><td>${one.disposition?.name ?? one.disposition ?? "–"}</td><td class="num">${one.handle_ms ? duration(one.handle_ms) : "–"}</td></tr>`)}</tbody></table></div>`;
  }

  #step(by) {
    this.#go(written(new Date(`${this.date}T12:00:00`).getTime() + by * DAY_MS));
  }

  #go(date) {
    this.date = date > written(Date.now()) ? written(Date.now()) : date;
    const url = new URL(location.href);
    url.searchParams.set("date", this.date);
    history.replaceState(null, "", url);
    this.#read();
  }

  async #read() {
    this.#asked?.abort();
    const asked = (this.#asked = new AbortController());
    Object.assign(this, { busy: true, trouble: "" });
    try {
      this.day = await ask(`/api/v1/day?${new URLSearchParams({ date: this.date })}`, { signal: asked.signal });
    } catch (problem) {
      if (problem.name !== "AbortError") Object.assign(this, { day: null, trouble: problem.status === 404 ? t("You take no contacts yourself, so there is no day to show.") : problem.detail || t("This day could not be loaded.") });
    }
    if (asked === this.#asked) this.busy = false;
  }
}

/** YYYY-MM-DD in the viewer's own zone. */
function written(at) {
  const on = new Date(at);
  return [on.getFullYear(), String(on.getMonth() + 1).padStart(2, "0"), String(on.getDate()).padStart(2, "0")].join("-");
}

const figure = (name, value, about) => html`<div class="figure"><dt>${name}</dt><dd><b>${value}</b><span>${about}</span></dd></div>`;

function table(heads, rows) {
  if (!rows.length) return html`<p class="meta">${t("None")}</p>`;
  return html`<table class="plain"><thead><tr>${heads.map((head, at) => html`<th scope="col" class=${at ? "num" : ""}>${head}</th>`)}</tr></thead>
    <tbody>${rows.map(([first, ...rest]) => html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td class="num">${cell}</td>`)}</tr>`)}</tbody></table>`;
}

customElements.define("hub-day", MyDay);
