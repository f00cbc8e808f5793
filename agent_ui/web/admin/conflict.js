// Somebody else was faster: both values of each field that both changed, and a choice. What only one changed is kept.
import { LitElement, html, nothing } from "lit";
import { fieldLabel } from "./differences.js";
import { fieldsOf } from "./kinds.js";
import { whoName } from "./names.js";
import { same, valueText } from "./values.js";
import { ago, t } from "../words.js";

class Conflict extends LitElement {
  static properties = { section: {}, lists: { attribute: false }, at: { state: true } };

  createRenderRoot() {
    return this;
  }

  /** `base` as it was read, `mine` as it is here, `current` as it is at the hub now. Resolves with {draft, version} or null. */
  async ask({ base, mine, current }) {
    const theirs = current.document;
    const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    const both = names.filter((name) => !same(mine[name], base[name]) && !same(theirs[name], base[name]) && !same(mine[name], theirs[name]));
    const merged = Object.fromEntries(names.map((name) => [name, same(mine[name], base[name]) ? theirs[name] : mine[name]]));
    this.at = { current, mine, theirs, both, merged, other: names.filter((name) => !same(theirs[name], base[name]) && !both.includes(name)) };
    await this.updateComplete;
    const dialog = this.querySelector("dialog");
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((done) => dialog.addEventListener("close", done, { once: true }));
    return dialog.returnValue === "use" ? { draft: this.at.merged, version: current.version, base: theirs } : null;
  }

  render() {
    return html`<dialog class="dialog conflict" aria-labelledby="conflict-head">${this.at ? this.#form(this.at) : nothing}</dialog>`;
  }

  #form({ current, both, mine, theirs, other }) {
    const who = whoName(current.by);
    return html`<form method="dialog"><header><h2 id="conflict-head">${t("{name} changed this {when}", { name: who, when: ago(current.at) })}</h2>
        <p>${both.length ? t("You both changed the same. Choose for each.") : t("You changed different things: both can stay.")}</p></header>
      <section>${both.map((name) => html`<fieldset class="choice"><legend>${fieldLabel(this.section, name, mine)}</legend>
          ${this.#option(name, "mine", t("Yours"), mine[name])}${this.#option(name, "theirs", who, theirs[name])}</fieldset>`)}
        ${other.length ? html`<p class="meta">${t("Taken over from {name}: {fields}.", { name: who, fields: other.map((name) => fieldLabel(this.section, name, mine)).join(", ") })}</p>` : nothing}</section>
      <footer><button class="btn" value="">${t("Back to the form")}</button><button class="btn primary" value="use">${t("Take this over")}</button></footer></form>`;
  }

  #option(name, side, label, value) {
    const chosen = same(this.at.merged[name], this.at[side][name]);
    return html`<label><input type="radio" name="both-${name}" .checked=${chosen} @change=${() => (this.at = { ...this.at, merged: { ...this.at.merged, [name]: this.at[side][name] } })}>
      <span><b>${label}</b> <span lang="">${valueText(value, fieldsOf(this.section, this.at.mine)[name], this.lists)}</span></span></label>`;
  }
}

customElements.define("hub-admin-conflict", Conflict);
