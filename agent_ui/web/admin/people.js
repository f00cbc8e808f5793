// Everybody who may sign in: role, whether he may, when he was last seen, open sessions. And a way to add somebody.
import { LitElement, html, nothing } from "lit";
import { read } from "./api.js";
import { roleName } from "./names.js";
import { icon } from "../icons.js";
import { ago, n, number, t } from "../words.js";

class People extends LitElement {
  static properties = { people: { state: true }, sought: { state: true }, all: { state: true }, problem: { state: true } };

  constructor() {
    super();
    Object.assign(this, { people: null, sought: "", all: false, problem: "" });
  }

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.people = (await read("people")).items;
    } catch (problem) {
      this.problem = problem.message;
    }
  }

  #found() {
    const words = this.sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    return this.people.filter(({ name, login, role, active }) => (this.all || active) && words.every((word) => `${name} ${login} ${role} ${roleName(role)}`.toLocaleLowerCase().includes(word)));
  }

  render() {
    const gone = this.people?.filter(({ active }) => !active).length ?? 0;
    return html`<main class="admin-main"><header class="admin-head"><div class="admin-title"><h1>${t("People")}${this.people ? html` <span class="admin-count">${number(this.people.length - gone)}</span>` : nothing}</h1><p class="meta">${t("Who may sign in, in which role.")}</p></div>
        ${gone ? html`<button type="button" class="chip" aria-pressed=${String(this.all)} @click=${() => (this.all = !this.all)}>${n("{count} not active", "{count} not active", gone)}</button>` : nothing}
        <label class="box admin-find">${icon("search")}<input type="search" data-find .value=${this.sought} placeholder=${t("Find")} aria-label=${t("Find in the list")} @input=${({ target }) => (this.sought = target.value)}></label>
        <a class="btn primary" href="/admin/people/+">${icon("plus")}${t("Add a person")}</a></header>
      <div class="admin-list">${this.problem ? html`<p class="notice bad" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : this.people ? this.#table(this.#found()) : html`<div class="skeleton admin-wait">${t("Loading")}</div>`}</div></main>`;
  }

  #table(found) {
    return html`<div class="admin-scroll"><table class="admin-table"><thead><tr><th scope="col">${t("Name")}</th><th scope="col">${t("Sign-in name")}</th><th scope="col">${t("Role")}</th><th scope="col">${t("May sign in")}</th><th scope="col">${t("Takes contacts")}</th><th scope="col">${t("Last seen")}</th><th scope="col" class="at-end">${t("Sessions")}</th></tr></thead>
      <tbody>${found.map((one) => html`<tr class=${one.active ? "" : "is-off"}><th scope="row"><a href="/admin/people/${one.id}" lang="">${one.name}</a></th><td class="is-code">${one.login}</td>
        <td>${roleName(one.role) || one.role_name || html`<span class="bad">${t("{role} is gone", { role: one.role })}</span>`}</td>
        <td>${one.active ? (one.password ? html`<span class="pill ok">${t("yes")}</span>` : html`<span class="pill warn">${t("no password yet")}</span>`) : html`<span class="pill">${t("no")}</span>`}</td>
        <td>${one.abilities ? t("yes") : "–"}</td><td>${one.seen ? html`<time datetime=${new Date(one.seen).toISOString()}>${ago(one.seen)}</time>` : t("never")}</td><td class="at-end">${number(one.sessions)}</td></tr>`)}</tbody></table></div>
      ${found.length ? nothing : html`<p class="admin-none" role="status">${t("Nothing found for “{text}”.", { text: this.sought })}</p>`}`;
  }
}

customElements.define("hub-people", People);
