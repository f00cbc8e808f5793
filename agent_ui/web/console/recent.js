// Whom this agent has spoken with today in this tab, newest first: what the right pane shows while no contact is open.
const KEY = "console.recent";
const MOST = 12;
const DONE = new Set(["finished", "parked", "transferred"]);

export class Recent {
  list = read().filter(({ at }) => new Date(at).toDateString() === new Date().toDateString());

  /** Keeps the contacts that a frame took away from us. */
  look(frame, before) {
    const gone = (frame.changes ?? []).filter(({ op, kind, why }) => op === "drop" && kind === "contact" && DONE.has(why));
    for (const { id } of gone) if (before.get(id)) this.#keep(before.get(id), frame.at);
  }

  #keep({ id, channel, customer, display, address }, at) {
    this.list = [{ id, channel, customer: { name: customer?.name }, display, address, at }, ...this.list.filter((one) => one.id !== id)].slice(0, MOST);
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
