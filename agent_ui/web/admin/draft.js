// What is being edited: the document as it was read, the draft beside it, what differs, and what the hub says about it.
import { check } from "./api.js";
import { byField } from "./api.js";
import { same } from "./values.js";

const PAUSE_MS = 350;

export class Draft extends EventTarget {
  wrong = {};
  others = [];
  changes = [];
  waiting = 0;
  /** Texts as they were typed, where the document keeps them in another form: a comma at the end must not vanish. */
  typed = {};
  #timer = 0;
  #asked = 0;

  constructor(section, key, base, { fresh = false } = {}) {
    super();
    Object.assign(this, { section, key, base, fresh, draft: structuredClone(base) });
  }

  get dirty() {
    return Object.keys(this.draft).some((name) => this.isChanged(name));
  }

  isChanged = (name) => !this.fresh && !same(this.draft[name], this.base[name]);

  set = (name, value) => {
    this.draft = { ...this.draft, [name]: value };
    this.touched = true;
    delete this.wrong[name];
    this.#tell();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.look(), PAUSE_MS);
  };

  keepTyped = (name, text) => {
    this.typed[name] = text;
  };

  /** Another version of the draft as a whole: a restored one, or what came out of a conflict. */
  replace(document, base = this.base) {
    this.base = base;
    this.draft = structuredClone(document);
    this.typed = {};
    this.#tell();
    this.look();
  }

  /** Ask the hub what this would do. Of two answers only the one to the later question counts. */
  async look() {
    const asked = ++this.#asked;
    if (!this.draft.key) return;
    try {
      const found = await check(this.section, this.draft.key, this.draft);
      if (asked !== this.#asked) return;
      this.wrong = byField(found);
      Object.assign(this, { others: found.others, changes: found.changes, waiting: found.waiting, taken: this.fresh && !found.new });
    } catch {
      return; // it is said when it is put in use
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
