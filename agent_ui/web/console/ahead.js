// What is typed between an act and the field that it opens (the answer after "accept", the search of a dialog) is meant for
// that field: until it has the focus, letters are kept for it. They would be keys of the page otherwise. Esc takes the act
// back, if it can be.
import { inField } from "../keys.js";

const MOST_MS = 2_000;
let since = null;
let kept = "";
let giveUp = null;

/** A field is on its way. `stop`: what Esc does until it is there. */
export function begin(stop = null) {
  since = performance.now();
  kept = "";
  giveUp = stop;
}

/** The field has the focus and gets what was typed; or it will not come, and nothing does. */
export function end() {
  const text = kept;
  const field = document.activeElement;
  since = giveUp = null;
  kept = "";
  if (!text || !inField({ target: field })) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

addEventListener("keydown", (event) => {
  const { key, ctrlKey, metaKey, altKey } = event;
  if (key === "Escape" && giveUp) {
    giveUp();
    kept = "";
    end();
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  if (since === null || performance.now() - since > MOST_MS) return;
  if (key.length > 1 || ctrlKey || metaKey || altKey || inField(event)) return;
  kept += key;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });
