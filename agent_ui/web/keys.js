// The keys of the page, in one list: what acts, what the "?" dialog shows, what the palette offers. Matched by event.code,
// so that layouts do not matter (ui.md 6). AltGr and Alt are never ours: people type ę and @ with them.

const bound = new Map();
let listening = false;
let single = true;

/**
 * Binds a key. `ctrl` is Control on every system (⌘ too if it is true for Enter and K); a key without ctrl acts only
 * while no field has the focus and no dialog is open, unless it is `inFields` (function keys). `label` puts it into the
 * "?" dialog. Returns how to unbind.
 */
export function bind(code, fn, { ctrl = false, shift = false, label = "", inFields = ctrl } = {}) {
  const key = keyOf(code, ctrl, shift);
  const entry = { code, ctrl, shift, label, inFields, fn, keys: keysOf(code, ctrl, shift) };
  bound.set(key, entry);
  if (!listening) {
    addEventListener("keydown", onKey);
    listening = true;
  }
  return () => bound.get(key) === entry && bound.delete(key);
}

/** What is bound and has a label: [{label, keys: ["Ctrl", "⇧", "↵"], code, run}], in the order of binding. */
export function list() {
  return [...bound.values()].filter(({ label }) => label).map(({ label, keys, code, fn }) => ({ label, keys, code, run: fn }));
}

/** Switches the keys that need no Ctrl on or off (WCAG 2.1.4). */
export function allowSingle(on) {
  single = on;
}

function keyOf(code, ctrl, shift) {
  return `${ctrl ? "C" : ""}${shift ? "S" : ""}-${code}`;
}

const SHOWN = { Enter: "↵", Backspace: "⌫", Slash: "/", Period: ".", Comma: ",", BracketLeft: "[", BracketRight: "]", Escape: "Esc" };

/** The key's caps, as they stand on a keyboard. Shift and the slash are one cap: a question mark. */
export function keysOf(code, ctrl, shift) {
  if (code === "Slash" && shift && !ctrl) return ["?"];
  const cap = SHOWN[code] ?? code.replace(/^(Key|Digit|Numpad|Arrow)/, "");
  return [...(ctrl ? ["Ctrl"] : []), ...(shift ? ["⇧"] : []), cap];
}

const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=range]), textarea, select, [contenteditable=''], [contenteditable=true]";
const COMMAND = new Set(["Enter", "KeyK"]);

function onKey(event) {
  // 229 and isComposing: the key belongs to an input method that is composing.
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229 || event.altKey) return;
  if (event.getModifierState?.("AltGraph")) return;
  const ctrl = event.ctrlKey || (event.metaKey && COMMAND.has(event.code));
  if (event.metaKey && !ctrl) return;
  const code = event.code === "NumpadEnter" ? "Enter" : event.code;
  const entry = bound.get(keyOf(code, ctrl, event.shiftKey));
  if (!entry || !allowed(entry, event)) return;
  event.preventDefault();
  entry.fn(event);
}

function allowed({ ctrl, inFields }, event) {
  if (ctrl) return true;
  if (!single || document.querySelector("dialog[open]")) return false;
  return inFields || !event.target.closest?.(FIELD);
}
