// What stands behind one row of the wallboard: read once with the page, and again soon after the live stream says that
// something of it changed; never twice at once.

const GAP_MS = 1_500;

export class Drill extends EventTarget {
  failed = false;
  gone = false;
  #path;
  #timer = 0;
  #read = performance.now();
  #busy = false;
  #again = false;

  constructor(path, first) {
    super();
    this.#path = path;
    this.data = first;
  }

  /** Something changed: read anew, at most every second and a half. */
  touch() {
    if (this.#busy) this.#again = true;
    if (this.#timer || this.#busy) return;
    this.#timer = setTimeout(() => this.#load(), Math.max(0, this.#read + GAP_MS - performance.now()));
  }

  async #load() {
    this.#timer = 0;
    this.#busy = true;
    try {
      const answer = await fetch(this.#path);
      this.gone = answer.status === 404;
      if (!answer.ok) throw new Error(String(answer.status));
      this.data = await answer.json();
      this.failed = false;
    } catch {
      this.failed = true;
    }
    this.#busy = false;
    this.#read = performance.now();
    this.dispatchEvent(new Event("changed"));
    if (this.#again) {
      this.#again = false;
      this.touch();
    }
  }
}
