// The customer's name and tier; a click edits the name. Somebody else's change in between is shown with both values.
import { LitElement, html, nothing } from "lit";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { ago, t } from "../words.js";
import { tierName } from "./terms.js";

class CustomerName extends LitElement {
  static properties = {
    desk: { attribute: false }, contact: { attribute: false }, who: { attribute: false },
    editing: { state: true }, text: { state: true }, saving: { state: true }, trouble: { state: true },
  };

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("who") && changed.get("who")?.id !== this.who.id) this.editing = false;
  }

  render() {
    const { who, contact } = this;
    const tier = who.tier ? html`<span class="pill ${who.tier === "gold" ? "accent" : ""}">${who.tier === "gold" ? icon("star") : nothing}${tierName(who.tier)}</span>` : nothing;
    if (this.editing) return this.#form(tier);
    const shown = who.name || contact.display || contact.address;
    return html`<div class="chd-top"><h2 class="chd-name" lang="" title=${shown}>${shown}</h2>
      <button type="button" class="name-button" aria-label=${t("Change the name")} title=${t("Change the name")} ?disabled=${!this.desk.line} @click=${this.#edit}>${icon("note")}</button>
      ${who.name ? nothing : html`<span class="pill">${t("New customer")}</span>`}${tier}</div>`;
  }

  #form(tier) {
    const { who } = this;
    const conflict = this.trouble === "version";
    return html`<form class="name-form" @submit=${this.#save} @keydown=${this.#key}>
      <div class="chd-top"><input class="field name-field" dir="auto" aria-label=${t("Name of the customer")} .value=${this.text} @input=${({ target }) => (this.text = target.value)} maxlength="200">${tier}</div>
      ${conflict ? html`<p class="name-trouble" role="alert">${this.#outrun(who.name)}</p>`
        : this.trouble ? html`<p class="name-trouble" role="alert">${this.trouble}</p>` : nothing}
      <div class="name-acts"><button class="btn small primary" ?disabled=${this.saving}>${conflict ? t("Take mine") : t("Save name")}</button>
        <button type="button" class="btn small" @click=${this.#close}>${conflict ? t("Keep theirs") : t("Cancel")}</button></div></form>`;
  }

  /** Who was faster, and both values. */
  #outrun(theirs) {
    const { by, at } = this.faster;
    if (!by?.name || !at) return t("Somebody changed this meanwhile to “{theirs}”. Yours is “{mine}”.", { theirs, mine: this.text });
    return t("{name} changed this {time} to “{theirs}”. Yours is “{mine}”.", { name: by.name, time: ago(at, now()), theirs, mine: this.text });
  }

  #edit = async () => {
    this.text = this.who.name;
    this.version = this.who.version;
    this.trouble = "";
    this.editing = true;
    await this.updateComplete;
    this.querySelector("input").select();
  };

  #key = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.#close();
  };

  #close = async () => {
    this.editing = false;
    await this.updateComplete;
    this.querySelector(".name-button")?.focus();
  };

  #save = async (event) => {
    event.preventDefault();
    const name = this.text.trim();
    if (!name || name === this.who.name) return this.#close();
    this.saving = true;
    // After a conflict has been shown, mine is meant to replace what is there now.
    const version = this.trouble === "version" ? this.who.version : this.version;
    try {
      await this.desk.command("customer.update", { customer: this.who.id, name, version });
      this.#close();
    } catch (problem) {
      this.faster = problem;
      this.trouble = problem.code === "version" ? "version" : problem.detail || t("The name could not be saved.");
    }
    this.saving = false;
  };
}

customElements.define("hub-customer-name", CustomerName);
