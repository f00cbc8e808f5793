// Choosing a password: the first admin's, a new one by a link, and one's own. What the hub refuses stands under its field.
import { LitElement, html, nothing } from "lit";
import "./admin/sessions.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const LEAST = 10;

async function ask(method, path, body) {
  const sent = body ? { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {};
  const answer = await fetch(`/api/v1/${path}`, { method, cache: "no-store", ...sent }).catch(() => null);
  const found = answer ? await answer.json().catch(() => ({})) : {};
  return { status: answer?.status ?? 0, found };
}

class PasswordForm extends LitElement {
  static properties = { about: { state: true }, dead: { state: true }, values: { state: true }, fields: { state: true }, problem: { state: true }, open: { state: true }, busy: { state: true }, done: { state: true } };

  constructor() {
    super();
    Object.assign(this, { about: null, dead: false, values: { login: "", name: "", old: "", password: "", again: "" }, fields: {}, problem: "", open: false, busy: false, done: false });
  }

  createRenderRoot() {
    return this;
  }

  get purpose() {
    return this.dataset.purpose;
  }

  get path() {
    return this.purpose === "own" ? "me/password" : `${this.purpose}/${location.pathname.split("/").pop()}`;
  }

  async connectedCallback() {
    super.connectedCallback();
    if (this.purpose === "own") {
      this.about = { login: "", name: "" };
      return;
    }
    const { status, found } = await ask("GET", this.path);
    if (status === 200) this.about = found;
    else this.#refuse(status, found);
  }

  #refuse(status, found) {
    this.dead = status === 404;
    this.fields = found.fields ?? {};
    this.problem = Object.keys(this.fields).length ? "" : { 0: t("The hub does not answer. Try again."), 404: t("This link does not work any more. Ask for a new one."), 429: t("Too many tries. Wait some minutes, then try again.") }[status] ?? t("That did not work. Try again.");
    announce(this.problem || Object.values(this.fields).join(" "), { assertive: true });
  }

  render() {
    const said = this.problem ? html`<p class="notice bad" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : nothing;
    if (this.dead) return html`${said}<p><a href="/lost-password">${t("How to get a link")}</a> · <a href="/login">${t("Back to sign in")}</a></p>`;
    if (!this.about) return said;
    const setup = this.purpose === "setup";
    return html`<form @submit=${this.#send} novalidate>
      ${this.about.name ? html`<p class="gate-who"><b lang="">${this.about.name}</b> <span class="meta">${this.about.login}</span></p>` : nothing}
      ${setup ? html`${this.#text("login", t("Sign-in name"), "username")}${this.#text("name", t("Your name"), "name")}` : html`<input type="text" name="username" autocomplete="username" .value=${this.about.login} hidden>`}
      ${this.purpose === "own" ? this.#secret("old", t("Password until now"), "current-password") : nothing}
      ${this.#secret("password", t("New password"), "new-password", this.#strength())}${this.#secret("again", t("Once more"), "new-password")}
      ${said}${this.done ? html`<p class="notice ok" role="status">${icon("check")}<span>${t("Your password is changed. All other sessions are ended.")}</span></p>` : nothing}
      <button class="btn primary large" ?disabled=${this.busy}>${setup ? t("Become the admin") : this.purpose === "own" ? t("Change the password") : t("Set the password and sign in")}</button></form>`;
  }

  #text(name, label, complete) {
    return html`<label class="label" for="pw-${name}">${label}</label><input class="field" id="pw-${name}" .value=${this.values[name]} autocomplete=${complete} autocapitalize=${name === "login" ? "none" : nothing} spellcheck="false" maxlength="120"
      aria-invalid=${this.fields[name] ? "true" : nothing} aria-describedby="pw-${name}-said" @input=${this.#set(name)}>${this.#said(name)}`;
  }

  #secret(name, label, complete, words = nothing) {
    return html`<label class="label" for="pw-${name}">${label}</label><div class="box"><input id="pw-${name}" type=${this.open ? "text" : "password"} .value=${this.values[name]} autocomplete=${complete} maxlength="500"
      aria-invalid=${this.fields[name] ? "true" : nothing} aria-describedby="pw-${name}-said" @input=${this.#set(name)}>
      ${name === "again" ? nothing : html`<button type="button" class="btn quiet small" aria-pressed=${String(this.open)} @click=${() => (this.open = !this.open)}>${this.open ? t("Hide") : t("Show")}</button>`}</div>${this.#said(name, words)}`;
  }

  #said(name, otherwise = nothing) {
    const wrong = this.fields[name];
    return html`<p class="hint ${wrong ? "is-bad" : ""}" id="pw-${name}-said">${wrong ? this.#words(name, wrong) : otherwise}</p>`;
  }

  /** The hub's words; those that people meet often have a translation. */
  #words(name, wrong) {
    if (name === "old") return t("This is not your password.");
    if (name === "password" && this.values.password.length < LEAST) return t("{count} characters at least.", { count: LEAST });
    if (name === "password") return t("Too easily guessed: not your name, not one sign again and again.");
    if (name === "login") return t("Small letters, digits, dot and dash, such as amara.");
    return wrong;
  }

  #strength() {
    const { password, login } = this.values;
    const left = LEAST - password.length;
    if (!password) return t("{count} characters at least. Several words are good.", { count: LEAST });
    if (left > 0) return t("{count} more to go", { count: left });
    const names = [this.about.login, this.about.name, login].filter(Boolean).map((one) => one.toLowerCase());
    if (names.includes(password.toLowerCase()) || new Set(password).size <= 2) return html`<span class="warn">${t("Too easily guessed")}</span>`;
    return html`<span class="ok">${password.length >= 16 ? t("Good: long") : t("Good enough; longer is better")}</span>`;
  }

  #set = (name) => ({ target }) => {
    this.values = { ...this.values, [name]: target.value };
    const { [name]: _gone, ...rest } = this.fields;
    [this.fields, this.problem, this.done] = [rest, "", false];
  };

  #send = async (event) => {
    event.preventDefault();
    const { login, name, old, password, again } = this.values;
    if (password !== again) {
      this.fields = { again: t("This is not the same password.") };
      this.updateComplete.then(() => this.querySelector("#pw-again").focus());
      return;
    }
    this.busy = true;
    const body = { setup: { login, name, password }, password: { password }, own: { old, password } }[this.purpose];
    const { status, found } = await ask("POST", this.path, body);
    this.busy = false;
    if (status !== 200) return this.#refuse(status, found);
    if (this.purpose !== "own") return location.assign(found.next);
    this.values = { ...this.values, old: "", password: "", again: "" };
    this.done = true;
    this.dispatchEvent(new CustomEvent("password-changed", { bubbles: true }));
  };
}

class OwnSessions extends LitElement {
  static properties = { sessions: { state: true }, problem: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("password-changed", this.#load);
    this.#load();
  }

  render() {
    if (this.problem) return html`<p class="notice bad" role="alert">${this.problem}</p>`;
    return this.sessions ? html`<hub-sessions .sessions=${this.sessions} .end=${this.#end}></hub-sessions>` : nothing;
  }

  #load = async () => {
    const { status, found } = await ask("GET", "me/sessions");
    if (status === 200) this.sessions = found.items;
    else this.problem = t("The sessions could not be read. Load the page again.");
  };

  #end = async (session) => {
    const { status } = await ask("DELETE", `me/sessions${session ? `/${session}` : ""}`);
    if (status === 200) announce(session ? t("The session is ended.") : t("All other sessions are ended."));
    await this.#load();
  };
}

customElements.define("hub-password-form", PasswordForm);
customElements.define("hub-own-sessions", OwnSessions);
