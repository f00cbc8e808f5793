// The customer's conversation, keyed by message: repeats after a reconnect change a row, never add one. Pure.

export class Thread {
  #messages = new Map();
  #next = 0;

  clear() {
    this.#messages.clear();
  }

  /** From the stream. What was sent from here arrives again with the hub's id: the local row takes it over. */
  put(message) {
    if (!this.#messages.has(message.id) && message.direction === "out") this.#adopt(message);
    this.#messages.set(message.id, message);
  }

  sending(text, other) {
    const id = `local-${(this.#next += 1)}`;
    this.#messages.set(id, { id, direction: "out", text, other, at: Date.now(), state: "sending", local: true });
    return id;
  }

  sent(local, id) {
    const message = this.#messages.get(local);
    if (!message) return;
    this.#messages.delete(local);
    if (!this.#messages.has(id)) this.#messages.set(id, { ...message, id, state: "sent", local: false });
  }

  failed(local, error) {
    const message = this.#messages.get(local);
    if (message) this.#messages.set(local, { ...message, state: "failed", error });
  }

  /** The messages with one of our numbers, oldest first; those that name no number belong to each. */
  of(other) {
    return [...this.#messages.values()].filter((message) => !message.other || message.other === other).sort((one, two) => one.at - two.at);
  }

  /** The stream was faster than the answer to the POST. */
  #adopt({ text }) {
    const twin = [...this.#messages.values()].find((message) => message.local && message.state === "sending" && message.text === text);
    if (twin) this.#messages.delete(twin.id);
  }
}
