// "My work": sections in fixed order, rows keyed and patched in place. It never re-sorts on activity, and nothing of it
// moves up while the pointer is over it.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { number, t } from "../words.js";
import { Ghosts } from "./ghosts.js";
import { mentionsOf } from "./mentions.js";
import { Part } from "./part.js";
import { focusMoved, shift } from "./press.js";
import { Slide } from "./slide.js";
import { when } from "./times.js";
import { undoBar } from "./undo.js";
import "./offer.js";
import "./row.js";

class WorkList extends Part {
  #rows = "";
  #drawn = "";
  #slide = new Slide();
  #focused = null;
  #hovered = null;
  #ghosts = new Ghosts(() => (this.#hovered ??= Boolean(this.querySelector(".work")?.matches(":hover"))), () => this.#again());

  /** Rows that were held fall together. */
  #again() {
    this.#drawn = "held";
    this.requestUpdate();
  }

  render() {
    const { ringing, active, wrapping, snoozed } = this.desk.sections;
    const endings = this.desk.endings;
    return html`<div class="work" data-guarded @focusin=${this.#focus} @pointerleave=${() => this.#ghosts.release()}>
      ${this.#ringing(ringing, endings)}
      ${this.#section("active-head", t("Active"), active, t("No active contacts."))}
      ${this.#section("wrapping-head", t("Wrapping"), wrapping)}
      ${this.#section("snoozed-head", t("Snoozed"), snoozed)}
      ${mentionsOf(this.desk)}
    </div>${undoBar(this.desk)}`;
  }

  #ringing(ringing, endings) {
    const items = [...endings.map((one) => ({ id: one.contact.id, contact: one.contact, ending: one })), ...ringing.map((contact) => ({ id: contact.id, contact }))];
    const rows = this.#ghosts.rows("ringing", items, (id) => this.#why(id));
    if (!rows.length) return nothing;
    return html`<section aria-labelledby="ringing-head">${head("ringing-head", t("Ringing"), ringing.length)}<ul>${repeat(rows, ({ id }) => `o${id}`, ({ id, contact, ending, gone }) => html`<li data-id=${id} ?inert=${Boolean(gone)}>
      <hub-offer .desk=${this.desk} .contact=${contact} .ending=${ending ?? null} .gone=${gone} .deciding=${this.desk.deciding.get(id)} .shown=${this.desk.preview?.id === id} .top=${contact === ringing[0]}></hub-offer></li>`)}</ul></section>`;
  }

  #section(id, title, contacts, empty = "") {
    const { selected, preview, snoozed } = this.desk;
    const rows = this.#ghosts.rows(id, contacts.map((contact) => ({ id: contact.id ?? contact.interaction, contact })), (one) => this.#why(one));
    if (!rows.length && !empty) return nothing;
    const on = (one) => !preview && (snoozed ? one === snoozed.interaction : one === selected);
    return html`<section aria-labelledby=${id}>${head(id, title, contacts.length)}
      ${rows.length ? html`<ul>${repeat(rows, (row) => row.id, (row) => html`<li data-id=${row.id} ?inert=${Boolean(row.gone)}>
        <hub-row .desk=${this.desk} .contact=${row.contact} .gone=${row.gone} .on=${on(row.id)} .draft=${this.#draft(row.id)} .typing=${this.desk.signals.typing(row.id).includes("customer")}></hub-row></li>`)}</ul>` : html`<p class="work-empty">${empty}</p>`}</section>`;
  }

  #draft(id) {
    const { message, note } = this.desk.drafts.of(id);
    return message.trim() || note.trim();
  }

  /** Why a row is not in its list any more. */
  #why(id) {
    const now = this.desk.contact(id);
    if (now) return { active: t("Accepted"), wrapping: t("Wrapping") }[now.state] ?? t("Gone");
    const { why, contact } = this.desk.state.ended.get(id) ?? {};
    const asleep = why === "parked" && this.desk.state.snoozed.get(contact.interaction);
    if (asleep) return t("Snoozed until {time}", { time: when(asleep.due_at) });
    return { finished: t("Finished"), transferred: t("Transferred"), parked: t("Parked"), declined: t("Declined"), customer_left: t("The customer left") }[why] ?? t("Gone");
  }

  willUpdate() {
    this.#hovered = null;
    this.#rows = rowsOf(this.desk);
  }

  updated(changed) {
    super.updated(changed);
    if (this.#rows !== this.#drawn) this.#moved();
    this.#drawn = this.#rows;
    this.#keepFocus();
  }

  /** The rows draw themselves a moment later, in the same frame: only then all heights are known. */
  async #moved() {
    if (this.#drawn) shift(this.querySelector(".work"));
    await Promise.all([...this.querySelectorAll("hub-offer, hub-row")].map((row) => row.updateComplete));
    this.#slide.drawn(this.querySelectorAll("section, li"));
  }

  #focus = (event) => {
    const row = event.target.closest("li");
    this.#focused = row && { id: row.dataset.id, list: row.closest("section").getAttribute("aria-labelledby"), place: [...row.parentElement.children].indexOf(row) };
  };

  /** The row with the focus went away: the next of the same list, else the list's heading. */
  #keepFocus() {
    const old = this.#focused;
    if (!old || this.querySelector(`li[data-id="${old.id}"]:not([inert])`) || document.activeElement !== document.body) return;
    this.#focused = null;
    const list = this.querySelector(`section[aria-labelledby="${old.list}"]`) ?? this.querySelector("section");
    const rows = [...list.querySelectorAll("li:not([inert])")];
    const next = rows[Math.min(old.place, rows.length - 1)]?.querySelector("button") ?? list.querySelector("h2");
    next.focus();
    focusMoved();
  }
}

/** Which rows there are, in their order: as long as this stays the same, nothing moves. */
function rowsOf(desk) {
  const { ringing, active, wrapping, snoozed } = desk.sections;
  const ended = desk.endings.map(({ contact }) => contact);
  return [ended, ringing, active, wrapping, snoozed, [...(desk.state.mentions?.values() ?? [])]].map((rows) => rows.map(({ id, interaction }) => id ?? interaction).join()).join("/");
}

const head = (id, title, count) => html`<h2 id=${id} tabindex="-1"><span>${title}</span><span class="num">${number(count)}</span></h2>`;

customElements.define("hub-work-list", WorkList);
