// The agent's stream on pages other than the console: it keeps the agent present there, so that nobody goes away by
// reading a customer's page, and lets offers ring and be accepted. What the bell needs of a desk, and no more.
import { endings } from "./console/endings.js";
import { arrange } from "./console/sections.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";

export class Watch extends EventTarget {
  /** No contact is in front on such a page. */
  selected = null;
  previewed = null;

  constructor() {
    super();
    this.store = new Store();
    this.socket = new Socket("/ws/agent");
    this.socket.addEventListener("frame", ({ detail }) => this.#take(detail));
    this.store.addEventListener("change", () => this.dispatchEvent(new Event("change")));
  }

  open() {
    this.socket.open();
  }

  get state() {
    return this.store.state;
  }

  get me() {
    return this.state.me;
  }

  get contacts() {
    return [...this.state.contacts.values()];
  }

  get sections() {
    return arrange(this.contacts);
  }

  get endings() {
    return endings(this.state);
  }

  messages(id) {
    return [...(this.state.messages.get(id)?.values() ?? [])];
  }

  /** Opens it where it is worked on. */
  select(id) {
    location.assign(`/work#contact=${id}`);
  }

  /** Takes the top offer and goes to it. Rejects with the hub's problem. */
  async accept(contact = this.sections.ringing[0]) {
    if (!contact?.offer) return;
    const { contact: id } = await this.socket.command("offer.accept", { offer: contact.offer.id });
    this.select(id ?? contact.id);
  }

  #take(frame) {
    const before = new Map(this.state.contacts);
    this.store.apply(frame);
    this.dispatchEvent(new CustomEvent("frame", { detail: { frame, before, known: new Map() } }));
  }
}
