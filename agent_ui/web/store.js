// What the agent's stream says, as plain maps. No DOM and no network: frames go in, `state` is right at once, and one
// "change" event per animation frame says what of it is new (detail: {kinds: Set, contacts: Set of ids}).

/** How long an ended offer or contact stays readable in its place (ui.md 5). */
export const ENDED_MS = 4_000;

const NO_RULES = { dispositions: [], away_reasons: [], decline_reasons: [], replies: [], people: [], company: { name: "", names_in_notices: false } };

const EMPTY = () => ({
  me: null,
  /** Contacts by id, in the order in which they came. */
  contacts: new Map(),
  /** Conversations by contact id: each a Map of messages by id. */
  messages: new Map(),
  /** Screen pops by contact id. */
  pops: new Map(),
  /** Contacts that left within the last 4 s, by id: {contact, why, at}. */
  ended: new Map(),
  /** Snoozed interactions by id. */
  snoozed: new Map(),
  /** Unread mentions by id. */
  mentions: new Map(),
  /** Drafts that the hub keeps, by contact id: {kind: {text, at}}. */
  drafts: {},
  /** What the person has set: {key: value}. */
  settings: {},
  /** Whom the person spoke with today: [{customer, channel, at}], newest first. */
  recent: [],
  rules: NO_RULES,
});

/** A hidden tab gets no animation frames, but its title and notices follow all the same. */
function nextFrame(fn) {
  if (globalThis.requestAnimationFrame && !globalThis.document?.hidden) requestAnimationFrame(fn);
  else setTimeout(fn, 16);
}

const byId = (list, key = "id") => new Map((list ?? []).map((one) => [one[key], one]));

export class Store extends EventTarget {
  state = EMPTY();
  #schedule;
  #kinds = new Set();
  #touched = new Set();
  #asked = false;

  constructor({ schedule = nextFrame } = {}) {
    super();
    this.#schedule = schedule;
    this.#rule(NO_RULES);
  }

  /** Takes a snapshot or a delta; anything else is not ours. */
  apply(frame) {
    if (frame.type === "snapshot") this.#reset(frame.state);
    else if (frame.type === "delta") for (const change of frame.changes) this.#change(change, frame.at);
    else return;
    this.#prune();
  }

  #reset({ contacts = [], messages = {}, pops = {}, snoozed, mentions, rules, ...rest }) {
    const { ended } = this.state;
    const lists = Object.entries(messages).map(([contact, list]) => [contact, byId(list)]);
    for (const contact of [...contacts, ...this.state.contacts.values()]) this.#touched.add(contact.id);
    this.state = {
      ...EMPTY(),
      ...rest,
      ended,
      contacts: byId(contacts),
      messages: new Map(lists),
      pops: new Map(Object.entries(pops)),
      snoozed: byId(snoozed, "interaction"),
      mentions: byId(mentions),
    };
    this.#rule(rules ?? rest);
    for (const { id } of contacts) ended.delete(id);
    this.#changed("me", "contact", "message", "pop", "ended", "lists", "snoozed", "mention", "rules");
  }

  #change({ op, kind, id, value, why }, at) {
    if (kind === "contact") {
      if (op === "put") this.#contact(id, value);
      else this.#ended(id, why, at);
    } else if (kind === "message") this.#message(op, id, value);
    else if (kind === "pop") {
      if (op === "put") this.state.pops.set(id, value);
      else this.state.pops.delete(id);
      this.#touched.add(id);
    } else if (kind === "snoozed" || kind === "mention") {
      const map = kind === "mention" ? this.state.mentions : this.state.snoozed;
      if (op === "put") map.set(id, value);
      else map.delete(id);
    } else if (kind === "me") this.state.me = value;
    else if (kind === "rules") this.#rule(value);
    else return; // a kind of a newer hub
    this.#changed(kind);
  }

  /** The rules stand whole under `rules`; the three lists that every part asks for are at hand as well. */
  #rule(rules) {
    const { dispositions, away_reasons, decline_reasons } = { ...NO_RULES, ...rules };
    Object.assign(this.state, { rules: { ...NO_RULES, ...rules }, dispositions, away_reasons, decline_reasons });
  }

  #contact(id, contact) {
    this.state.contacts.set(id, contact);
    if (this.state.ended.delete(id)) this.#changed("ended");
    this.#touched.add(id);
  }

  #ended(id, why, at = Date.now()) {
    const contact = this.state.contacts.get(id);
    if (!contact) return;
    this.state.contacts.delete(id);
    this.#touched.add(id);
    const note = { contact, why, at };
    this.state.ended.set(id, note);
    setTimeout(() => {
      if (this.state.ended.get(id) !== note) return;
      this.state.ended.delete(id);
      this.#touched.add(id);
      this.#changed("ended");
    }, ENDED_MS);
    this.#changed("ended");
  }

  #message(op, id, message) {
    const { messages } = this.state;
    if (op === "put") {
      if (!messages.has(message.contact)) messages.set(message.contact, new Map());
      messages.get(message.contact).set(id, message);
      this.#touched.add(message.contact);
    } else for (const [contact, list] of messages) if (list.delete(id)) this.#touched.add(contact);
  }

  /** What belongs to a contact leaves with it: a shift of nine hours must not grow. */
  #prune() {
    const { contacts, messages, pops, drafts } = this.state;
    for (const map of [messages, pops]) for (const id of map.keys()) if (!contacts.has(id)) map.delete(id);
    for (const id of Object.keys(drafts)) if (!contacts.has(id)) delete drafts[id];
  }

  #changed(...kinds) {
    for (const kind of kinds) this.#kinds.add(kind);
    if (this.#asked) return;
    this.#asked = true;
    this.#schedule(() => {
      const detail = { kinds: this.#kinds, contacts: this.#touched };
      this.#asked = false;
      this.#kinds = new Set();
      this.#touched = new Set();
      this.dispatchEvent(new CustomEvent("change", { detail }));
    });
  }
}
