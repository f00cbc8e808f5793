// What the wallboard knows: the snapshot, and each put and drop after it, in maps by id; and what was asked of the hub
// by hand and has not been answered. Says which kinds changed. Knows neither page nor socket.

const MAPS = { queue: "queues", agent: "agents", waiting: "waiting", alert: "alerts" };
const byId = (rows) => new Map((rows ?? []).map((row) => [row.id, row]));

export class BoardModel extends EventTarget {
  definition = {};
  totals = {};
  rules = {};
  queues = new Map();
  agents = new Map();
  waiting = new Map();
  alerts = new Map();
  asked = new Map();
  /** Which figures are shown: "today" or "recent", the last half hour. */
  interval = "today";

  /** Everything anew: from the page's island, or after a gap that the hub could not fill. */
  reset(state) {
    this.definition = state.definition ?? {};
    this.rules = state.rules ?? {};
    this.totals = state.totals ?? {}; // null until the hub has counted once
    for (const name of Object.values(MAPS)) this[name] = byId(state[name]);
    this.asked.clear();
    this.#tell(["definition", "totals", ...Object.values(MAPS)]);
  }

  /** Puts and drops; both idempotent, so a repeated frame does no harm. */
  apply(changes) {
    const told = new Set();
    for (const { op, kind, id, value } of changes) {
      if (kind === "totals") this.totals = value;
      else if (kind === "refusal") this.refuse(id, value.reason);
      else if (!MAPS[kind]) continue;
      else if (op === "put") this[MAPS[kind]].set(id, value);
      else this[MAPS[kind]].delete(id);
      if (kind === "waiting") this.#answered(id, value);
      told.add(MAPS[kind] ?? (kind === "refusal" ? "waiting" : kind));
    }
    this.#tell(told);
  }

  /** A queue or the totals with the figures of the chosen interval. */
  figures(row) {
    return this.interval === "recent" && row?.recent ? { ...row, ...row.recent } : row;
  }

  choose(interval) {
    this.interval = interval;
    this.#tell(["definition", "totals", "queues"]);
  }

  /** A contact's queue as this board knows it; the hub may name it by id, by name or by both. */
  queueOf(contact) {
    const named = contact.queue;
    const id = typeof named === "object" ? named?.id : named;
    return this.queues.get(id) ?? [...this.queues.values()].find((queue) => queue.name === id && queue.channel === contact.channel);
  }

  /** The contact of a queue that waits longest, among those that the board knows. */
  longest(queue) {
    const rows = [...this.waiting.values()].filter((row) => queue && this.queueOf(row) === queue);
    return rows.reduce((longest, row) => (longest && longest.since <= row.since ? longest : row), undefined);
  }

  /** The alerts, worst first, as the hub orders them. */
  get worst() {
    const rank = (alert) => (alert.severity === "bad" ? 0 : 1);
    return [...this.alerts.values()].sort((one, two) => rank(one) - rank(two) || one.since - two.since || (one.id < two.id ? -1 : 1));
  }

  /** The hub took a request; `text` stands in the row until an event answers. */
  request(id, text) {
    this.asked.set(id, { text, before: placeOf(this.waiting.get(id) ?? {}) });
    this.#tell(["waiting"]);
  }

  refuse(id, text) {
    this.asked.set(id, { text, refused: true });
    this.#tell(["waiting"]);
  }

  #answered(id, value) {
    const asked = this.asked.get(id);
    if (asked && (!value || (!asked.refused && placeOf(value) !== asked.before))) this.asked.delete(id);
  }

  /** What was told long enough, or will not be answered any more. */
  forget(id) {
    if (this.asked.delete(id)) this.#tell(["waiting"]);
  }

  #tell(kinds) {
    this.dispatchEvent(new CustomEvent("changed", { detail: new Set(kinds) }));
  }
}

/** What a request by hand can change; a mere new place in the line is no answer. */
const placeOf = (row) => JSON.stringify([row.queue, row.band, row.offered]);
