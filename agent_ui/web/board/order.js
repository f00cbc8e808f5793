// The order of a table's rows. Nothing moves under a hand: while a table is held, rows keep their places, gone ones
// stay as ghosts and new ones join at the end; what sorting would change is only told (ui.md, section 9).

export class SteadyOrder {
  #ids = [];
  #last = new Map();
  #sortedAt = -Infinity;

  /** `calm`: how long rows keep their places at least, in ms, even when nobody holds the table. */
  constructor(calm = 0) {
    this.calm = calm;
  }

  /** The next arrangement sorts, calm or not. */
  anew() {
    this.#sortedAt = -Infinity;
  }

  /** Places `rows` (a Map by id). Returns the rows to show, each with `gone`, and whether sorting would change them. */
  arrange(rows, compare, held) {
    const keep = held || performance.now() - this.#sortedAt < this.calm;
    const wanted = [...rows.values()].sort(compare).map((row) => row.id);
    if (keep) {
      const known = new Set(this.#ids);
      this.#ids.push(...wanted.filter((id) => !known.has(id)));
    } else {
      this.#ids = wanted;
      this.#sortedAt = performance.now();
    }
    const kept = new Map(this.#ids.map((id) => [id, rows.get(id) ?? this.#last.get(id)]));
    this.#last = kept;
    const shown = this.#ids.map((id) => ({ row: kept.get(id), gone: !rows.has(id) }));
    const changed = shown.length !== wanted.length || wanted.some((id, at) => id !== this.#ids[at]);
    return { shown, changed };
  }
}

const THAW_MS = 700;

/** Tells a host element whether a pointer or the focus is in it; asks it to update once that has ended. */
export class Hold {
  #host;
  #find;
  #area;
  #thaw = 0;
  #forced = false;

  /** `find` gives the element that is held, when it is more than the host itself. */
  constructor(host, find = () => host) {
    this.#host = host;
    this.#find = find;
    host.addController(this);
  }

  hostConnected() {
    const events = { pointerenter: this.#take, pointermove: this.#take, pointerleave: this.#leave, focusout: this.#leave };
    this.#area = this.#find() ?? this.#host;
    for (const [name, act] of Object.entries(events)) this.#area.addEventListener(name, act);
  }

  hostDisconnected() {
    clearTimeout(this.#thaw);
  }

  get held() {
    if (this.#forced) return false;
    if (document.querySelector("dialog[open]")) return true; // the focus comes back to where it was
    return this.#thaw !== 0 || this.#area.matches(":hover") || this.#area.contains(document.activeElement);
  }

  /** The hand itself asked for the order: one update passes as if nobody held the table. */
  release(update) {
    this.#forced = true;
    update();
    this.#host.updateComplete.then(() => (this.#forced = false));
  }

  #take = () => {
    clearTimeout(this.#thaw);
    this.#thaw = 0;
  };

  #leave = () => {
    clearTimeout(this.#thaw);
    this.#thaw = setTimeout(() => {
      this.#thaw = 0;
      if (!this.held) this.#host.requestUpdate();
    }, THAW_MS);
  };
}
