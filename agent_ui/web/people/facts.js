// What is known of a customer, to be changed here: name, tier, and facts as pairs of words. Somebody else's change in
// between is shown beside one's own; nothing is overwritten unseen, nothing typed is lost.
import { LitElement, html, nothing } from "lit";
import { announce } from "../announce.js";
import { tierName } from "../console/terms.js";
import { icon } from "../icons.js";
import { ago, t } from "../words.js";
import { ask } from "./api.js";

const TIERS = ["", "standard", "silver", "gold"];
const MOST_FACTS = 20;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const valuesOf = ({ name, tier, facts }) => ({ name: name ?? "", tier: tier ?? "", facts: (facts ?? []).map(({ label, value }) => ({ label, value })) });

class Facts extends LitElement {
  static properties = { who: { attribute: false }, again: { attribute: false }, mine: { state: true }, theirs: { state: true }, trouble: { state: true }, saving: { state: true } };

  createRenderRoot() {
    return this;
  }

  render() {
    return html`<section class="sec" aria-labelledby="facts-head"><h2 id="facts-head"><span>${t("Facts")}</span>${this.mine ? nothing : html`<button type="button" class="btn small" data-edit @click=${this.#edit}>${icon("pencil")}${t("Change")}</button>`}</h2>
      ${this.mine ? this.#form() : this.#shown()}</section>`;
  }

  #shown() {
    const { facts = [] } = this.who;
    if (!facts.length) return html`<p class="meta">${t("No facts yet: “Change” adds one.")}</p>`;
    return html`<dl class="pairs">${facts.map(({ label, value }) => html`<div><dt lang="">${label}</dt><dd lang="">${value || "–"}</dd></div>`)}</dl>`;
  }

  #form() {
    const { name, tier, facts } = this.mine;
    const tiers = TIERS.includes(tier) ? TIERS : [...TIERS, tier];
    return html`<form @submit=${this.#save} @keydown=${this.#key}>${this.#conflict()}
      <label class="label" for="who-name">${t("Name")}</label><input class="field" id="who-name" dir="auto" maxlength="200" .value=${name} @input=${({ target }) => (this.mine = { ...this.mine, name: target.value })}>
      <label class="label" for="who-tier">${t("Tier")}</label><select class="field" id="who-tier" @change=${({ target }) => (this.mine = { ...this.mine, tier: target.value })}>${tiers.map((one) => html`<option value=${one} ?selected=${one === tier}>${one ? tierName(one) : t("none")}</option>`)}</select>
      <p class="label">${t("Facts")}</p>
      ${facts.map((fact, at) => html`<div class="fact-edit"><input class="field" maxlength="60" dir="auto" aria-label=${t("What it is")} placeholder=${t("What it is")} .value=${fact.label} @input=${({ target }) => this.#fact(at, { label: target.value })}>
        <input class="field" maxlength="500" dir="auto" aria-label=${t("Value of {fact}", { fact: fact.label || t("this fact") })} .value=${fact.value} @input=${({ target }) => this.#fact(at, { value: target.value })}>
        <button type="button" class="btn icon quiet" aria-label=${t("Take away {fact}", { fact: fact.label || t("this fact") })} @click=${() => this.#drop(at)}>${icon("close")}</button></div>`)}
      ${facts.length < MOST_FACTS ? html`<button type="button" class="btn small" data-add @click=${this.#add}>${icon("plus")}${t("Another fact")}</button>` : nothing}
      ${this.trouble ? html`<p class="hint is-bad" role="alert">${this.trouble}</p>` : nothing}
      <p class="fact-acts"><button class="btn primary" ?disabled=${this.saving}>${this.theirs ? t("Take mine") : t("Save")}</button><button type="button" class="btn" @click=${this.#close}>${this.theirs ? t("Keep theirs") : t("Cancel")}</button></p></form>`;
  }

  /** Both values of what differs, each with its name. */
  #conflict() {
    if (!this.theirs) return nothing;
    const [mine, theirs] = [flat(this.mine), flat(valuesOf(this.theirs.who))];
    const differ = [...new Set([...mine.keys(), ...theirs.keys()])].filter((label) => (mine.get(label) ?? "") !== (theirs.get(label) ?? ""));
    return html`<div class="notice" role="alert">${icon("warning")}<div><b>${this.theirs.words}</b><table class="both"><thead><tr><td></td><th scope="col">${t("Theirs")}</th><th scope="col">${t("Yours")}</th></tr></thead>
      <tbody>${differ.map((label) => html`<tr><th scope="row" lang="">${label}</th><td lang="">${theirs.get(label) || "–"}</td><td lang="">${mine.get(label) || "–"}</td></tr>`)}</tbody></table></div></div>`;
  }

  #edit = async () => {
    Object.assign(this, { mine: valuesOf(this.who), version: this.who.version, theirs: null, trouble: "" });
    await this.updateComplete;
    this.querySelector("input").focus();
  };

  #close = async () => {
    Object.assign(this, { mine: null, theirs: null, trouble: "" });
    await this.updateComplete;
    this.querySelector("[data-edit]")?.focus();
  };

  #key = (event) => event.key === "Escape" && !event.isComposing && this.#close();

  #fact(at, part) {
    this.mine = { ...this.mine, facts: this.mine.facts.map((fact, place) => (place === at ? { ...fact, ...part } : fact)) };
  }

  #drop = async (at) => {
    this.mine = { ...this.mine, facts: this.mine.facts.filter((_, place) => place !== at) };
    await this.updateComplete;
    this.querySelector("[data-add]")?.focus();
  };

  #add = async () => {
    this.mine = { ...this.mine, facts: [...this.mine.facts, { label: "", value: "" }] };
    await this.updateComplete;
    this.querySelector(".fact-edit:last-of-type input")?.focus();
  };

  #save = async (event) => {
    event.preventDefault();
    const facts = this.mine.facts.map(({ label, value }) => ({ label: label.trim(), value: value.trim() })).filter(({ label, value }) => label || value);
    if (facts.some(({ label }) => !label)) return void (this.trouble = t("Each fact needs a word for what it is."));
    const { name, tier } = this.mine;
    const body = { name: name.trim(), tier, facts, version: this.version };
    if (!body.name) delete body.name;
    if (same(valuesOf(this.who), { ...body, version: undefined, name: name.trim(), tier, facts })) return this.#close();
    this.saving = true;
    try {
      await ask(`/api/v1/customers/${this.who.id}`, { method: "PATCH", body });
      await this.again();
      announce(t("Saved"));
      this.#close();
    } catch (problem) {
      if (problem.code === "version") await this.#meet(problem);
      else this.trouble = problem.detail || t("That could not be saved. What you typed is still here: try again.");
    }
    this.saving = false;
  };

  async #meet({ by, at }) {
    const who = await this.again();
    const words = by?.name && at ? t("{name} changed this {time}.", { name: by.name, time: ago(at) }) : t("Somebody changed this while you were typing.");
    Object.assign(this, { theirs: { who, words }, version: who.version });
  }
}

function flat({ name, tier, facts }) {
  return new Map([[t("Name"), name], [t("Tier"), tier ? tierName(tier) : ""], ...facts.map(({ label, value }) => [label, value])]);
}

customElements.define("hub-facts", Facts);
