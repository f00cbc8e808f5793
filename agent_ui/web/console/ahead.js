// Whoever accepts and types on at once means the answer: until its field has the focus, letters are kept for it. They would
// be keys of the page otherwise.
import { inField } from "../keys.js";

const MOST_MS = 2_000;

export class Ahead {
  #since = null;
  #text = "";

  constructor() {
    addEventListener("keydown", this.#key, { capture: true });
  }

  /** A conversation is on its way. */
  begin() {
    this.#since = performance.now();
    this.#text = "";
  }

  /** It is there, or will not come: what was typed until now. */
  end() {
    const text = this.#text;
    this.begin();
    this.#since = null;
    return text;
  }

  #key = (event) => {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (this.#since === null || performance.now() - this.#since > MOST_MS) return;
    if (key.length > 1 || ctrlKey || metaKey || altKey || inField(event) || document.querySelector("dialog[open]")) return;
    this.#text += key;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
}
