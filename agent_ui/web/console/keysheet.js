// The keys on this page ("?").
import { LitElement, html, nothing } from "lit";
import { list } from "../keys.js";
import { t } from "../words.js";
import { veil } from "./transfer.js";

class Keys extends LitElement {
  static properties = { shown: { state: true } };

  createRenderRoot() {
    return this;
  }

  async open() {
    this.shown = true;
    await this.updateComplete;
    this.querySelector("dialog").showModal();
  }

  render() {
    if (!this.shown) return nothing;
    const rows = list();
    const sent = [{ label: t("Send, save a note"), keys: ["Ctrl", "↵"] }];
    return html`<dialog class="dialog keysheet" aria-labelledby="keys-head" @close=${() => (this.shown = false)} @click=${veil}>
      <div class="dialog-head"><h2 id="keys-head">${t("The keys on this page")}</h2><button type="button" class="cap" autofocus aria-label=${t("Close")} @click=${() => this.querySelector("dialog").close()}><kbd>Esc</kbd></button></div>
      <dl class="keys">${[...rows, ...sent].map(({ label, keys }) => html`<div><dt>${label}</dt><dd>${keys.map((cap) => html`<kbd>${cap === "1" ? "1 … 9" : cap}</kbd>`)}</dd></div>`)}</dl>
      <p class="keys-foot meta">${t("Single letters act only while no field has the focus.")}</p></dialog>`;
  }
}

customElements.define("hub-keys", Keys);
