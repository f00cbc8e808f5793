// The focus never falls to the page's ground: if what had it went away, the nearest thing that is still there gets it, and
// Enter and Space are ignored for a moment, because they were meant for something else (ui.md 7).
import { focusMoved } from "./press.js";

const PLACES = "h1, h2, h3, [tabindex='0'], [tabindex='-1']";
const CAN = "button:not(:disabled), a[href], input:not(:disabled), textarea, select, [tabindex='0']";

export function keepFocus(root) {
  let path = null;
  root.addEventListener("focusin", (event) => {
    path = event.composedPath().slice(0, event.composedPath().indexOf(root) + 1);
    const row = event.target.closest("li");
    path.place = row ? { list: row.parentElement, at: [...row.parentElement.children].indexOf(row) } : null;
  });
  // A press on the ground lets go of the focus; that is meant.
  root.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest?.(CAN)) path = null;
  });
  let asked = false;
  // Looked at once a frame: whether something is to be seen is known only when the page is laid out.
  new MutationObserver(() => {
    if (!path || asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (path && lost(path)) requestAnimationFrame(replace);
    });
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "hidden", "inert"] });

  function replace() {
    // Whoever took it away may have given it to something else by now.
    if (!path || !lost(path)) return;
    const place = successor(path);
    path = null;
    if (!place) return;
    if (!place.matches(CAN) && !place.hasAttribute("tabindex")) place.tabIndex = -1;
    place.focus({ preventScroll: true });
    focusMoved();
  }
}

function lost([element]) {
  const { activeElement } = document;
  return (activeElement === document.body || activeElement === null || activeElement === element) && (!element.isConnected || element.disabled || !element.checkVisibility());
}

/** What is next to it: the next row of its list; where one writes; a log or heading around it; else its pane. */
function successor(path) {
  const { list, at } = path.place ?? {};
  const rows = list?.isConnected ? [...list.children].filter((row) => !row.inert && row.querySelector(CAN)) : [];
  if (rows.length) return rows[Math.min(at, rows.length - 1)].querySelector(CAN);
  const around = path.find((one) => one.isConnected && one !== path[0] && one.checkVisibility?.());
  const field = around?.closest(".composer")?.querySelector("textarea");
  if (field) return field;
  const pane = around?.closest("dialog[open], main, aside") ?? around;
  for (let one = around; one && pane?.contains(one); one = one.parentElement) {
    if (one.matches("[tabindex='0']")) return one;
    const heading = one.matches("section, main, aside") && [...one.querySelectorAll(PLACES)].find((found) => found.checkVisibility());
    if (heading) return heading;
  }
  return pane;
}
