// Binds the keys of the acts once; what an act can do is asked at the press.
import { bind } from "../keys.js";
import { t } from "../words.js";
import { actsOf } from "./acts.js";

export function bindKeys(hub) {
  for (const { name, key, words, label } of actsOf(hub)) {
    if (key) bind(key.code, () => hub.run(name), { ...key, label: label ?? words });
  }
  for (let place = 1; place <= 9; place += 1) {
    const label = place === 1 ? t("Contact 1 to 9 of my work") : "";
    bind(`Digit${place}`, () => hub.open(place), { ctrl: true, shift: true, label });
  }
  for (let place = 1; place <= 9; place += 1) {
    bind(`Digit${place}`, () => hub.querySelector("hub-wrap-up")?.pick(place), { label: place === 1 ? t("In wrap-up: disposition 1 to 9") : "" });
  }
  bind("Slash", () => hub.querySelector("hub-palette").open(), { label: t("Find an action or a contact") });
  addEventListener("keydown", (event) => escape(event, hub));
}

/** Esc belongs first to what the browser closes by itself: menus and dialogs. Thus it is not bound like the others. */
function escape(event, hub) {
  if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
  if (!document.querySelector("dialog[open], [popover]:popover-open")) hub.escape();
}
