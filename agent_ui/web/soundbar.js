// Says that the browser blocks sound, where it matters; a press anywhere turns it on. It lies over the page: nothing moves.
import { soundOn, unlock, unlocked } from "./sound.js";
import { t } from "./words.js";

const LOOK_MS = 3_000;

/** A browser plays nothing before the first gesture on a page: while `matters()`, a bar says so. */
export function sayBlocked(matters) {
  const bar = document.createElement("div");
  bar.className = "sound-bar toast warn";
  bar.setAttribute("role", "status");
  bar.hidden = true;
  const [words, button] = [document.createElement("p"), document.createElement("button")];
  words.textContent = t("This browser plays no sound before you press something on the page.");
  Object.assign(button, { type: "button", className: "btn small", textContent: t("Turn the sound on"), onclick: () => unlock().catch(() => {}) });
  bar.append(words, button);
  document.body.append(bar);
  const look = () => (bar.hidden = unlocked() || !matters());
  soundOn(look);
  setInterval(look, LOOK_MS);
}
