// One person: name, role, whether he may sign in, his sessions, a link for a new password; and what he can do as an agent.
import { LitElement, html, nothing } from "lit";
import "./sessions.js";
import { call, list } from "./api.js";
import { copyField } from "./copy.js";
import { roleName } from "./names.js";
import { announce } from "../announce.js";
import { icon } from "../icons.js";
import { ago, t, wholeDay } from "../words.js";

const PLACE = "admin/people";

class Person extends LitElement {
  static properties = { person: {}, found: { state: true }, draft: { state: true }, roles: { state: true }, fields: { state: true }, problem: { state: true }, link: { state: true }, busy: { state: true } };

  constructor() {
    super();
    Object.assign(this, { found: null, draft: { login: "", name: "", role: "agent" }, roles: [], fields: {}, problem: "", link: null, busy: false });
  }

  createRenderRoot() {
    return this;
  }

  async connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeunload", this.#guard);
    try {
      const own = await list("roles");
      this.roles = [...["agent", "supervisor", "admin"].map((key) => [key, roleName(key)]), ...own.map(({ key, document }) => [key, document.name])];
      if (this.person) this.#take(await call("GET", `${PLACE}/${this.person}`));
    } catch (problem) {
      this.problem = problem.message;
    }
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#guard);
  }

  get dirty() {
    if (!this.found) return Boolean(this.draft.login || this.draft.name);
    return ["name", "role"].some((name) => this.draft[name] !== this.found[name]);
  }

  #guard = (event) => {
    if (this.dirty && !this.leaving) event.preventDefault();
  };

  #take(found) {
    this.found = found;
    this.draft = { login: found.login, name: found.name, role: found.role };
    [this.fields, this.problem] = [{}, ""];
  }

  #set = (name) => ({ target }) => {
    this.draft = { ...this.draft, [name]: target.value };
    const { [name]: _gone, ...rest } = this.fields;
    [this.fields, this.problem] = [rest, ""];
  };

  /** Runs one request; what is wrong stays on the page, with all that was typed. */
  async #do(work, said) {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
      this.problem = "";
      if (said) announce(said);
    } catch (problem) {
      [this.fields, this.problem] = [problem.fields, Object.keys(problem.fields).length ? "" : problem.message];
      announce(problem.message, { assertive: true });
    } finally {
      this.busy = false;
    }
  }

  #save = () => this.#do(async () => {
    if (this.found) return this.#take(await call("PATCH", `${PLACE}/${this.person}`, { name: this.draft.name, role: this.draft.role }));
    const made = await call("POST", PLACE, this.draft);
    [this.person, this.link] = [made.person.id, made];
    this.#take(made.person);
    history.replaceState(null, "", `/admin/people/${made.person.id}`);
  }, t("Saved."));

  #activate = (active) => this.#do(async () => this.#take(await call("PATCH", `${PLACE}/${this.person}`, { active })), active ? t("May sign in again.") : t("May sign in no more. All sessions are ended."));

  #reset = () => this.#do(async () => (this.link = await call("POST", `${PLACE}/${this.person}/reset-link`)));

  #end = (session) => this.#do(async () => {
    await call("DELETE", `${PLACE}/${this.person}/sessions${session ? `/${session}` : ""}`);
    this.#take(await call("GET", `${PLACE}/${this.person}`));
  }, session ? t("The session is ended.") : t("All sessions are ended."));

  render() {
    if (this.person && !this.found) return html`<main class="admin-main">${this.problem ? html`<p class="notice bad admin-alone" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : html`<div class="skeleton admin-wait">${t("Loading")}</div>`}</main>`;
    const { found } = this;
    return html`<main class="admin-main"><header class="admin-head"><span class="chan">${icon("user")}</span><div class="admin-title"><h1 lang="">${found ? found.name : t("Add a person")}</h1>
          <p class="meta">${found ? html`${found.login} · ${found.active ? (found.seen ? t("last seen {when}", { when: ago(found.seen) }) : t("never signed in")) : html`<b class="bad">${t("may not sign in")}</b>`}` : t("You get a link. With it the person chooses a password.")}</p></div>
        <button type="button" class="btn primary" ?disabled=${this.busy || !this.dirty} @click=${this.#save}>${found ? t("Save") : t("Add and make a link")}</button></header>
      <div class="admin-form">${this.problem ? html`<p class="notice bad" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : nothing}
        ${this.link ? this.#linkCard() : nothing}
        <section class="card"><header class="card-head"><h2>${t("Person")}</h2></header><div class="card-body">
          ${found ? nothing : this.#field("login", t("Sign-in name"), html`<input class="field is-code" id="p-login" .value=${this.draft.login} maxlength="60" autocomplete="off" autocapitalize="none" spellcheck="false" aria-invalid=${this.fields.login ? "true" : nothing} aria-describedby="p-login-said" @input=${this.#set("login")}>`, t("Small letters and digits, such as amara. It never changes."))}
          ${this.#field("name", t("Name"), html`<input class="field" id="p-name" .value=${this.draft.name} maxlength="120" autocomplete="off" aria-invalid=${this.fields.name ? "true" : nothing} aria-describedby="p-name-said" @input=${this.#set("name")}>`, t("As colleagues see it."))}
          ${this.#field("role", t("Role"), html`<select class="field" id="p-role" aria-describedby="p-role-said" @change=${this.#set("role")}>${this.roles.map(([key, name]) => html`<option value=${key} ?selected=${key === this.draft.role}>${name}</option>`)}</select>`, found ? t("Another role ends the sessions of this person.") : "")}
        </div></section>
        ${found ? this.#abilities(found) : nothing}</div></main>
      ${found ? html`<aside class="admin-aside" aria-label=${t("Signing in")}>${this.#side(found)}</aside>` : nothing}`;
  }

  #field(name, label, input, hint) {
    const wrong = this.fields[name];
    return html`<div class="line"><label class="label" for="p-${name}">${label}</label><div class="line-value">${input}
      <p class="hint ${wrong ? "is-bad" : ""}" id="p-${name}-said">${wrong ? icon("warning") : nothing}<span>${wrong || hint}</span></p></div></div>`;
  }

  #linkCard() {
    const { link, expires } = this.link;
    return html`<section class="card is-new"><header class="card-head"><h2>${t("Give this link to {name}", { name: this.found.name })}</h2></header><div class="card-body is-wide">
      ${copyField(t("Link for a password"), link)}<p class="hint">${t("It works once, until {when}. It is shown only now.", { when: wholeDay(expires) })}</p></div></section>`;
  }

  #abilities(found) {
    const where = `/admin/agents/${encodeURIComponent(found.login)}`;
    return html`<section class="card"><header class="card-head"><h2>${t("As an agent")}</h2></header><div class="card-body is-wide">
      ${found.abilities ? html`<p><a class="btn" href=${where}>${t("Skills and capacity")}</a></p>` : html`<p class="meta">${t("Takes no contacts yet: nothing is known of skills and capacity.")}</p><p class="row-buttons"><button type="button" class="btn" @click=${this.#makeAgent}>${t("Let this person take contacts")}</button></p>`}</div></section>`;
  }

  #makeAgent = () => this.#do(async () => {
    await call("PUT", `admin/agents/${encodeURIComponent(this.found.login)}`, { name: this.found.name, channels: { sms: 4, chat: 2 } }, { "If-None-Match": "*" });
    location.assign(`/admin/agents/${encodeURIComponent(this.found.login)}`);
  });

  #side(found) {
    return html`<section><h2>${t("Password")}</h2><p class="meta">${found.password ? t("Lost? A link lets this person choose a new one.") : t("None is set yet.")}</p>
        <p class="row-buttons"><button type="button" class="btn small" ?disabled=${!found.active} @click=${this.#reset}>${t("Make a link for a new password")}</button></p></section>
      <section><h2>${t("Open sessions")}</h2><hub-sessions .sessions=${found.open_sessions} .end=${this.#end}></hub-sessions></section>
      <section><h2>${t("May sign in")}</h2><p class="meta">${found.active ? t("If not, all sessions end at once and held contacts go back to their queues.") : t("This person may not sign in.")}</p>
        <p class="row-buttons"><button type="button" class="btn small" @click=${() => this.#activate(!found.active)}>${found.active ? t("Let this person sign in no more") : t("Let this person sign in again")}</button></p></section>`;
  }
}

customElements.define("hub-person", Person);
