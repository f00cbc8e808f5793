// Tells the hub what the page has shown: delivered when drawn, read when the chat is open and visible. Batched; said again
// after a broken line, until the lines themselves say it.

const BATCH_MS = 300;
const RANK = { sent: 0, delivered: 1, read: 2 };

export class Receipts {
  #line;
  #told = new Map();
  #waiting = { delivered: new Set(), read: new Set() };
  #timer = 0;

  constructor(line) {
    this.#line = line;
    line.addEventListener("state", () => line.state !== "open" && this.#told.clear());
  }

  /** `lines` are drawn; with `seen` a person has them before his eyes. */
  shown(lines, seen) {
    if (this.#line.state !== "open") return;
    const state = seen ? "read" : "delivered";
    for (const { id, from, state: known } of lines) {
      const rank = Math.max(RANK[known] ?? 0, this.#told.get(id) ?? 0);
      if (from === "me" || rank >= RANK[state]) continue;
      this.#told.set(id, RANK[state]);
      this.#waiting[state].add(id);
    }
    if (this.#waiting.delivered.size || this.#waiting.read.size) this.#timer ||= setTimeout(this.#tell, BATCH_MS);
  }

  /** Whether this line has been read here or in another tab. */
  isRead({ id, state }) {
    return state === "read" || this.#told.get(id) === RANK.read;
  }

  forget() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#told.clear();
    for (const ids of Object.values(this.#waiting)) ids.clear();
  }

  #tell = () => {
    this.#timer = 0;
    for (const [state, ids] of Object.entries(this.#waiting)) {
      if (ids.size) this.#line.send({ op: "ack", state, messages: [...ids] });
      ids.clear();
    }
  };
}
