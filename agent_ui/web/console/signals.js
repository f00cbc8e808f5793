// Signs of life over the same line (docs/live.md): who writes in which conversation, whose page is open, who else looks at
// a customer. Nothing of it is kept by the hub; what is not repeated fades.
import { now } from "../clock.js";

const FADE_MS = 6_000;
const TYPING_MS = 3_000;
const VIEW_MS = 20_000;
const VIEWERS_MS = 45_000;

export class Signals extends EventTarget {
  #socket;
  #typing = new Map();
  #here = new Map();
  #page = new Map();
  #viewers = new Map();
  #told = { contact: null, at: 0, off: 0 };
  #view = { customer: null, typing: false, at: 0 };
  #timer = 0;

  constructor(socket) {
    super();
    this.#socket = socket;
    socket.addEventListener("signal", ({ detail }) => this.#take(detail));
    socket.addEventListener("state", ({ detail }) => detail === "open" && this.#lookAgain());
  }

  // ---- what others do -----------------------------------------------------------------------------------------------
  /** Who writes in this conversation now: "customer", or ids of agents. */
  typing(contact) {
    return [...(this.#typing.get(contact) ?? [])].filter(([, until]) => until > now()).map(([by]) => by);
  }

  /** Whether the visitor's page is open; undefined if nothing was heard since the contact came. */
  here(contact) {
    return this.#here.get(contact);
  }

  /** The page on which the visitor is; "" if nothing was heard since the contact came. */
  page(contact) {
    return this.#page.get(contact) ?? "";
  }

  viewers(customer) {
    const { people, until } = this.#viewers.get(customer) ?? { people: [], until: 0 };
    return until > now() ? people : [];
  }

  forget(contacts) {
    for (const map of [this.#typing, this.#here, this.#page]) for (const id of map.keys()) if (!contacts.has(id)) map.delete(id);
  }

  /** A message of the customer ends his typing: its sign must not stand beside his words. */
  said(contact) {
    if (this.#typing.get(contact)?.delete("customer")) this.#changed();
  }

  #take({ kind, contact, customer, on, by, here, people, ...rest }) {
    if (kind === "typing") {
      if (!this.#typing.has(contact)) this.#typing.set(contact, new Map());
      if (on) this.#typing.get(contact).set(by ?? "customer", now() + FADE_MS);
      else this.#typing.get(contact).delete(by ?? "customer");
      if (on) setTimeout(() => this.#changed(), FADE_MS + 50);
    } else if (kind === "here") {
      this.#here.set(contact, here);
      if (rest.page) this.#page.set(contact, rest.page);
    } else if (kind === "viewers") {
      this.#viewers.set(customer, { people: people ?? [], until: now() + VIEWERS_MS });
      setTimeout(() => this.#changed(), VIEWERS_MS + 50);
    } else return this.dispatchEvent(new CustomEvent(kind, { detail: { contact, ...rest } }));
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }

  // ---- what I do ----------------------------------------------------------------------------------------------------
  /** A key was pressed in the reply to this contact: said at most once in three seconds, and taken back after a pause. */
  write(contact, customer) {
    clearTimeout(this.#told.off);
    this.#told.off = setTimeout(() => this.rest(), FADE_MS);
    if (this.#told.contact === contact && now() - this.#told.at < TYPING_MS) return;
    Object.assign(this.#told, { contact, at: now() });
    this.#socket.sign?.("typing", { contact, on: true });
    this.look(customer, true);
  }

  /** The reply was sent, emptied or left. */
  rest() {
    const { contact, off } = this.#told;
    clearTimeout(off);
    if (!contact) return;
    this.#told = { contact: null, at: 0, off: 0 };
    this.#socket.sign?.("typing", { contact, on: false });
    this.look(this.#view.customer, false);
  }

  /** This customer is in front of me; null: nobody is. */
  look(customer, typing = false) {
    if (customer === this.#view.customer && typing === this.#view.typing) return;
    this.#view = { customer, typing };
    this.#lookAgain();
  }

  #lookAgain() {
    clearTimeout(this.#timer);
    this.#socket.sign?.("view", this.#view);
    if (this.#view.customer) this.#timer = setTimeout(() => this.#lookAgain(), VIEW_MS);
  }
}
