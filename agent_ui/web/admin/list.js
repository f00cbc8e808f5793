// All documents of a kind: a table to look through, a field to find one, a button for a new one.
import { LitElement, html, nothing } from "lit";
import { list, read } from "./api.js";
import { KINDS } from "./kinds.js";
import { permissionName, roleName } from "./names.js";
import { icon } from "../icons.js";
import { n, number, t } from "../words.js";

class List extends LitElement {
  static properties = { section: {}, heading: {}, items: { state: true }, lists: { state: true }, options: { state: true }, sought: { state: true }, problem: { state: true } };

  constructor() {
    super();
    Object.assign(this, { items: null, options: null, sought: "", problem: "" });
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
  }

  get kind() {
    return KINDS[this.section];
  }

  async #load() {
    try {
      const wanted = this.kind.needs ?? [];
      const [found, ...others] = await Promise.all([read(this.section), ...wanted.map(list)]);
      this.lists = Object.fromEntries(wanted.map((name, place) => [name, others[place]]));
      [this.items, this.options] = [found.items, this.kind.fixed ? this.lists.options : null];
    } catch (problem) {
      this.problem = problem.message;
    }
  }

  #found() {
    const words = this.sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return this.items.filter(({ document }) => {
      const text = JSON.stringify(document).toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  render() {
    return html`<main class="admin-main"><header class="admin-head"><div class="admin-title"><h1>${this.heading}${this.items ? html` <span class="admin-count">${number(this.items.length + (this.options?.roles?.length ?? 0))}</span>` : nothing}</h1><p class="meta">${this.kind.about}</p></div>
        ${this.items?.length > 7 ? html`<label class="box admin-find">${icon("search")}<input type="search" data-find .value=${this.sought} placeholder=${t("Find")} aria-label=${t("Find in the list")} @input=${({ target }) => (this.sought = target.value)}></label>` : nothing}
        ${this.kind.add ? html`<a class="btn primary" href="/admin/${this.section}/+">${icon("plus")}${this.kind.add}</a>` : nothing}</header>
      <div class="admin-list">${this.problem ? html`<p class="notice bad" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : this.items ? this.#table() : html`<div class="skeleton admin-wait">${t("Loading")}</div>`}</div></main>`;
  }

  #table() {
    const found = this.#found();
    if (!this.items.length && !this.options) return html`<p class="admin-none">${this.kind.none}</p>`;
    const { columns } = this.kind;
    return html`<div class="admin-scroll"><table class="admin-table"><thead><tr><th scope="col">${t("Name")}</th><th scope="col">${t("Key")}</th>${columns.map(({ head, end }) => html`<th scope="col" class=${end ? "at-end" : ""}>${head}</th>`)}</tr></thead>
      <tbody>${(this.options?.roles ?? []).map(fixedRole)}${found.map(({ key, document }) => html`<tr>
        <th scope="row"><a href="/admin/${this.section}/${encodeURIComponent(key)}" lang="">${document.name}</a></th><td class="is-code">${key}</td>
        ${columns.map(({ cell, end, wide }) => html`<td class="${end ? "at-end" : ""} ${wide ? "is-wide" : ""}">${wide ? html`<span lang="" class="el">${cell(document, this.lists)}</span>` : cell(document, this.lists)}</td>`)}</tr>`)}</tbody></table></div>
      ${this.sought ? html`<p class="admin-none" role="status">${found.length ? n("{count} found", "{count} found", found.length) : t("Nothing found for “{text}”.", { text: this.sought })}</p>` : nothing}
      ${this.items.length ? nothing : html`<p class="admin-none">${this.kind.none}</p>`}`;
  }
}

/** A role of the hub itself: to look at, not to change. */
const fixedRole = ({ key, permissions }) => html`<tr><th scope="row">${roleName(key)} <span class="pill">${t("fixed")}</span></th><td class="is-code">${key}</td>
  <td class="is-wide"><span class="el">${permissions.filter((one) => one !== "signed_in").map(permissionName).join(", ")}</span></td></tr>`;

customElements.define("hub-admin-list", List);
