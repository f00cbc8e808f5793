// The tail of the hub's event log. Times are told from the event that began the stir: the first one after you wrote, or
// after ten quiet seconds. Pure.

const LENGTH = 200;
const QUIET_MS = 10_000;

export class EventTail {
  lines = [];
  #from = 0;
  #anew = true;

  /** The customer has just written: what comes now is told from there. */
  start() {
    this.#anew = true;
  }

  put({ position, kind, at, subject = "" }) {
    const last = this.lines.at(-1);
    if (last && position <= last.position) return;
    if (this.#anew || at - last.at > QUIET_MS) this.#from = at;
    this.#anew = false;
    this.lines = [...this.lines, { position, kind, at, subject, after: since(at - this.#from) }].slice(-LENGTH);
  }
}

/** 0 ms, +6 ms, +4.1 s, +2 min: a log's figures, the same in every language. */
export function since(ms) {
  if (ms < 1000) return `${ms ? "+" : ""}${Math.max(0, Math.round(ms))} ms`;
  return ms < 60_000 ? `+${(ms / 1000).toFixed(1)} s` : `+${Math.round(ms / 60_000)} min`;
}
