// What a screen reader is told. layout.html has one polite and one assertive region, there from the first byte: a region
// that is put in together with its text is often not read.

const CLEAR_MS = 5_000;
const regions = {};

function region(name) {
  regions[name] ??= document.getElementById(`say-${name}`) ?? make(name);
  return regions[name];
}

function make(name) {
  const found = document.createElement("div");
  found.id = `say-${name}`;
  found.className = "visually-hidden";
  found.setAttribute("role", name === "assertive" ? "alert" : "status");
  found.setAttribute("aria-live", name);
  document.body.append(found);
  return found;
}

/** Each text is an element of its own, so that the same words twice are read twice and quick ones do not swallow another. */
export function announce(text, { assertive = false } = {}) {
  if (!text) return;
  const line = document.createElement("p");
  line.textContent = text;
  region(assertive ? "assertive" : "polite").append(line);
  setTimeout(() => line.remove(), CLEAR_MS);
}
