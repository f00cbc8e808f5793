// What a person has set: keys, sending, sound, screen. Kept by the hub (docs/live.md), so that it follows to other
// computers; kept here as well, so that it holds from the first moment. A change is saved at once and is told to every
// tab. Events: "change" (detail: {key, value}).
import { uuid } from "./uuid.js";

const STORE = "hub-settings";
const user = globalThis.document?.documentElement.dataset.user ?? "";

class Settings extends EventTarget {
  #values = read();
  #send = overHttp;

  constructor() {
    super();
    // Another tab of this browser has changed one, or has heard of a change.
    globalThis.addEventListener?.("storage", ({ key, newValue }) => {
      const held = key === STORE ? parse(newValue) : null;
      if (held?.user === user) this.#all(held.values);
    });
  }

  get(key, otherwise = null) {
    return this.#values[key] ?? otherwise;
  }

  /** Holds at once, here and in the other tabs; resolves when the hub has it, rejects with its problem. */
  async save(key, value) {
    this.take(key, value);
    await this.#send(key, value);
  }

  /** One that the hub told of, from this or another device. */
  take(key, value) {
    if (same(this.#values[key], value)) return;
    this.#values = { ...this.#values, [key]: value };
    keep(this.#values);
    this.dispatchEvent(new CustomEvent("change", { detail: { key, value } }));
  }

  /** The line to the hub tells of settings, and takes them. `first`: as they stood in its snapshot. */
  connect(socket, first) {
    if (first) this.#all(first);
    this.#send = (key, value) => socket.command("settings.save", { key, value });
    socket.addEventListener("signal", ({ detail }) => detail.kind === "settings" && this.take(detail.key, detail.value));
    socket.addEventListener("frame", ({ detail }) => detail.state?.settings && this.#all(detail.state.settings));
  }

  /** For a page that has no line. */
  async fetch() {
    try {
      const answer = await fetch("/api/v1/settings");
      if (answer.ok) this.#all(await answer.json());
    } catch {
      // what is kept here holds
    }
  }

  #all(values) {
    const keys = new Set([...Object.keys(this.#values), ...Object.keys(values)]);
    for (const key of keys) this.take(key, values[key] ?? null);
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

function read() {
  try {
    const held = parse(localStorage.getItem(STORE));
    return held?.user === user ? held.values : {};
  } catch {
    return {}; // storage can be forbidden
  }
}

function keep(values) {
  try {
    localStorage.setItem(STORE, JSON.stringify({ user, values }));
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
