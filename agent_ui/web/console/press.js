// A press that lands within 350 ms after its region moved under a pointer that lay still is not meant: it is swallowed.
// After the focused element went away, Enter and Space are ignored for half a second (ui.md 7 and 9).
const PRESS_MS = 350;
const KEY_MS = 500;
const MOVED_PX = 4;
const shifted = new WeakMap();
let lost = -Infinity;
let at = null;
let still = true;
let eaten = false;

/** Something came or went in this region (an element with data-guarded), so that the rest of it moved. */
export function shift(region) {
  shifted.set(region, performance.now());
  still = true;
}

/** The element with the focus went away and the focus was put somewhere else. */
export function focusMoved() {
  lost = performance.now();
}

export function guard() {
  addEventListener("pointermove", moved, { capture: true, passive: true });
  addEventListener("pointerdown", press, { capture: true });
  addEventListener("click", click, { capture: true });
  addEventListener("keydown", key, { capture: true });
}

function moved({ clientX: x, clientY: y }) {
  if (at && Math.hypot(x - at.x, y - at.y) >= MOVED_PX) still = false;
  if (!at || !still) at = { x, y };
}

const tooSoon = ({ target }) => still && performance.now() - (shifted.get(target.closest?.("[data-guarded]")) ?? -Infinity) < PRESS_MS;

function press(event) {
  eaten = tooSoon(event);
  if (eaten) swallow(event);
  else lost = -Infinity; // whoever presses something knows where he is: his keys are meant again
}

/** A click of the keyboard has no detail; one whose press was swallowed goes the same way. */
function click(event) {
  if (event.detail > 0 && (eaten || tooSoon(event))) swallow(event);
  eaten = false;
}

function key(event) {
  const { key: name, target } = event;
  if (name !== "Enter" && name !== " ") lost = -Infinity; // another key was meant, and so is what follows it
  else if (name === " " && target.matches?.("textarea, input")) return; // a space in a text sets nothing off
  else if (!event.ctrlKey && performance.now() - lost < KEY_MS) swallow(event);
}

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}
