// A list over the composer that is steered from the text field: saved replies after "." or "/", people after "@".
// The field keeps the focus; the list says which row is chosen by aria-activedescendant.
import { LitElement, html, nothing } from "lit";
import { t } from "../words.js";

class Picker extends LitElement {
  static properties = { label: { attribute: false }, items: { attribute: false }, none: { attribute: false }, at: { state: true } };

  constructor() {
    super();
    this.items = null;
    this.at = 0;
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("items")) this.at = 0;
  }

  get open() {
    return this.items !== null;
  }

  /** Takes the keys of the list; true if this one was for it. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.items.length) {
      this.at = (this.at + step + this.items.length) % this.items.length;
      this.updateComplete.then(() => this.querySelector(".is-on")?.scrollIntoView({ block: "nearest" }));
      this.#tell("moved");
    } else if ((event.key === "Enter" || (event.key === "Tab" && this.items.length)) && !event.ctrlKey && !event.shiftKey) {
      // With nothing to choose Enter does nothing: it is not meant to send the letters that were looked for.
      if (this.items.length) this.#choose(this.items[this.at]);
    } else if (event.key === "Escape") this.#tell("closed");
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  render() {
    if (!this.open) return nothing;
    return html`<div class="picker" @pointerdown=${(event) => event.preventDefault()}><div role="listbox" id="picker-list" aria-label=${this.label}>
      ${this.items.map((item, place) => html`<div role="option" id=${`pick-${place}`} class="pick ${place === this.at ? "is-on" : ""}" aria-selected=${place === this.at}
        @pointermove=${() => (this.at = place)} @click=${() => this.#choose(item)}><b class="el" lang="">${item.name}</b><span class="meta el" lang="">${item.about ?? ""}</span></div>`)}
      ${this.items.length ? nothing : html`<p class="dialog-none">${this.none || t("Nothing has these letters.")}</p>`}</div></div>`;
  }

  #choose(item) {
    this.dispatchEvent(new CustomEvent("chosen", { detail: item }));
  }

  #tell(what) {
    this.dispatchEvent(new Event(what));
  }
}

customElements.define("hub-picker", Picker);
