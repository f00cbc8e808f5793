// Problems of commands, in the words of the hub. They go by themselves, and stay while the pointer or the focus is on them.
import { LitElement, html } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

const STAY_MS = 8_000;
let next = 0;

class Toasts extends LitElement {
  static properties = { list: { state: true } };

  constructor() {
    super();
    this.list = [];
  }

  createRenderRoot() {
    return this;
  }

  show(problem) {
    const text = problem?.detail || problem?.title || t("That did not work. Try again.");
    if (this.list.some((one) => one.text === text)) return text;
    const one = { id: (next += 1), text };
    this.list = [...this.list, one].slice(-3);
    this.#later(one.id);
    return text;
  }

  #later(id) {
    setTimeout(() => (this.matches(":hover, :focus-within") ? this.#later(id) : this.#drop(id)), STAY_MS);
  }

  #drop(id) {
    this.list = this.list.filter((one) => one.id !== id);
  }

  render() {
    return html`<ul class="toasts" role="list">${repeat(this.list, (one) => one.id, (one) => html`<li class="toast">${icon("warning")}<p>${one.text}</p>
      <button type="button" class="toast-close" aria-label=${t("Put away")} @click=${() => this.#drop(one.id)}>${icon("close")}</button></li>`)}</ul>`;
  }
}

customElements.define("hub-toasts", Toasts);
