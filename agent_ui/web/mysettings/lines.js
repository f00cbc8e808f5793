// The keys as a person changes them: one line for all actions that share a key (F8 holds and resumes), one for a family
// (contact 1 to 9). Says why a key cannot be taken. Chords and their matching: keys.js.
import { actions } from "../console/actions.js";
import { isSingle, keyFor, parse, write } from "../keys.js";
import { t } from "../words.js";

/** Those of the wallboard, which binds them itself under these names. */
const BOARD = () => [
  ["board-prioritise", "P", t("Priority…")], ["board-move", "V", t("Move…")], ["board-assign", "G", t("Assign to…")], ["board-read", "M", t("Read the conversation silently")],
];
/** What browsers and systems keep for themselves: a page cannot have it, or must not take it away. */
const BROWSERS = new Set(["Ctrl W", "Ctrl T", "Ctrl N", "Ctrl R", "Ctrl P", "Ctrl F", "Ctrl L", "Ctrl C", "Ctrl V", "Ctrl X", "Ctrl A", "Ctrl Z", "Ctrl Y", "Ctrl S", "Ctrl O", "Ctrl H", "Ctrl J", "Ctrl D", "Ctrl ⇧ T", "Ctrl ⇧ N", "Ctrl ⇧ W", "Ctrl ⇧ I", "Ctrl ⇧ J", "Ctrl ⇧ C", "Ctrl ⇧ R", "Ctrl ⇧ Z", "Ctrl -", "Ctrl =", "Ctrl 0", "F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12", ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => `Ctrl ${place}`)]);
const MOVING = /^(Tab|Escape|Enter|Space|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Arrow\w+|ContextMenu|PrintScreen|Pause|ScrollLock|NumLock|Unidentified|)$/;

/** `[{ids, family, group, label, chord, now}]`: `chord` as it comes, `now` as it is in force. */
export function lines() {
  const found = new Map();
  for (const { id, family, group, key, words, label } of actions) {
    const at = family ?? (key || id);
    const line = found.get(at);
    if (line) line.ids.push(id);
    else found.set(at, { ids: [id], family, group, label: (label ?? words)(), chord: key });
  }
  for (const [id, chord, label] of BOARD()) found.set(id, { ids: [id], group: "board", label, chord });
  return [...found.values()].map((line) => ({ ...line, now: keyFor(line.ids[0], line.chord) }));
}

/** The map of the setting "keys" with this line's chord changed; "" is no key, null the one that it came with. */
export function changed(map, line, chord) {
  const next = { ...map };
  line.ids.forEach((id, at) => {
    if (chord === null) delete next[id];
    else next[id] = line.family && chord ? chord.replace(/\d$/, String(at + 1)) : chord;
  });
  return next;
}

/** Why this key cannot be the line's, in words; "" if it can. */
export function refusal(at, line, all) {
  const chord = write(at);
  if (MOVING.test(at.code) && !at.ctrl) return t("This key moves about the page or types. Choose another one.");
  if (at.code === "Tab" || at.code === "Escape") return t("This key moves about the page or types. Choose another one.");
  if (BROWSERS.has(chord)) return t("The browser keeps {key} for itself. Choose another one.", { key: chord });
  if (line.family && !/^Digit[1-9]$/.test(at.code)) return t("This one is for nine contacts: press it together with a digit.");
  const taken = new Set(line.family ? [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => write({ ...at, code: `Digit${place}` })) : [chord]);
  const other = all.find((one) => one !== line && meets(one, line) && (one.family ? expand(one.now) : [one.now]).some((now) => now && taken.has(now)));
  return other ? t("{key} is taken by “{action}”. Change that one first, or choose another key.", { key: chord, action: other.label }) : "";
}

const expand = (chord) => (chord ? [1, 2, 3, 4, 5, 6, 7, 8, 9].map((place) => chord.replace(/\d$/, String(place))) : []);

/** The wallboard and the console are different pages: a letter may do one thing here and another there. */
const ANYWHERE = new Set(["palette", "find", "keys"]);
const meets = (one, other) => (one.group === "board") === (other.group === "board") || ANYWHERE.has(one.ids[0]) || ANYWHERE.has(other.ids[0]);

/** Can this key be switched off with the single letters? */
export const single = (chord) => Boolean(chord) && isSingle(parse(chord));
