// Rows that went while a hand is over their list keep their place until it has left, four seconds at most: nothing moves
// under a pointer (ui.md 9.2).

const MOST_MS = 4_000;

export class Ghosts {
  #over;
  #asked;
  #held = new Map();
  #before = new Map();

  /** `over()`: is the pointer over the list? `again()`: draws it again. */
  constructor(over, again) {
    this.#over = over;
    this.#asked = again;
  }

  /** The rows of one list as they are to be drawn: `[{id, item, gone}]`. `why(id)` says in words why one went. */
  rows(list, items, why) {
    const before = this.#before.get(list) ?? [];
    const ids = new Set(items.map(({ id }) => id));
    const rows = items.map((one) => ({ ...one, gone: null }));
    if (this.#over()) before.forEach((row, place) => ids.has(row.id) || rows.splice(Math.min(place, rows.length), 0, this.#hold(list, row, why)));
    const drawn = rows.filter(({ gone }) => gone !== "");
    this.#before.set(list, drawn);
    return drawn;
  }

  /** The pointer has left: all that was held falls together. */
  release() {
    if (!this.#held.size) return;
    for (const timer of this.#held.values()) clearTimeout(timer);
    this.#held.clear();
    this.#before.clear();
    this.#asked();
  }

  #hold(list, row, why) {
    const key = `${list}/${row.id}`;
    if (!this.#held.has(key)) {
      this.#held.set(key, setTimeout(() => this.#drop(list, row.id), MOST_MS));
      return { ...row, gone: row.gone || why(row.id) };
    }
    return row;
  }

  #drop(list, id) {
    this.#held.delete(`${list}/${id}`);
    this.#before.set(list, (this.#before.get(list) ?? []).filter((row) => row.id !== id));
    this.#asked();
  }
}
