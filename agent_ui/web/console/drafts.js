// What a person typed and has not sent, per contact. The tab keeps its own copy for the time the hub is away; a second
// after a pause the hub gets it, for a reload and for another device. What is being typed here is never overwritten. Each
// text carries the moment at which it was typed: in whatever order copies travel, here and in the hub the newest stands.
import { now } from "../clock.js";

/** By person: whoever signs in next in this tab finds nothing of his. */
const KEY = `console.drafts.${globalThis.document?.documentElement.dataset.user ?? ""}`;
const EMPTY = { mode: "message", message: "", note: "", summary: "", disposition: "", keepOpen: false, interaction: "", at: {}, owed: [] };
const SAVE_MS = 1_000;
/** The hub's words for what is written; of wrap-up it keeps the summary and the choice. */
const KINDS = { message: "reply", note: "note", summary: "summary", disposition: "choice" };
const MODES = Object.fromEntries(Object.entries(KINDS).map(([mode, kind]) => [kind, mode]));

export class Drafts extends EventTarget {
  #all = read();
  #timers = new Map();
  #newer = new Map();
  /** `(contact, kind, text, at) => Promise`: how the hub is told; set by the desk. */
  save = null;
  /** `(contact, mode) => bool`: whether the person is in this field now; set by the composer. */
  busy = () => false;
  /** The interaction of a contact; set by the desk. */
  interactionOf = () => "";

  of(contact) {
    return { ...EMPTY, ...this.#all[contact] };
  }

  /** The text that stands in the field of this mode. */
  text(contact) {
    const draft = this.of(contact);
    return draft[draft.mode];
  }

  /** What the person typed or chose here. */
  change(contact, values) {
    const old = this.of(contact);
    const typed = Object.keys(KINDS).filter((mode) => values[mode] !== undefined && values[mode] !== old[mode]);
    const at = { ...old.at, ...Object.fromEntries(typed.map((mode) => [mode, Math.max(now(), (old.at[mode] ?? 0) + 1)])) };
    this.#all[contact] = { ...old, interaction: this.interactionOf(contact), ...values, at, owed: [...new Set([...old.owed, ...typed])] };
    for (const mode of typed) {
      this.#newer.delete(key(contact, mode));
      this.#later(contact, mode, values[mode] === "" ? 0 : SAVE_MS);
    }
    this.#keep();
    this.dispatchEvent(new CustomEvent("change", { detail: new Set([contact]) }));
  }

  drop(contact) {
    for (const mode of Object.keys(KINDS)) clearTimeout(this.#timers.get(key(contact, mode)));
    delete this.#all[contact];
    this.#keep();
  }

  /** Forgets the contacts that are not in `ids`, and gives what was there: `[[id, draft]]`. */
  prune(ids) {
    const gone = Object.entries(this.#all).filter(([id]) => !ids.has(id));
    for (const [id] of gone) this.drop(id);
    return gone;
  }

  // ---- from another device, and from before a reload ------------------------------------------------------------------
  /** The hub's copies: `{contact: {kind: {text, at}}}`. */
  take(drafts) {
    for (const [contact, kinds] of Object.entries(drafts ?? {})) {
      for (const [kind, one] of Object.entries(kinds ?? {})) this.hear({ contact, kind, ...one });
    }
  }

  /** One copy of the hub. The newest wins, if this field was left alone since. */
  hear({ contact, kind, text, at }) {
    const mode = MODES[kind];
    const draft = this.of(contact);
    if (!mode || text === draft[mode] || (draft.at[mode] ?? 0) >= at || draft.owed.includes(mode)) return;
    if (draft[mode] && text && this.busy(contact, mode)) this.#newer.set(key(contact, mode), { text, at });
    else this.#adopt(contact, mode, text, at);
    this.dispatchEvent(new Event("change"));
  }

  /** A newer text that another device wrote while somebody was in this field: shown beside it. */
  newer(contact, mode) {
    return this.#newer.get(key(contact, mode))?.text ?? null;
  }

  takeNewer(contact, mode) {
    const { text, at } = this.#newer.get(key(contact, mode)) ?? {};
    this.#newer.delete(key(contact, mode));
    if (text !== undefined) this.#adopt(contact, mode, text, at);
    this.dispatchEvent(new Event("change"));
  }

  /** The line is there again: what the hub has not got goes to it. */
  flush() {
    for (const [contact, { owed = [] }] of Object.entries(this.#all)) for (const mode of owed) this.#send(contact, mode);
  }

  #adopt(contact, mode, text, at) {
    const old = this.of(contact);
    this.#all[contact] = { ...old, interaction: this.interactionOf(contact), [mode]: text, at: { ...old.at, [mode]: at } };
    this.#keep();
  }

  #later(contact, mode, wait) {
    const id = key(contact, mode);
    clearTimeout(this.#timers.get(id));
    this.#timers.set(id, setTimeout(() => this.#send(contact, mode), wait));
  }

  async #send(contact, mode) {
    clearTimeout(this.#timers.get(key(contact, mode)));
    const text = this.#all[contact]?.[mode];
    if (text === undefined || !this.save) return;
    const kept = await this.save(contact, KINDS[mode], text, this.#all[contact].at[mode]);
    if (!kept || this.#all[contact]?.[mode] !== text) return;
    this.#all[contact].owed = this.of(contact).owed.filter((one) => one !== mode);
    this.#keep();
  }

  #keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#all));
    } catch {
      // A full or forbidden store: the draft then lives as long as the page.
    }
  }
}

const key = (contact, mode) => `${contact}/${mode}`;

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
