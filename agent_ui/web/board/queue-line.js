// All who wait in one queue, in the order in which it serves them, and the acts on the selected one. Rows keep their places
// under a hand; the selection follows the focus.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { now } from "../clock.js";
import { requirement } from "../console/terms.js";
import { duration, number, t } from "../words.js";
import { arrows, focusRow, oneTabStop } from "./arrows.js";
import { TONE, pressure } from "./limits.js";
import { Hold, SteadyOrder } from "./order.js";
import { Pace } from "./pace.js";
import { NONE, langOf, likely } from "./words.js";

const byPlace = (one, two) => one.place - two.place;

class QueueLine extends LitElement {
  static properties = { board: { attribute: false }, drill: { attribute: false }, open: { attribute: false }, take: { attribute: false }, selected: { state: true } };

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
    const rows = new Map(this.drill.data.waiting.map((row) => [row.id, row]));
    const held = this.hold.held;
    const { shown, changed } = this.order.arrange(rows, byPlace, held);
    if (!rows.has(this.selected)) this.selected = shown.find(({ gone }) => !gone)?.row.id ?? "";
    const waiting = this.drill.data.queue.waiting;
    return html`${this.#acts(rows.get(this.selected), held && changed)}
      <div class="board-scroll"><table class="board-line" aria-label=${t("Waiting contacts")} @keydown=${arrows} @focusin=${this.#follow} @click=${this.#press}>
        <thead><tr><th scope="col" class="at-start">${t("Waiting contact")}</th><th scope="col" class="at-start">${this.drill.data.queue.channel === "chat" ? t("Visitor") : t("Number")}</th><th scope="col">${t("Waited")}</th>
          <th scope="col">${t("Likely wait")}</th><th scope="col" class="at-start">${t("Needs")}</th><th scope="col">${t("Idle who can")}</th></tr></thead>
        <tbody>${repeat(shown, ({ row }) => row.id, ({ row, gone }) => this.#row(row, gone))}</tbody></table></div>
      ${shown.length ? nothing : html`<p class="board-empty">${t("Nobody waits.")}</p>`}
      ${waiting > rows.size && rows.size ? html`<p class="board-empty">${t("The first {shown} of {count} are shown.", { shown: number(rows.size), count: number(waiting) })}</p>` : nothing}
      <p class="board-definition">${t("Order: priority, then time of entry. A contact moved by hand keeps its time. Acts count at the next match and stand in the log under your name.")}</p>`;
  }

  updated() {
    oneTabStop(this);
  }

  /** The contact that the acts and the keys are about. */
  get current() {
    const row = this.drill.data.waiting.find(({ id }) => id === this.selected);
    return row && { ...row, customer: row.customer };
  }

  #acts(contact, changed) {
    const asked = contact && this.board.asked.get(contact.id);
    const act = (name, text, primary = "") => html`<button type="button" class="btn small ${primary}" ?disabled=${!contact} @click=${() => this.open(name, contact)}>${text}</button>`;
    return html`<div class="board-actbar" role="group" aria-label=${t("Acts on the selected contact")}><p class="el">${contact
      ? html`<b lang=${langOf(contact.customer)}>${contact.customer}</b> <span class=${asked ? (asked.refused ? "board-refused" : "board-asked") : "board-meta"}>${asked?.text
        ?? t("waits {time}, place {place}", { time: duration(now() - contact.since), place: contact.place })}</span>`
      : html`<span class="board-meta">${t("Nobody is selected.")}</span>`}</p>
      <button type="button" class="board-resort" ?hidden=${!changed} @click=${this.resort}>${t("Order changed: sort")}</button>
      ${act("assign", t("Assign to…"), "primary")}
      ${this.take ? html`<button type="button" class="btn small" ?disabled=${!contact} title=${t("Assigned to you; accept it when it rings")} @click=${() => this.take(contact)}>${t("Take it")}</button>` : nothing}
      ${act("prioritise", t("Priority…"))}${act("move", t("Move to queue…"))}
      ${contact ? html`<a class="btn small" href=${`/board/contacts/${contact.id}`}>${t("Read")}</a>` : nothing}</div>`;
  }

  #row(row, gone) {
    const queue = this.drill.data.queue;
    const tone = gone ? "" : TONE[pressure(row.since, queue.target_ms, now())];
    const chosen = row.id === this.selected;
    return html`<tr class="${gone ? "is-gone" : ""} ${chosen ? "is-chosen" : ""}" aria-selected=${chosen} data-contact=${row.id}>
      <td><span class="board-name"><span class="board-number">${gone ? "" : number(row.place)}</span><a data-drill tabindex="-1" href=${`/board/contacts/${row.id}`} lang=${langOf(row.customer)}>${row.customer}</a>
        ${row.offered && !gone ? html`<span class="badge accent">${t("being offered")}</span>` : nothing}</span></td>
      <td class="at-start board-meta">${row.address || NONE}</td>
      <td><b class=${tone}>${gone ? "" : duration(now() - row.since)}</b></td>
      <td class="board-meta">${gone ? t("no longer waiting") : row.place === 1 ? t("next") : likely(row.likely)}</td>
      <td class="at-start board-needs-skill">${row.needs.length ? needed(row.needs) : NONE}</td>
      <td>${t("{can} of {of}", { can: number(row.idle.can), of: number(row.idle.of) })}</td></tr>`;
  }

  resort = () => this.hold.release(() => this.requestUpdate());

  #follow = (event) => this.#choose(event.target.closest("tr[data-contact]"));

  #press = (event) => {
    const row = event.target.closest("tr[data-contact]");
    if (!row || event.target.closest("a")) return;
    this.#choose(row);
    focusRow(row);
  };

  #choose(row) {
    if (row) this.selected = row.dataset.contact;
  }
}

/** Each in a piece, so that a line never breaks between a skill and its level. */
const needed = (needs) => needs.map(({ skill, name, level }, at) => html`<span>${requirement(skill, level, name)}${at < needs.length - 1 ? "," : ""}</span> `);

customElements.define("hub-queue-line", QueueLine);
