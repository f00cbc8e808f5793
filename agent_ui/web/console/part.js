// What every part of the console is: a light-DOM element that draws again when the desk says that something it shows changed.
import { LitElement } from "lit";

export class Part extends LitElement {
  static properties = { desk: { attribute: false } };

  #listening;
  #changed = () => this.requestUpdate();

  createRenderRoot() {
    return this;
  }

  updated() {
    // An update that was asked for before it left the page comes after: it must not begin to listen again.
    if (!this.isConnected || this.#listening === this.desk) return;
    this.#listening?.removeEventListener("change", this.#changed);
    this.#listening = this.desk;
    this.#listening?.addEventListener("change", this.#changed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#listening?.removeEventListener("change", this.#changed);
    this.#listening = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate();
  }
}
