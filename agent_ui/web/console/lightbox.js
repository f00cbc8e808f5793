// One picture of the conversation, large. Arrows go to the next of the same conversation, Esc closes.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { veil } from "./dialogs.js";

class Lightbox extends LitElement {
  static properties = { pictures: { state: true }, at: { state: true } };

  createRenderRoot() {
    return this;
  }

  /** `links`: the thumbs of the conversation, in order; `link`: the one that was pressed. */
  async open(links, link) {
    this.pictures = links.map(({ href, dataset }) => ({ href, name: dataset.name }));
    this.at = links.indexOf(link);
    await this.updateComplete;
    this.querySelector("dialog").showModal();
  }

  render() {
    if (!this.pictures) return nothing;
    const { href, name } = this.pictures[this.at];
    const several = this.pictures.length > 1;
    return html`<dialog class="dialog lightbox" aria-label=${name || t("Picture")} @close=${() => (this.pictures = null)} @click=${veil} @keydown=${this.#key}>
      <div class="dialog-head"><h2 class="el" lang="">${name || t("Picture")}</h2>${several ? html`<span class="meta num">${t("{at} of {count}", { at: this.at + 1, count: this.pictures.length })}</span>` : nothing}<span class="grow"></span>
        ${several ? html`<button type="button" class="btn small icon" aria-label=${t("Previous picture")} @click=${() => this.#step(-1)}>${icon("back")}</button><button type="button" class="btn small icon" aria-label=${t("Next picture")} @click=${() => this.#step(1)}>${icon("forward")}</button>` : nothing}
        <a class="btn small" href=${href} download=${name || "picture"}>${t("Save")}</a>
        <button type="button" class="cap" autofocus aria-label=${t("Close")} @click=${() => this.querySelector("dialog").close()}><kbd>Esc</kbd></button></div>
      <img src=${href} alt=${name || t("Picture")}></dialog>`;
  }

  #key = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#step(step);
  };

  #step(by) {
    this.at = (this.at + by + this.pictures.length) % this.pictures.length;
  }
}

customElements.define("hub-lightbox", Lightbox);
