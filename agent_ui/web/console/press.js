// A press that lands within 350 ms after the page moved under the pointer is not meant: it is swallowed. After the
// focused element went away, Enter and Space are ignored for half a second (ui.md 7 and 9).
const PRESS_MS = 350;
const KEY_MS = 500;
const MOVED_PX = 4;
let shifted = -Infinity;
let lost = -Infinity;
let at = null;
let still = true;

/** Something was put in, or taken out, above what a hand could be on its way to. */
export function shift() {
  shifted = performance.now();
  still = true;
}

/** The element with the focus went away and the focus was put somewhere else. */
export function focusMoved() {
  lost = performance.now();
}

export function guard() {
  addEventListener("pointermove", moved, { capture: true, passive: true });
  for (const kind of ["pointerdown", "click"]) addEventListener(kind, press, { capture: true });
  addEventListener("keydown", key, { capture: true });
}

function moved(event) {
  if (at && Math.hypot(event.clientX - at.x, event.clientY - at.y) >= MOVED_PX) still = false;
  if (!at || !still) at = { x: event.clientX, y: event.clientY };
}

function press(event) {
  const byPointer = event.type === "pointerdown" || event.detail > 0;
  if (!byPointer || !still || performance.now() - shifted > PRESS_MS) return;
  if (event.target.closest?.("[data-guarded]")) swallow(event);
}

function key(event) {
  if ((event.key === "Enter" || event.key === " ") && !event.ctrlKey && performance.now() - lost < KEY_MS) swallow(event);
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
