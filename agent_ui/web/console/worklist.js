// "My work": sections in fixed order, rows keyed and patched in place. It never re-sorts on activity.
import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { number, t } from "../words.js";
import { Part } from "./part.js";
import { focusMoved, shift } from "./press.js";
import "./offer.js";
import "./row.js";

class WorkList extends Part {
  #heights = "";
  #focused = null;

  render() {
    const { ringing, active, wrapping } = this.desk.sections;
    const endings = this.desk.endings;
    return html`<div class="work" data-guarded @focusin=${this.#focus}>
      ${ringing.length || endings.length ? html`<section aria-labelledby="ringing-head">${head("ringing-head", t("Ringing"), ringing.length)}
        <ul>${repeat([...endings, ...ringing], (one) => (one.contact ?? one).id, (one, place) => html`<li data-id=${(one.contact ?? one).id}>
          <hub-offer .desk=${this.desk} .contact=${one.contact ?? one} .ending=${one.contact ? one : null} .top=${!one.contact && place === endings.length}></hub-offer></li>`)}</ul></section>` : nothing}
      ${this.#section("active-head", t("Active"), active, t("No active contacts."))}
      ${wrapping.length ? this.#section("wrapping-head", t("Wrapping"), wrapping) : nothing}
    </div>`;
  }

  #section(id, title, contacts, empty) {
    const { selected, preview } = this.desk;
    return html`<section aria-labelledby=${id}>${head(id, title, contacts.length)}
      ${contacts.length ? html`<ul>${repeat(contacts, (contact) => contact.id, (contact) => html`<li data-id=${contact.id}>
        <hub-row .desk=${this.desk} .contact=${contact} .on=${!preview && contact.id === selected}></hub-row></li>`)}</ul>` : html`<p class="work-empty">${empty}</p>`}</section>`;
  }

  updated() {
    super.updated();
    const heights = [...this.querySelectorAll("li")].map((row) => row.dataset.id).join();
    if (this.#heights && heights !== this.#heights) shift(this.querySelector(".work"));
    this.#heights = heights;
    this.#keepFocus();
  }

  #focus = (event) => {
    const row = event.target.closest("li");
    this.#focused = row && { id: row.dataset.id, list: row.closest("section").getAttribute("aria-labelledby"), place: [...row.parentElement.children].indexOf(row) };
  };

  /** The row with the focus went away: the next of the same list, else the list's heading. */
  #keepFocus() {
    const old = this.#focused;
    if (!old || this.querySelector(`li[data-id="${old.id}"]`) || document.activeElement !== document.body) return;
    this.#focused = null;
    const list = this.querySelector(`section[aria-labelledby="${old.list}"]`) ?? this.querySelector("section");
    const rows = [...list.querySelectorAll("li")];
    const next = rows[Math.min(old.place, rows.length - 1)]?.querySelector("button") ?? list.querySelector("h2");
    next.focus();
    focusMoved();
  }
}

const head = (id, title, count) => html`<h2 id=${id} tabindex="-1"><span>${title}</span><span class="num">${number(count)}</span></h2>`;

customElements.define("hub-work-list", WorkList);
