// One document: tabs of its form, what would change beside it, and "Put in use". Nothing typed is lost: a wrong field, a
// hub that does not answer and somebody who was faster all leave the draft as it is.
import { LitElement, html, nothing } from "lit";
import "./conflict.js";
import "./history.js";
import "./install.js";
import { list, read, remove, save } from "./api.js";
import { aside } from "./aside.js";
import { Draft } from "./draft.js";
import { groups } from "./form.js";
import { KINDS } from "./kinds.js";
import { keyFrom } from "./keyfrom.js";
import { announce } from "../announce.js";
import { icon } from "../icons.js";
import { n, number, t, wholeDay } from "../words.js";
import { whoName } from "./names.js";

class Editor extends LitElement {
  static properties = { section: {}, key: {}, entry: { state: true }, tab: { state: true }, problem: { state: true }, busy: { state: true }, lists: { state: true } };

  constructor() {
    super();
    Object.assign(this, { entry: null, tab: "", problem: "", busy: false, lists: {}, waiting: "follow" });
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener("beforeunload", this.#guard);
    addEventListener("hashchange", this.#follow);
    this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener("beforeunload", this.#guard);
    removeEventListener("hashchange", this.#follow);
  }

  get kind() {
    return KINDS[this.section];
  }

  #guard = (event) => {
    if (!this.model?.touched || !this.model.dirty || this.leaving) return;
    event.preventDefault();
    event.returnValue = true;
  };

  #follow = () => {
    this.tab = this.#tabs().find(({ id }) => id === location.hash.slice(1))?.id ?? this.tab;
  };

  async #load() {
    try {
      const wanted = this.kind.needs ?? [];
      const found = await Promise.all(wanted.map(list));
      this.lists = Object.fromEntries(wanted.map((name, place) => [name, found[place]]));
      this.#begin(this.key ? await read(`${this.section}/${encodeURIComponent(this.key)}`) : null);
    } catch (problem) {
      if (problem.status === 404 && this.section === "company") this.#begin(null);
      else this.problem = problem.status === 404 ? t("There is no such page any more. Somebody may have removed it.") : problem.message;
    }
  }

  #begin(entry) {
    const fresh = entry === null;
    this.entry = entry ?? { version: 0, document: this.kind.fresh, used_by: [], waiting: 0 };
    this.model = new Draft(this.section, this.key, this.entry.document, { fresh });
    this.model.addEventListener("change", () => this.requestUpdate());
    this.tab ||= this.#tabs().find(({ id }) => id === location.hash.slice(1))?.id ?? this.kind.tabs[0].id;
    this.model.waiting = this.entry.waiting;
  }

