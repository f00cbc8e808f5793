// What one conversation's stream says (docs/live.md, "One conversation, read by a supervisor"): the contact, its messages in
// order, the customer, and who writes now. No DOM; "changed" after each frame.
const TYPING_MS = 6_000;

export class ReadingStore extends EventTarget {
  contact = null;
  pop = null;
  typing = "";
  here = null;
  #messages = new Map();
  #timer = 0;

  get messages() {
    return [...this.#messages.values()].sort((one, two) => one.seq - two.seq);
  }

  take(frame) {
    if (frame.type === "snapshot") {
      const { contact, messages, pop } = frame.state;
      Object.assign(this, { contact, pop });
      this.#messages = new Map(messages.map((message) => [message.id, message]));
    } else if (frame.type === "delta") for (const change of frame.changes) this.#change(change);
    else return;
    this.#tell();
  }

  signal({ kind, on, by, name, here }) {
    if (kind === "here") this.here = here;
    else if (kind === "typing") this.#types(on ? by : "", name);
    else return;
    this.#tell();
  }

  #types(by, name) {
    clearTimeout(this.#timer);
    this.typing = by === "customer" ? this.contact?.customer.name || this.contact?.display : by ? name || this.contact?.agent_name : "";
    if (this.typing) this.#timer = setTimeout(() => this.#types("") ?? this.#tell(), TYPING_MS);
  }

  #change({ op, kind, id, value }) {
    if (kind === "message") {
      if (op === "put") this.#messages.set(id, value);
      else this.#messages.delete(id);
    } else if (kind === "contact" || kind === "pop") this[kind] = op === "put" ? value : null;
  }

  #tell() {
    this.dispatchEvent(new Event("changed"));
  }
}
