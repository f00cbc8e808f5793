// Messages of the visitor that the hub has not taken yet, in the order in which they were typed. Each has its own id from
// the moment it was typed: the hub carries it out once however often it comes, so every tab may send the same list.

import { uuid } from "../uuid.js";

/** A word that was typed later than this still belongs to the visitor of before (docs/webchat.md, "Who it is"). */
const SAME_VISITOR_MS = 30 * 60_000;

export class Outbox {
  #kept;
  /** Taken by the hub, but their lines have not come by the stream yet. */
  #taken = [];

  constructor(kept) {
    this.#kept = kept;
  }

  get list() {
    return this.#kept.read("outbox") ?? [];
  }

  /** What the log shows below the lines: taken ones first, then those on their way. */
  get shown() {
    return [...this.#taken, ...this.list];
  }

  /** What goes out next. A refused one stands aside until the visitor decides. */
  get next() {
    return this.list.find((entry) => !entry.error);
  }

  add(message) {
    const entry = { ...message, id: uuid(), at: Date.now() };
    this.#kept.write("outbox", [...this.list, entry]);
    return entry;
  }

  /** The hub has it. */
  took(id) {
    const entry = this.list.find((one) => one.id === id);
    if (entry) this.#taken.push({ ...entry, taken: true });
    this.#remove(id);
  }

  /** Its line stands in the conversation. */
  saw(id) {
    this.#taken = this.#taken.filter((one) => one.id !== id);
    if (this.list.some((one) => one.id === id)) this.#remove(id);
  }

  refuse(id, error) {
    this.#change(id, { error });
  }

  /** The visitor wants a refused one to be tried again: at its old place, under its old id. */
  retry(id) {
    this.#change(id, { error: undefined });
  }

  drop(id) {
    this.#remove(id);
  }

  /** The hub knows the visitor by another name now; what was typed a moment ago goes with him. */
  move(visitor, all = false) {
    const mine = this.list.filter(({ at }) => all || Date.now() - at < SAME_VISITOR_MS);
    const draft = this.#kept.read("draft");
    this.#kept.belong(visitor);
    const known = new Set(this.list.map(({ id }) => id));
    this.#kept.write("outbox", [...this.list, ...mine.filter(({ id }) => !known.has(id))]);
    if (draft && !this.#kept.read("draft")) this.#kept.write("draft", draft);
  }

  /** Nothing of this visitor stays; whoever is here now has no name yet. */
  leave() {
    this.#taken = [];
    for (const name of ["outbox", "draft"]) this.#kept.write(name, "");
    this.#kept.belong("");
  }

  forget() {
    this.#taken = [];
    this.#kept.wipe();
  }

  #change(id, values) {
    this.#kept.write(
      "outbox",
      this.list.map((one) => (one.id === id ? { ...one, ...values } : one)),
    );
  }

  #remove(id) {
    this.#kept.write(
      "outbox",
      this.list.filter((one) => one.id !== id),
    );
  }
}
