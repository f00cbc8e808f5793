// Whom this agent has spoken with today, newest first: what the hub said when the page came, and what ended since then.
const KEY = `console.recent.${globalThis.document?.documentElement.dataset.user ?? ""}`;
const MOST = 12;
const DONE = new Set(["finished", "parked", "transferred"]);
const today = ({ at }) => new Date(at).toDateString() === new Date().toDateString();

export class Recent {
  list = read().filter(today);

  /** Keeps the contacts that a frame took away from us. */
  look(frame, before) {
    const gone = (frame.changes ?? []).filter(({ op, kind, why }) => op === "drop" && kind === "contact" && DONE.has(why));
    for (const { id } of gone) if (before.get(id)) this.#keep(before.get(id), frame.at);
  }

  /** Together with what the hub knows, each customer once. */
  with(told) {
    const all = [...this.list, ...told].filter(today).sort((one, other) => other.at - one.at);
    const known = new Map();
    for (const one of all) if (!known.has(one.customer.id ?? one.id)) known.set(one.customer.id ?? one.id, one);
    return [...known.values()].slice(0, MOST);
  }

  #keep({ id, channel, customer, display, address }, at) {
    this.list = [{ id, channel, customer: { id: customer?.id, name: customer?.name }, display, address, at }, ...this.list.filter((one) => one.id !== id)].slice(0, MOST);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.list));
    } catch {
      // It then lives as long as the page.
    }
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
