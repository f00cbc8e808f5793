// What a person has set: keys, sending, sound, screen. Kept by the hub (docs/live.md), so that it follows to other
// computers; kept here as well, so that it holds from the first moment. A change is saved at once and is told to every
// tab. Events: "change" (detail: {key, value}).
import { uuid } from "./uuid.js";

const STORE = "hub-settings";
const user = globalThis.document?.documentElement.dataset.user ?? "";

class Settings extends EventTarget {
  #values = read();
  #send = overHttp;
  /** The keys whose saving has not been answered, and how many changes there had been when each key was last set. */
  #saving = [];
  #set = new Map();
  #changes = 0;

  constructor() {
    super();
    // Another tab of this browser has changed one, or has heard of a change.
    globalThis.addEventListener?.("storage", ({ key, newValue }) => {
      const held = key === STORE ? parse(newValue) : null;
      if (held?.user === user) this.#all(held.values, { kept: true });
    });
  }

  get(key, otherwise = null) {
    return this.#values[key] ?? otherwise;
  }

  /** Holds at once, here and in the other tabs; resolves when the hub has it, rejects with its problem. */
  async save(key, value) {
    this.#take(key, value);
    this.#saving.push(key);
    try {
      await this.#send(key, value);
    } finally {
      this.#saving.splice(this.#saving.indexOf(key), 1);
    }
  }

  /** `kept`: it comes from this browser's storage, and writing it again might undo what another tab writes now. */
  #take(key, value, kept = false) {
    this.#set.set(key, ++this.#changes);
    if (same(this.#values[key], value)) return;
    this.#values = { ...this.#values, [key]: value };
    if (!kept) keep(this.#values);
    this.dispatchEvent(new CustomEvent("change", { detail: { key, value } }));
  }

  /** As they stood when the hub drew the page, unless they have changed since in another tab. */
  drawn(values) {
    if (values && changedAt() < performance.timeOrigin) this.#all(values);
  }

  /** The line to the hub tells of settings, and takes them. A snapshot is as old as the hello that asked for it. */
  connect(socket) {
    let asked = this.#changes;
    this.#send = (key, value) => socket.command("settings.save", { key, value });
    socket.addEventListener("signal", ({ detail }) => detail.kind === "settings" && !this.#saving.includes(detail.key) && this.#take(detail.key, detail.value));
    socket.addEventListener("hello", () => (asked = this.#changes));
    socket.addEventListener("frame", ({ detail }) => detail.state?.settings && this.#all(detail.state.settings, { asked }));
  }

  /** For a page that has no line. */
  async fetch() {
    const asked = this.#changes;
    try {
      const answer = await fetch("/api/v1/settings");
      if (answer.ok) this.#all(await answer.json(), { asked });
    } catch {
      // what is kept here holds
    }
  }

  /** What was changed after the `asked`th change, or is being saved, is newer than these. */
  #all(values, { asked = this.#changes, kept = false } = {}) {
    const newer = (key) => this.#saving.includes(key) || (this.#set.get(key) ?? 0) > asked;
    const keys = new Set([...Object.keys(this.#values), ...Object.keys(values)]);
    for (const key of keys) if (!newer(key)) this.#take(key, values[key] ?? null, kept);
  }
}

async function overHttp(key, value) {
  const answer = await fetch(`/api/v1/settings/${encodeURIComponent(key)}`, {
    method: "PUT", headers: { "Content-Type": "application/json", "Idempotency-Key": uuid() }, body: JSON.stringify({ value }),
  });
  if (!answer.ok) throw await answer.json().catch(() => ({ detail: "" }));
}

const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function stored() {
  try {
    const held = parse(localStorage.getItem(STORE));
    return held?.user === user ? held : {};
  } catch {
    return {}; // storage can be forbidden
  }
}

const read = () => stored().values ?? {};

/** When a tab of this browser last changed one, in Unix milliseconds. */
const changedAt = () => stored().at ?? 0;

function keep(values) {
  try {
    localStorage.setItem(STORE, JSON.stringify({ user, values, at: Date.now() }));
  } catch {
    // it then lives as long as the page
  }
}

export const settings = new Settings();

const SENDING = { chat: "enter", webchat: "enter", sms: "ctrl", email: "ctrl", note: "ctrl" };

/** Which key sends in this channel (or "note"): "enter", then ⇧ Enter is a new line, or "ctrl" for Ctrl Enter. */
export function sendKey(channel) {
  return settings.get("send", {})[channel] ?? SENDING[channel] ?? "ctrl";
}
