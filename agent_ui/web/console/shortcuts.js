// Binds the keys of the console's actions once; what an action can do is asked at the press. A chord that a person has
// changed comes from his settings (keys.js).
import { bind } from "../keys.js";
import { actions } from "./actions.js";

/** `page` is the console's element: it has the desk. */
export function bindKeys(page) {
  const told = new Set();
  for (const { id, family, group, key, words, label, inFields, when, run } of actions) {
    const said = family && told.has(family) ? "" : (label ?? words)();
    told.add(family);
    const options = { id, group, label: said, when: () => Boolean(page.desk && when(page.desk)) };
    bind(key, () => run(page.desk), inFields ? { ...options, inFields } : options);
  }
  addEventListener("keydown", (event) => escape(event, page));
}

/** Esc belongs first to what the browser closes by itself: menus and dialogs. Thus it is not bound like the others. */
function escape(event, page) {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  if (!document.querySelector("dialog[open], [popover]:popover-open")) page.escape();
}
