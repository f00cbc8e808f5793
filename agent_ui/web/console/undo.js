// What can be taken back for six seconds: a bar says what was done and has one button. An act that has no way back in the
// hub waits here so long; one that has is done at once and undone by another command.
import { html, nothing } from "lit";
import { t } from "../words.js";

const STAY_MS = 6_000;

export class Undo extends EventTarget {
  current = null;
  #hidden = new Set();

  constructor() {
    super();
    globalThis.addEventListener?.("pagehide", () => this.#finish());
  }

  /** Is this one (an id) hidden, because its end only waits to be taken back? */
  hides(id) {
    return this.#hidden.has(id);
  }

  /** `done` is carried out after the time, unless it is taken back. */
  later(id, { done, ...words }) {
    this.#finish();
    this.#hidden.add(id);
    this.#show({ ...words, done: () => done().then(() => this.#bare(id)), back: () => this.#bare(id) });
  }

  /** It is done already; `back` undoes it. */
  offer({ back, ...words }) {
    this.#finish();
    this.#show({ ...words, done: () => {}, back });
  }

  undo() {
    const { current } = this;
    this.#clear();
    current?.back();
  }

  #show(entry) {
    this.current = { ...entry, timer: setTimeout(() => this.#finish(), STAY_MS) };
    this.#changed();
  }

  #finish() {
    const { current } = this;
    if (!current) return;
    this.#clear();
    current.done();
  }

  #clear() {
    clearTimeout(this.current?.timer);
    this.current = null;
    this.#changed();
  }

  #bare(id) {
    this.#hidden.delete(id);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/** The bar, in the place of the day's figures below the work list. */
export function undoBar({ undo }) {
  const { current } = undo;
  if (!current) return nothing;
  const words = { done: t("{name}: done, no follow-up.", current), snoozed: t("{name}: snoozed.", current), later: t("{name}: comes back later.", current) }[current.what];
  return html`<div class="undo" role="status"><span class="el" lang="">${words}</span><button type="button" class="btn small" @click=${() => undo.undo()}>${t("Undo")}</button></div>`;
}
