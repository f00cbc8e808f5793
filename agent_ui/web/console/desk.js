// The agent's desk: joins what the hub says (store, socket) with what the agent does here (selection, drafts, outbox).
// Parts read from it and hear "change"; it draws nothing.
import { now, sync } from "../clock.js";
import { Socket } from "../socket.js";
import { Store } from "../store.js";
import { Drafts } from "./drafts.js";
import { endings } from "./endings.js";
import { Outbox } from "./outbox.js";
import { Recent } from "./recent.js";
import { arrange } from "./sections.js";

const CUT_MS = 1_500;

export class Desk extends EventTarget {
  selected = null;
  previewed = null;
  deciding = new Map();
  cutAt = null;
  #asked = false;

  constructor(first) {
    super();
    this.store = new Store();
    if (first) this.store.apply(first);
    if (first?.at) sync(first.at);
    this.socket = new Socket("/ws/agent", { seq: first?.seq ?? null });
    this.outbox = new Outbox(this.socket);
    this.drafts = new Drafts();
    this.recent = new Recent();
    this.outbox.addEventListener("change", () => this.changed());
    this.store.addEventListener("change", () => this.changed());
    this.socket.addEventListener("frame", ({ detail }) => this.#take(detail));
    this.socket.addEventListener("state", ({ detail }) => this.#line(detail));
    this.#choose();
  }

  open() {
    this.socket.open();
  }

  // ---- what there is ----------------------------------------------------------------------------------------------
  get state() {
    return this.store.state;
  }

  get me() {
    return this.state.me;
  }

  get contacts() {
    return [...this.state.contacts.values()];
  }

  contact(id) {
    return this.state.contacts.get(id) ?? null;
  }

  /** The conversation, oldest first. */
  messages(id) {
    return [...(this.state.messages.get(id)?.values() ?? [])].sort((one, other) => one.seq - other.seq);
  }

  pop(id) {
    return this.state.pops.get(id) ?? null;
  }

  /** Offers that ended a moment ago, each with its reason. */
  get endings() {
    return endings(this.state);
  }

  get sections() {
    return arrange(this.contacts);
  }

  get current() {
    return this.contact(this.selected);
  }

  /** The offer in the middle pane, if one is looked at there. */
  get preview() {
    const contact = this.contact(this.previewed);
    return contact?.state === "offered" ? contact : null;
  }

  /** What the right pane is about. */
  get shown() {
    return this.preview ?? this.current;
  }

  get line() {
    return this.cutAt === null;
  }

  // ---- what the agent does ------------------------------------------------------------------------------------------
  select(id) {
    const contact = this.contact(id);
    if (!contact) return;
    if (contact.state === "offered") return this.look(id);
    this.previewed = null;
    this.selected = id;
    this.read(contact);
    this.changed();
    this.dispatchEvent(new CustomEvent("selected", { detail: id }));
  }

  /** Opens an offer in the middle pane; the draft in work stays. */
  look(id) {
    this.previewed = id;
    this.changed();
  }

  read(contact) {
    if (!contact.unread || contact.state === "offered" || document.hidden || !this.line) return;
    // Reading is no event of the hub: this page forgets the count by itself.
    this.state.contacts.set(contact.id, { ...contact, unread: 0 });
    this.command("contact.read", { contact: contact.id }).catch(() => {});
  }

  command(op, args) {
    return this.socket.command(op, args);
  }

  /** A command whose problem becomes a notice. Resolves to undefined then. */
  async act(op, args) {
    try {
      return await this.command(op, args);
    } catch (problem) {
      this.problem(problem);
      return undefined;
    }
  }

  problem(problem) {
    this.dispatchEvent(new CustomEvent("problem", { detail: problem }));
  }

  async accept(contact = this.sections.ringing[0]) {
    if (!contact?.offer || this.deciding.has(contact.id)) return;
    this.#decide(contact.id, "accepting");
    const done = await this.act("offer.accept", { offer: contact.offer.id });
    this.#decide(contact.id, null);
    if (!done) return;
    this.#wanted = done.contact ?? contact.id;
    this.#arrive();
  }

  async decline(contact, reason) {
    if (!contact?.offer || this.deciding.has(contact.id)) return;
    this.#decide(contact.id, "declining");
    await this.act("offer.decline", { offer: contact.offer.id, reason });
    this.#decide(contact.id, null);
  }

  /** A reply or a note, from the moment it is written. */
  write(contact, kind, text) {
    this.outbox.add({ contact, kind, text, at: now(), after: this.messages(contact).at(-1)?.seq ?? 0 });
  }

  changed() {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  // ---- what the hub says ----------------------------------------------------------------------------------------------
  #wanted = null;

  /** The contact that was just accepted is opened as soon as the hub shows it as ours. */
  #arrive() {
    const contact = this.contact(this.#wanted);
    if (!contact || contact.state === "offered") return;
    this.#wanted = null;
    this.select(contact.id);
    this.dispatchEvent(new CustomEvent("accepted", { detail: contact }));
  }

  #take(frame) {
    if (frame.type === "bye") this.dispatchEvent(new CustomEvent("frame", { detail: { frame } }));
    if (frame.type !== "snapshot" && frame.type !== "delta") return;
    sync(frame.at);
    const before = new Map(this.state.contacts);
    const known = frame.type === "delta" ? frame.changes.filter((change) => change.kind === "message").map((change) => [change, this.#stateOf(change)]) : [];
    this.store.apply(frame);
    this.recent.look(frame, before);
    this.outbox.settle((entry) => entry.message && this.messages(entry.contact).some((message) => message.id === entry.message));
    this.dispatchEvent(new CustomEvent("frame", { detail: { frame, before, known: new Map(known) } }));
    this.#choose(before);
    this.#arrive();
    const current = this.current;
    if (current && !this.preview) this.read(current);
    this.changed();
  }

  #stateOf(change) {
    return this.messages(change.value?.contact).find((message) => message.id === change.id)?.state ?? null;
  }

  /** The selected contact went: the next row of its list, else the one before, else nothing. */
  #choose(before) {
    if (this.previewed && !this.preview) this.previewed = null;
    const { ringing, active, wrapping } = this.sections;
    if (!this.current) {
      const old = before ? arrange([...before.values()]) : null;
      const held = [...active, ...wrapping];
      const place = old ? [...old.active, ...old.wrapping].findIndex((contact) => contact.id === this.selected) : 0;
      this.selected = held[Math.min(Math.max(place, 0), held.length - 1)]?.id ?? null;
    }
    if (!this.selected && !this.previewed && ringing.length) this.previewed = ringing[0].id;
    this.drafts.prune(new Set(this.state.contacts.keys()));
  }

  #decide(id, what) {
    if (what) this.deciding.set(id, what);
    else this.deciding.delete(id);
    this.changed();
  }

  #line(state) {
    if (state === "open") {
      const lost = this.cutAt === null ? 0 : now() - this.cutAt;
      this.cutAt = null;
      const kept = this.outbox.entries.filter((entry) => entry.state === "kept").length;
      this.outbox.line(true);
      if (lost > CUT_MS) this.dispatchEvent(new CustomEvent("back", { detail: { lost, kept } }));
    } else {
      this.cutAt ??= now();
      this.outbox.line(false);
    }
    this.changed();
  }
}
