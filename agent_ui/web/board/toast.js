// A word about what became of an act, for some seconds; a refusal stays longer. Read out as well.
import { announce } from "../announce.js";

const SHOWN_MS = 6_000;
const BAD_MS = 12_000;

function place() {
  const found = document.querySelector(".toasts");
  if (found) return found;
  const made = document.createElement("div");
  made.className = "toasts";
  document.body.append(made);
  return made;
}

/** `act`: {text, href}, a way on from here. */
export function toast(text, { bad = false, act = null } = {}) {
  const line = document.createElement("div");
  line.className = bad ? "toast bad" : "toast";
  line.append(text);
  if (act) {
    const link = document.createElement("a");
    Object.assign(link, { href: act.href, className: "btn small", textContent: act.text });
    line.append(link);
  }
  place().append(line);
  announce(text, { assertive: bad });
  setTimeout(() => line.remove(), bad ? BAD_MS : SHOWN_MS);
}
