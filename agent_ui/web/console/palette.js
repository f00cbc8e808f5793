// Ctrl K, on every page: every action that is possible now, the pages, customers, saved replies; for supervisors people and
// queues. Typing filters, arrows choose, Enter does it. What there is to choose from: palette-items.js.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { marked } from "../find.js";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { cap } from "./caps.js";
import { veil } from "./keysheet.js";
import { Finder, itemsOf, remember } from "./palette-items.js";

class Palette extends LitElement {
  static properties = { desk: { attribute: false }, hub: { attribute: false }, shown: { state: true }, filter: { state: true }, at: { state: true } };

  #finder = new Finder(() => this.requestUpdate());

  createRenderRoot() {
    return this;
  }

  async open(filter = "") {
    if (this.shown) return this.querySelector("input").focus();
    Object.assign(this, { shown: true, filter, at: "" });
    this.#finder.look(filter);
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    this.querySelector("input").select();
  }

  get items() {
    return itemsOf({ desk: this.desk, filter: this.filter ?? "", found: this.#finder.found });
  }

  render() {
    if (!this.shown) return nothing;
    const { items } = this;
    const on = this.#on(items);
    const groups = [...new Set(items.map((item) => item.group))];
    return html`<dialog class="dialog palette" aria-label=${t("All actions, pages and customers")} @close=${() => (this.shown = false)} @click=${veil} @keydown=${this.#key}>
      <div class="palette-field">${icon("search")}<input type="text" role="combobox" aria-expanded=${items.length > 0} aria-controls=${items.length ? "palette-list" : nothing} aria-activedescendant=${on ? `act-${on.id}` : nothing} autocomplete="off" spellcheck="false"
        .value=${this.filter} @input=${this.#type} placeholder=${t("Action, customer, number or order")} aria-label=${t("Action, customer, number or order")}><kbd>Esc</kbd></div>
      ${items.length ? html`<div class="dialog-list" id="palette-list" role="listbox" aria-label=${t("All actions, pages and customers")}>${repeat(groups, (group) => group, (group, at) => html`<div role="group" aria-labelledby=${`acts-${at}`}>
        <h3 id=${`acts-${at}`} role="presentation">${group}</h3>${repeat(items.filter((item) => item.group === group), (item) => item.id, (item) => this.#row(item, item === on))}</div>`)}</div>` : nothing}
      <p class="dialog-none ${this.#finder.failed ? "is-bad" : ""}" role="status">${this.#says(items)}</p>
      <p class="palette-foot"><span><kbd>↑</kbd> <kbd>↓</kbd> ${t("choose")}</span><span><kbd>${t("Enter")}</kbd> ${t("do it")}</span><span class="grow"></span><span class="palette-all">${t("every action of the console is here")}</span></p></dialog>`;
  }

  #says(items) {
    if (this.#finder.failed) return t("Customers could not be searched. The actions work.");
    if (items.length) return nothing;
    return this.#finder.busy ? t("Looking for customers…") : t("No action and no customer has these letters.");
  }

  #on(items) {
    return items.find(({ id }) => id === this.at) ?? items[0];
  }

  #row(item, on) {
    return html`<div role="option" id=${`act-${item.id}`} class="pick ${on ? "is-on" : ""}" aria-selected=${on} @click=${() => this.#run(item)} @pointermove=${() => (this.at = item.id)}>
      ${icon(item.icon)}<span class="pick-name"><span lang=${item.own ? nothing : ""}>${marked(item.words, this.filter)}</span> <span class="meta" lang="">${marked(item.about ?? "", this.filter)}</span></span>
      <span class="pick-keys">${item.keys.map((key) => html`<kbd>${cap(key)}</kbd>`)}</span></div>`;
  }

  #type = ({ target }) => {
    this.filter = target.value;
    this.at = "";
    this.#finder.look(target.value);
  };

  #key = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) this.#step(step);
    else if (event.key === "Enter") this.#enter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Who is quicker than the hub means the customer that it is about to find, not the one of the letters before. */
  #enter() {
    const on = this.#on(this.items);
    if (this.at || (on && on.group !== t("Customers"))) return this.#run(on);
    this.#finder.whenFound(() => this.shown && this.#run(this.#on(this.items)));
  }

  #step(by) {
    const { items } = this;
    if (!items.length) return;
    const to = items.indexOf(this.#on(items)) + by;
    this.at = items[Math.abs(by) === 1 ? (to + items.length) % items.length : Math.min(Math.max(to, 0), items.length - 1)].id;
    this.updateComplete.then(() => this.querySelector(".pick.is-on")?.scrollIntoView({ block: "nearest" }));
  }

  /** The dialog gives the focus back before the action runs, which may move it on. */
  #run(item) {
    if (!item) return;
    this.querySelector("dialog").close();
    remember(item.id);
    item.run();
  }
}

customElements.define("hub-palette", Palette);

/** The palette of this page; the console has one that knows its desk. */
export function openPalette(filter) {
  let palette = document.querySelector("hub-palette");
  if (!palette) document.body.append((palette = document.createElement("hub-palette")));
  return palette.open(filter);
}