  #tabs() {
    const saved = this.entry?.version > 0;
    return [...this.kind.tabs.filter((tab) => saved || !tab.saved), ...(saved ? [{ id: "history", name: t("History") }] : [])];
  }

  render() {
    if (!this.entry) return this.problem ? html`<main class="admin-main"><p class="notice bad admin-alone" role="alert">${icon("warning")}<span>${this.problem}</span></p></main>` : html`<main class="admin-main" aria-busy="true"><div class="skeleton admin-wait">${t("Loading")}</div></main>`;
    const { model } = this;
    return html`<main class="admin-main">${this.#head(model)}${this.#tabBar()}
      <div class="admin-form" role="tabpanel" id="panel" aria-labelledby="tab-${this.tab}">${this.#notices(model)}${this.#panel(model)}</div></main>
      <aside class="admin-aside" aria-label=${t("What would change")}>${aside(this)}</aside>
      <hub-admin-conflict section=${this.section} .lists=${this.lists}></hub-admin-conflict>`;
  }

  #head({ draft, dirty, fresh }) {
    const picture = this.kind.icon?.(draft);
    const count = Object.keys(draft).filter((name) => this.model.isChanged(name)).length;
    return html`<header class="admin-head">${picture ? html`<span class="chan">${icon(picture)}</span>` : nothing}
      <div class="admin-title"><h1 lang="">${fresh && !draft.name ? this.kind.add || this.kind.one : draft.name || draft.key}</h1>
        <p class="meta">${fresh ? t("not in use yet") : html`${count ? html`<b>${n("{count} change", "{count} changes", count)}</b> · ` : nothing}${t("version {number} in use, {day}, {name}", { number: number(this.entry.version), day: wholeDay(this.entry.at), name: whoName(this.entry.by) })}`}</p></div>
      ${dirty && !fresh ? html`<button type="button" class="btn" ?disabled=${this.busy} @click=${this.#discard}>${t("Discard")}</button>` : nothing}
      <button type="button" class="btn primary" ?disabled=${this.busy || (!dirty && !fresh)} @click=${this.#use}>${this.busy ? t("Putting in use…") : t("Put in use")}</button></header>`;
  }

  #tabBar() {
    const tabs = this.#tabs();
    const turn = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const at = tabs.findIndex(({ id }) => id === this.tab);
      this.#open(tabs[(at + step + tabs.length) % tabs.length].id);
      this.updateComplete.then(() => this.querySelector(`#tab-${this.tab}`).focus());
    };
    const wrongIn = (tab) => (tab.groups ?? []).some((group) => group.fields.some(({ name }) => this.model.wrong[name]));
    return html`<div class="admin-tabs" role="tablist" aria-label=${t("Parts")} @keydown=${turn}>${tabs.map((tab) => html`<button type="button" role="tab" id="tab-${tab.id}" aria-controls="panel"
      aria-selected=${String(tab.id === this.tab)} tabindex=${tab.id === this.tab ? "0" : "-1"} @click=${() => this.#open(tab.id)}>${tab.name}${wrongIn(tab) ? html`<span class="tab-wrong">${icon("warning")}<span class="visually-hidden">${t("has something wrong")}</span></span>` : nothing}</button>`)}</div>`;
  }

  #open(id) {
    this.tab = id;
    window.history.replaceState(null, "", `#${id}`);
  }

  #notices({ others, taken }) {
    const said = [this.problem, ...others, taken ? t("This key is taken. Choose another one.") : ""].filter(Boolean);
    return said.map((words) => html`<p class="notice bad" role="alert">${icon("warning")}<span>${words}</span></p>`);
  }

  #panel(model) {
    if (this.tab === "history") return html`<hub-admin-history section=${this.section} key=${this.entry.document.key} version=${this.entry.version} .lists=${this.lists} .restore=${this.#restore}></hub-admin-history>`;
    const tab = this.kind.tabs.find(({ id }) => id === this.tab) ?? this.kind.tabs[0];
    const form = { draft: model.draft, base: model.base, wrong: model.wrong, typed: model.typed, lists: this.lists, isChanged: model.isChanged, keepTyped: model.keepTyped, keyFixed: !model.fresh || this.section === "agents", set: this.#set, save: this.#patch, words: { changed: t("changed") } };
    return tab.view ? tab.view({ ...form, draft: model.base }) : groups(tab, form);
  }

  #set = (name, value) => {
    this.problem = "";
    // A new thing's key follows its name until somebody writes one.
    if (this.model.fresh && name === "key") this.ownKey = value !== "";
    if (this.model.fresh && name === "name" && !this.ownKey && "key" in this.model.draft && this.section !== "company") this.model.set("key", keyFrom(value, this.section === "roles" ? 20 : 60));
    this.model.set(name, value);
  };

  /** A change that is put in use at once, without the rest of the draft. */
  #patch = async (values) => {
    if (this.model.dirty) {
      this.problem = t("Put your other changes in use first, or discard them.");
      return;
    }
    Object.entries(values).forEach(([name, value]) => this.model.set(name, value));
    await this.#use();
  };

  #restore = ({ document, version }) => {
    this.model.touched = true;
    this.model.replace({ ...this.entry.document, ...document });
    this.#open(this.kind.tabs[0].id);
    announce(t("Version {number} is the draft now. Look at it, then put it in use.", { number: number(version) }));
  };

  #discard = () => {
    this.problem = "";
    this.model.replace(this.model.base);
    this.model.touched = false;
  };

  #use = async () => {
    if (this.busy) return;
    [this.busy, this.problem] = [true, ""];
    const { draft, fresh } = this.model;
    try {
      const entry = await save(this.section, draft.key || this.key, draft, this.entry.version, this.waiting);
      this.leaving = fresh;
      if (fresh && this.section !== "company") return void location.assign(`/admin/${this.section}/${encodeURIComponent(entry.key)}`);
      this.#begin(entry);
      announce(t("Version {number} is in use.", { number: number(entry.version) }));
    } catch (problem) {
      await this.#refused(problem);
    } finally {
      this.busy = false;
    }
  };

  async #refused(problem) {
    if (problem.code === "stale" && problem.current && !this.model.fresh) {
      const found = await this.querySelector("hub-admin-conflict").ask({ base: this.model.base, mine: this.model.draft, current: problem.current });
      if (found) {
        this.entry = problem.current;
        this.model.replace(found.draft, found.base);
      }
      return;
    }
    this.model.wrong = problem.fields;
    this.problem = Object.keys(problem.fields).length ? "" : problem.message;
    if (!this.problem) this.#goToWrong();
    announce(this.problem || t("Not put in use: something is wrong."), { assertive: true });
  }

  #goToWrong() {
    const wrong = this.model.wrong;
    const tab = this.kind.tabs.find(({ groups: found }) => (found ?? []).some((group) => group.fields.some(({ name }) => wrong[name])));
    if (!tab) {
      this.problem = Object.values(wrong).join(" ");
      return;
    }
    this.#open(tab.id);
    this.updateComplete.then(() => this.querySelector(".hint.is-bad")?.closest(".line")?.querySelector("input, select, textarea")?.focus());
  }

  remove = async () => {
    try {
      await remove(this.section, this.entry.document.key, this.entry.version);
      this.leaving = true;
      location.assign(`/admin/${this.section}`);
    } catch (problem) {
      this.problem = problem.message;
      announce(this.problem, { assertive: true });
    }
  };
}

customElements.define("hub-admin-editor", Editor);
