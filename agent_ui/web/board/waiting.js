// The contacts that wait longest, over all queues, with the acts by hand. An act is asked for here and done by the hub
// at its next match: the row says what was asked until an event answers.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, t } from "../words.js";
import { arrows, focusRow, oneTabStop } from "./arrows.js";
import { TONE, byField, pressure } from "./limits.js";
import { Hold, SteadyOrder } from "./order.js";
import { Pace } from "./pace.js";
import { channelName, langOf, nameOf } from "./words.js";

const longestFirst = byField((contact) => contact.since);

class Waiting extends LitElement {
  static properties = { board: { attribute: false }, open: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
    this.hold = new Hold(this);
    this.order = new SteadyOrder();
  }

  render() {
    const rows = new Map([...this.board.waiting].map(([id, contact]) => [id, { ...contact, name: nameOf(contact.customer) }]));
    const held = this.hold.held;
    const { shown, changed } = this.order.arrange(rows, longestFirst, held);
    return html`<div class="board-bar"><h2 id="waiting-head" tabindex="-1">${t("Waiting longest, all queues")}</h2><span>
        <button type="button" class="board-resort" ?hidden=${!(held && changed)} @click=${this.resort}>
          ${t("Order changed: sort")}</button>
        <span class="board-meta">${t("acts count at the next match")}</span></span></div>
      <div class="board-scroll"><table class="board-waiting" aria-labelledby="waiting-head" @keydown=${arrows}>
        <thead class="visually-hidden"><tr><th scope="col">${t("Customer")}</th><th scope="col">${t("Queue")}</th>
          <th scope="col">${t("Waiting")}</th><th scope="col">${t("Place")}</th><th scope="col">${t("Acts")}</th></tr></thead>
        <tbody>${repeat(shown, ({ row }) => row.id, ({ row, gone }) => this.#row(row, gone))}</tbody>
      </table></div>
      ${shown.length ? nothing : html`<p class="board-empty">${t("Nobody waits.")}</p>`}`;
  }

  updated() {
    oneTabStop(this);
  }

  resort = () => this.hold.release(() => this.requestUpdate());

  /** Takes the focus to the first contact of a queue, else to the heading. */
  show(queue) {
    const found = [...this.querySelectorAll("tbody tr")].find((row) => this.board.queueOf(this.board.waiting.get(row.dataset.contact) ?? {}) === queue);
    if (found) focusRow(found);
    else this.querySelector("h2").focus();
  }

  /** The contact that a key acts on: the focused row's, else the one that waits longest. */
  get current() {
    const row = this.contains(document.activeElement) ? document.activeElement.closest("tbody tr") : null;
    return this.board.waiting.get((row ?? this.querySelector("tbody tr:not(.is-gone)"))?.dataset.contact);
  }

  #row(contact, gone) {
    const queue = this.board.queueOf(contact);
    const tone = gone ? "" : TONE[pressure(contact.since, queue?.target_ms, now())];
    return html`<tr class=${gone ? "is-gone" : ""} data-contact=${contact.id}>
      <td><span class="board-name"><span class="chan board-chan" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
        <a data-drill tabindex="-1" href=${`/board/contacts/${contact.id}`} title=${t("Read this conversation")} lang=${langOf(contact.name)}>${contact.name}</a></span></td>
      <td class="at-start board-meta"><span>${queue?.name ?? nameOf(contact.queue)}</span></td>
      <td><b class=${tone}>${gone ? "" : duration(now() - contact.since)}</b></td>
      <td class="at-start board-place">${this.#place(contact, gone)}</td>
      <td><span class="board-acts">${gone ? nothing : this.#acts(contact)}</span></td></tr>`;
  }

  #place(contact, gone) {
    if (gone) return html`<span class="board-meta">${t("no longer waiting")}</span>`;
    const asked = this.board.asked.get(contact.id);
    if (asked) return html`<span class=${asked.refused ? "board-refused" : "board-asked"}>${asked.text}</span>`;
    if (contact.offered) return html`<span class="board-asked">${t("being offered")}</span>`;
    return t("place {place} · priority {band}", { place: contact.place, band: contact.band });
  }

  #acts(contact) {
    const button = (act, text, label) => html`<button type="button" class="btn small" aria-label=${label}
      @click=${() => this.open(act, contact)}>${text}</button>`;
    const values = { customer: contact.name };
    return html`${button("assign", t("Assign to…"), t("Assign {customer} to an agent", values))}
      ${button("move", t("Move…"), t("Move {customer} to another queue", values))}
      ${button("prioritise", t("Priority…"), t("Change the priority of {customer}", values))}`;
  }
}

customElements.define("hub-waiting", Waiting);
