// Replies and notes on their way to the hub: shown at once, sent one after the other, kept in the tab while the line is
// down and sent in the order in which they were written once it is back.
import { uuid } from "../uuid.js";

const KEY = `console.outbox.${globalThis.document?.documentElement.dataset.user ?? ""}`;

export class Outbox extends EventTarget {
  #entries = read();
  #socket;
  #open = false;
  #busy = false;

  constructor(socket) {
    super();
    this.#socket = socket;
  }

  /** `state`: kept (no line), sending, refused (with `problem`). */
  get entries() {
    return this.#entries;
  }

  of(contact) {
    return this.#entries.filter((entry) => entry.contact === contact);
  }

  add(entry) {
    this.#entries.push({ id: uuid(), state: this.#open ? "sending" : "kept", ...entry });
    this.#changed();
    this.#go();
  }

  drop(id) {
    const left = this.#entries.filter((entry) => entry.id !== id);
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    this.#changed();
  }

  /** Sends a refused one again, at the end of the line. */
  again(id) {
    const entry = this.#entries.find((one) => one.id === id);
    if (!entry) return;
    entry.state = this.#open ? "sending" : "kept";
    delete entry.problem;
    this.#changed();
    this.#go();
  }

  /** Drops what the hub shows by itself now. `shown(entry)` tells. */
  settle(shown) {
    const left = this.#entries.filter((entry) => !shown(entry));
    if (left.length === this.#entries.length) return;
    this.#entries = left;
    keep(this.#entries);
  }

  line(open) {
    this.#open = open;
    for (const entry of this.#entries) if (entry.state !== "refused" && !entry.message) entry.state = open ? "sending" : "kept";
    this.#changed();
    this.#go();
  }

  async #go() {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let entry; this.#open && (entry = this.#entries.find((one) => one.state === "sending" && !one.message)); ) await this.#send(entry);
    } finally {
      this.#busy = false;
    }
  }

  async #send(entry) {
    const op = entry.kind === "note" ? "contact.note" : "contact.reply";
    try {
      const { message } = await this.#socket.command(op, { contact: entry.contact, text: entry.text, ...(entry.files && { files: entry.files }), ...(entry.mentions && { mentions: entry.mentions }) }, { id: entry.id });
      entry.message = message;
      this.dispatchEvent(new CustomEvent("sent", { detail: entry }));
    } catch (problem) {
      if (problem?.code === "closed") entry.state = "kept";
      else Object.assign(entry, { state: "refused", problem });
      this.dispatchEvent(new CustomEvent("refused", { detail: entry }));
    }
    this.#changed();
  }

  #changed() {
    keep(this.#entries);
    this.dispatchEvent(new Event("change"));
  }
}

function keep(entries) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(entries));
  } catch {
    // A full or forbidden store: the texts then live as long as the page.
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
