// The agent's desk: joins what the hub says (store, socket) with what the agent does here (selection, drafts, outbox).
// Parts read from it and hear "change"; it draws nothing.
import { now, sync } from "../clock.js";
import { Socket } from "../socket.js";
import { Store } from "../store.js";
import { t } from "../words.js";
import { Asleep } from "./asleep.js";
import { Drafts } from "./drafts.js";
import { endings } from "./endings.js";
import { Left } from "./left.js";
import { Outbox } from "./outbox.js";
import { Recent } from "./recent.js";
import { arrange } from "./sections.js";
import { Signals } from "./signals.js";
import { Undo } from "./undo.js";
import { Uploads } from "./uploads.js";

const CUT_MS = 1_500;
/** What changes only what is shown of its contact, and the list. */
const OF_CONTACTS = new Set(["contact", "message", "pop", "ended"]);

export class Desk extends EventTarget {
  selected = null;
  previewed = null;
  /** The console's element, for what needs a place on the screen; set by it. */
  page = null;
  deciding = new Map();
  cutAt = null;
  #asked = false;
  #touched = null;
  #sections = null;

  constructor(first) {
    super();
    this.store = new Store();
    if (first) this.store.apply(first);
    if (first?.at) sync(first.at);
    this.socket = new Socket("/ws/agent", { seq: first?.seq ?? null });
    this.outbox = new Outbox(this.socket);
    this.drafts = new Drafts();
    this.left = new Left();
    this.drafts.interactionOf = (id) => this.contact(id)?.interaction ?? "";
    this.recent = new Recent();
    this.signals = new Signals(this.socket);
    this.uploads = new Uploads();
    this.asleep = new Asleep();
    this.undo = new Undo();
    this.outbox.addEventListener("refused", () => this.#salvage());
    for (const part of [this.outbox, this.signals, this.uploads, this.asleep, this.drafts, this.undo]) part.addEventListener("change", ({ detail }) => this.changed(detail));
    this.store.addEventListener("change", ({ detail: { kinds, contacts } }) => this.changed([...kinds].every((kind) => OF_CONTACTS.has(kind)) ? contacts : null));
    this.drafts.save = (contact, kind, text, at) => this.line && this.command("draft.save", { contact, kind, text, at: Math.trunc(at) }).then(() => true, ({ code }) => code !== "closed");
    this.signals.addEventListener("draft", ({ detail: { draft, ...one } }) => this.drafts.hear({ ...one, kind: draft }));
    this.drafts.take(this.state.drafts);
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
    return this.state.pops.get(id) ?? (this.snoozed && id === this.shown?.id ? this.asleep.pop : null);
  }

  /** Files may go with a reply of this contact. */
  mayAttach(id) {
    const room = this.pop(id)?.composer;
    return Boolean(room?.media_out) && !room.blocked;
  }

  /** Offers that ended a moment ago, each with its reason. */
  get endings() {
    return endings(this.state);
  }

  get sections() {
    const asleep = () => [...(this.state.snoozed?.values() ?? [])].filter((one) => !this.undo.hides(one.interaction));
    return (this.#sections ??= arrange(this.contacts, asleep()));
  }

  /** My contacts in the order of the list, without those that ring. */
  get mine() {
    const { active, wrapping } = this.sections;
    return [...active, ...wrapping];
  }

  /** The snoozed interaction that is looked at. */
  get snoozed() {
    return this.preview || !this.asleep.id ? null : (this.state.snoozed?.get(this.asleep.id) ?? null);
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
    return this.preview ?? (this.snoozed ? this.asleep.contact(this.snoozed) : this.current);
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
    this.asleep.look(null);
    this.selected = id;
    this.read(contact);
    this.#looks();
    this.changed();
    this.dispatchEvent(new CustomEvent("selected", { detail: id }));
  }

  /** Opens a snoozed interaction to be read. */
  lookAsleep(interaction) {
    const found = this.state.snoozed?.get(interaction);
    if (!found) return;
    this.previewed = null;
    this.asleep.look(interaction, found.customer.id);
    this.#looks();
    this.changed();
    this.dispatchEvent(new CustomEvent("selected", { detail: null }));
  }

  /** Who else looks at this customer hears of us; an offer that is only looked at is nobody's yet. */
  #looks() {
    this.signals.look(this.preview ? null : (this.shown?.customer.id ?? null));
  }

  /** Opens an offer in the middle pane; the draft in work stays. */
  look(id) {
    this.previewed = id;
    this.#looks();
    this.changed();
  }

  read(contact) {
    if (!contact.unread || contact.state === "offered" || document.hidden || !this.line) return;
    // Reading is no event of the hub: this page forgets the count by itself.
    this.state.contacts.set(contact.id, { ...contact, unread: 0 });
    this.changed(new Set([contact.id]));
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
    this.dispatchEvent(new Event("accepting"));
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

  /** A reply (with `files`, uploads that have arrived) or a note (with `mentions`), from the moment it is written. */
  write(contact, kind, text, { files = [], mentions = [] } = {}) {
    const media = this.uploads.of(contact).filter((one) => files.includes(one.upload)).map(({ upload, name, type, size }) => ({ id: upload, name, type, size, state: "sending" }));
    this.outbox.add({ contact, interaction: this.contact(contact)?.interaction ?? "", kind, text, at: now(), after: this.messages(contact).at(-1)?.seq ?? 0, ...(files.length && { files, media }), ...(mentions.length && { mentions }) });
    if (files.length) this.uploads.sent(contact);
  }

  hold(contact) {
    return this.act(contact.mode === "held" ? "contact.resume" : "contact.hold", { contact: contact.id });
  }

  // ---- snoozed ------------------------------------------------------------------------------------------------------
  /** Opens it now, past the queue. */
  async wake({ interaction }) {
    this.dispatchEvent(new Event("accepting"));
    const done = await this.act("interaction.resume", { interaction });
    if (!done) return;
    this.asleep.look(null);
    this.#wanted = done.contact;
    this.#arrive();
  }

  /** No follow-up is needed. It closes when nobody has taken that back for six seconds. */
  finishSnoozed({ interaction, customer }) {
    const close = () => this.act("interaction.done", { interaction });
    this.undo.later(interaction, { done: close, what: "done", name: customer.name });
    if (this.asleep.id === interaction) this.asleep.look(null);
    this.#looks();
    this.changed();
  }

  /** The parts may draw again: those about these contacts (a Set of ids), or all. */
  changed(contacts = null) {
    this.#sections = null;
    this.#touched = !this.#asked ? contacts : this.#touched && contacts && new Set([...this.#touched, ...contacts]);
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      this.dispatchEvent(new CustomEvent("change", { detail: this.#touched }));
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
    const place = this.#place;
    const known = frame.type === "delta" ? frame.changes.filter((change) => change.kind === "message").map((change) => [change, this.#stateOf(change)]) : [];
    this.store.apply(frame);
    this.#sections = null;
    if (frame.type === "snapshot") this.drafts.take(this.state.drafts);
    for (const { kind, op, value } of frame.changes ?? []) if (kind === "message" && op === "put" && value.direction === "in") this.signals.said(value.contact);
    this.recent.look(frame, before);
    this.outbox.settle((entry) => entry.message && this.messages(entry.contact).some((message) => message.id === entry.message));
    this.dispatchEvent(new CustomEvent("frame", { detail: { frame, before, known: new Map(known) } }));
    this.#choose(before);
    this.#arrive();
    const current = this.current;
    if (current && !this.preview) this.read(current);
    if (frame.type === "snapshot" || place !== this.#place) this.changed();
  }

  /** What is selected; what changed else the store tells once a frame. */
  get #place() {
    return `${this.selected}/${this.previewed}/${this.asleep.id}`;
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
    const ids = new Set(this.state.contacts.keys());
    for (const [id, draft] of this.drafts.prune(ids)) this.#keepLeft(id, draft);
    this.#salvage();
    for (const contact of this.mine) this.#giveBack(contact);
    this.uploads.prune(ids);
    this.signals.forget(ids);
    if (this.asleep.id && !this.state.snoozed?.has(this.asleep.id)) this.asleep.look(null);
    this.#looks();
  }

  /** What was typed for a contact that is gone; whoever finished it himself meant to leave it. */
  #keepLeft(id, { interaction, message, note }) {
    if (this.state.ended.get(id)?.why === "finished") return;
    this.left.keep(interaction, "message", message);
    this.left.keep(interaction, "note", note);
  }

  /** Words that the hub refused because their contact is somebody else's by now: nobody would find them in the outbox. */
  #salvage() {
    const lost = this.outbox.entries.filter(({ state, contact }) => state === "refused" && !this.contact(contact));
    for (const { id, interaction, kind, text } of lost) {
      this.left.keep(interaction, kind, text, { first: true });
      this.outbox.drop(id);
    }
    const detail = t("The conversation went to somebody else before your words were sent. They stand in the field if it comes back to you.");
    // Told in a moment: with the first data nobody listens yet.
    if (lost.length) setTimeout(() => this.problem({ detail }));
  }

  #giveBack({ id, interaction, state }) {
    const held = state === "active" && this.left.take(interaction);
    if (!held) return;
    const { message, note } = this.drafts.of(id);
    const both = (old, more) => [old, more].filter(Boolean).join("\n");
    this.drafts.change(id, { message: both(held.message, message), note: both(held.note, note) });
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
      this.drafts.flush();
      if (lost > CUT_MS) this.dispatchEvent(new CustomEvent("back", { detail: { lost, kept } }));
    } else {
      this.cutAt ??= now();
      this.outbox.line(false);
    }
    this.changed();
  }
}
