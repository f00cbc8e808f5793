// What a person wrote in a conversation that went away under his hands: the hub gave it to somebody else while his line was
// down, or it was snoozed with half an answer. It is kept by the interaction, and stands in the field if that comes back.
// Nothing of it is sent by itself: others may have answered since.
const KEY = `console.left.${globalThis.document?.documentElement.dataset.user ?? ""}`;
const MOST = 20;
const LASTS_MS = 12 * 3600_000;
const KINDS = ["message", "note"];

export class Left {
  #list = read().filter(({ at }) => Date.now() - at < LASTS_MS);

  /** `kind` is message or note; `first`: it was sent off before what is there already was typed. */
  keep(interaction, kind, text, { first = false } = {}) {
    if (!interaction || !text?.trim()) return;
    const held = this.#list.find((one) => one.interaction === interaction) ?? { interaction, sent: {}, typed: {} };
    const part = first ? "sent" : "typed";
    const next = { ...held, at: Date.now(), [part]: { ...held[part], [kind]: [held[part][kind], text].filter(Boolean).join("\n") } };
    this.#write([next, ...this.#list.filter((one) => one.interaction !== interaction)].slice(0, MOST));
  }

  /** `{message, note}` of what was kept for this interaction, and forgets it; null if there is nothing. */
  take(interaction) {
    const held = this.#list.find((one) => one.interaction === interaction);
    if (!held) return null;
    this.#write(this.#list.filter((one) => one !== held));
    return Object.fromEntries(KINDS.map((kind) => [kind, [held.sent[kind], held.typed[kind]].filter(Boolean).join("\n")]));
  }

  #write(list) {
    this.#list = list;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(list));
    } catch {
      // A full or forbidden store: it then lives as long as the page.
    }
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
