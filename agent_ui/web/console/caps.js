// The caps of a chord as they stand on a keyboard. Shift, Enter and Backspace are drawn: few fonts have their signs.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { keyFor } from "../keys.js";
import { t } from "../words.js";

const DRAWN = { "⇧": "shift", Enter: "return", "↵": "return", Backspace: "backspace", "⌫": "backspace" };

/** All of a chord in one cap: `caps("Ctrl ⇧ Enter")`. */
export const caps = (chord) => html`<kbd>${chord.split(" ").map(cap)}</kbd>`;

/** The same for an action, with the key that the person has chosen for it. */
export const capsFor = (action, chord) => {
  const own = keyFor(action, chord);
  return own ? caps(own) : nothing;
};

/** One key of it, for whoever draws each in a cap of its own. */
export const cap = (key) => (DRAWN[key] ? html`<span class="key" title=${name(key)}>${icon(DRAWN[key])}</span>` : html`<span class="key">${key}</span>`);

function name(key) {
  return { "⇧": t("Shift"), Enter: t("Enter"), "↵": t("Enter"), Backspace: t("Backspace"), "⌫": t("Backspace") }[key] ?? key;
}
