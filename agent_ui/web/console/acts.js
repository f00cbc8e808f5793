// The actions (actions.js) as the keys and the palette take them: with a parsed key, and bound to one console.
import { t } from "../words.js";
import { actions } from "./actions.js";

const CODES = { Enter: "Enter", Backspace: "Backspace", "[": "BracketLeft", "]": "BracketRight", ".": "Period", ",": "Comma", "/": "Slash" };

/** `{code, ctrl, shift, inFields}` for "Ctrl ⇧ Enter"; nothing for "". */
export function chord(caps, inFields = false) {
  if (!caps) return undefined;
  const parts = caps.split(" ");
  const last = parts.at(-1);
  if (last === "?") return { code: "Slash", shift: true };
  const code = CODES[last] ?? (/^[A-Z]$/.test(last) ? `Key${last}` : /^[0-9]$/.test(last) ? `Digit${last}` : last);
  return { code, ctrl: parts.includes("Ctrl"), shift: parts.includes("⇧"), ...(inFields && { inFields }) };
}

/** `[{name, words, group, icon, key, run, possible}]` for this console. */
export function actsOf({ desk }) {
  const groups = { contact: t("This contact"), work: t("My work"), me: t("Presence"), go: t("The page") };
  return actions
    .filter(({ family }) => !family)
    .map((one) => ({
      ...one, name: one.id, words: one.words(), about: one.about?.(), label: one.label?.(), group: groups[one.group],
      key: chord(one.key, one.inFields), possible: () => one.when(desk), run: () => one.run(desk),
    }));
}
