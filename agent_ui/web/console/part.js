// What every part of the console is: a light-DOM element that draws again when the desk says that something changed. A part
// that is about one contact (`about`) lets pass what changed of others.
import { LitElement } from "lit";

export class Part extends LitElement {
  static properties = { desk: { attribute: false } };

  #listening;
  #drawn;
  #changed = ({ detail: contacts }) => {
    const { about } = this;
    if (!contacts || about === undefined || about !== this.#drawn || contacts.has(about)) this.requestUpdate();
  };

  /** The id of the contact that it shows, null if it shows none; undefined if it shows all. */
  get about() {
    return undefined;
  }

  createRenderRoot() {
    return this;
  }

  updated() {
    this.#drawn = this.about;
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
