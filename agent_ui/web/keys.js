// The keys of the page, in one list: what acts, what the "?" sheet shows, what the palette names. Matched by event.code,
// so that layouts do not matter (ui.md 6). AltGr and Alt are never ours: people type ę and @ with them.
// A chord is its caps with spaces between them, as it is written for people: "Ctrl ⇧ Enter", "R", "?", "F8", "Ctrl ⇧ 1".

const PUNCTUATION = { "/": "Slash", ".": "Period", ",": "Comma", "[": "BracketLeft", "]": "BracketRight", ";": "Semicolon", "'": "Quote", "-": "Minus", "=": "Equal", "\\": "Backslash", "`": "Backquote" };
const CAPS = Object.fromEntries(Object.entries(PUNCTUATION).map(([cap, code]) => [code, cap]));
const SHOWN = { Enter: "↵", Backspace: "⌫", Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" };
const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable=''], [contenteditable=true]";
/** The two that are ⌘ on a Mac as well. */
const COMMAND = new Set(["Enter", "KeyK"]);

const entries = new Set();
let index = new Map();
let own = {};
let single = true;
let listening = false;

// ---- chords ---------------------------------------------------------------------------------------------------------

/** `{code, ctrl, shift}` of a chord, or of an event.code such as "KeyP"; null for "". */
export function parse(chord) {
  const caps = (chord ?? "").split(" ").filter(Boolean);
  const cap = caps.pop();
  if (!cap) return null;
  const held = { ctrl: caps.includes("Ctrl"), shift: caps.includes("⇧") };
  if (cap === "?") return { ...held, code: "Slash", shift: true };
  if (/^[A-Za-z]$/.test(cap)) return { ...held, code: `Key${cap.toUpperCase()}` };
  if (/^[0-9]$/.test(cap)) return { ...held, code: `Digit${cap}` };
  return { ...held, code: PUNCTUATION[cap] ?? cap };
}

/** The chord of a key, as it is stored and shown. */
export function write({ code, ctrl = false, shift = false }) {
  if (code === "Slash" && shift && !ctrl) return "?";
  const cap = CAPS[code] ?? code.replace(/^(Key|Digit)/, "");
  return [ctrl && "Ctrl", shift && "⇧", cap].filter(Boolean).join(" ");
}

/** The chord that a person presses; null while an input method is composing, and for Alt, AltGr and keys that only hold. */
export function pressed(event) {
  // 229 and isComposing: the key belongs to an input method that is composing.
  if (event.isComposing || event.keyCode === 229 || event.altKey || event.getModifierState?.("AltGraph")) return null;
  const ctrl = event.ctrlKey || (event.metaKey && COMMAND.has(event.code));
  if ((event.metaKey && !ctrl) || /^(Control|Shift|Alt|Meta|CapsLock|Fn)/.test(event.code)) return null;
  // Where "?" stands elsewhere than on the slash's key, whoever presses it means the same.
  if (event.key === "?" && !ctrl) return { code: "Slash", ctrl, shift: true };
  const code = event.code === "NumpadEnter" ? "Enter" : event.code.replace(/^Numpad(?=\d$)/, "Digit");
  return { code, ctrl, shift: event.shiftKey };
}

/** Its caps, as they stand on a keyboard. */
export function capsOf(chord) {
  const at = parse(chord);
  return at ? write(at).split(" ").map((cap) => SHOWN[cap] ?? cap) : [];
}

export const keysOf = (code, ctrl, shift) => capsOf(write({ code, ctrl, shift }));

/** A character by itself: what WCAG 2.1.4 lets people switch off. */
export const isSingle = ({ code, ctrl }) => !ctrl && !/^F\d+$/.test(code);

// ---- binding --------------------------------------------------------------------------------------------------------

/**
 * Binds a chord (or an event.code, with `ctrl` and `shift`). Without Ctrl it acts only while no field has the focus and no
 * dialog is open, unless it is `inFields` (function keys). `when` says whether it can act now: of several with one chord
 * the first that can is run. `label` puts it into the "?" sheet; with `id` a person can change it. Returns how to unbind.
 */
export function bind(chord, fn, { ctrl = false, shift = false, label = "", inFields, id = "", group = "", when = () => true } = {}) {
  const given = parse(chord) ?? { code: "" };
  const at = { code: given.code, ctrl: given.ctrl || ctrl, shift: given.shift || shift };
  const entry = { at, chord: at.code ? write(at) : "", label, inFields: inFields ?? at.ctrl, fn, id, group, when };
  if (!id) for (const old of entries) if (!old.id && old.chord === entry.chord) entries.delete(old);
  entries.add(entry);
  order();
  if (!listening) addEventListener("keydown", onKey);
  listening = true;
  return () => entries.delete(entry) && order();
}

function order() {
  index = new Map();
  for (const entry of entries) {
    const at = parse(keyFor(entry.id, entry.chord));
    if (!at) continue;
    const key = write(at);
    index.set(key, [...(index.get(key) ?? []), { ...entry, at }]);
  }
}

/** What is bound and has a label: [{id, label, group, chord, keys: ["Ctrl", "⇧", "↵"], off, code, run}], in the order of binding. */
export function list() {
  return [...entries].filter(({ label }) => label).map(({ id, label, group, chord, fn }) => {
    const now = keyFor(id, chord);
    const at = parse(now);
    return { id, label, group, chord: now, keys: capsOf(now), off: Boolean(at) && isSingle(at) && !single, code: at?.code ?? "", run: fn };
  });
}

/** Takes a person's setting "keys": single letters off, and the chord of each action that was changed ("" is none). */
export function setKeys({ off = false, map = {} } = {}) {
  single = !off;
  own = map ?? {};
  order();
}

/** The chord in force for an action. */
export const keyFor = (id, chord) => (id && own[id] !== undefined ? own[id] : chord);

/** Switches the keys that need no Ctrl on or off (WCAG 2.1.4). */
export function allowSingle(on) {
  single = on;
}

function onKey(event) {
  if (event.defaultPrevented) return;
  const at = pressed(event);
  const found = at && index.get(write(at))?.find((entry) => allowed(entry, event) && entry.when());
  if (!found) return;
  event.preventDefault();
  found.fn(event);
}

function allowed({ at, inFields }, event) {
  if (at.ctrl) return true;
  if ((isSingle(at) && !single) || document.querySelector("dialog[open]")) return false;
  return (inFields && !isSingle(at)) || !inField(event);
}

/** Is it typed into a field? */
export const inField = ({ target }) => Boolean(target.closest?.(FIELD));
