// Sections and their rows glide to their new places when others come or go (ui.md 9.2): by transform, so that the page is laid
// out once and nothing jumps.

const NAME = "slide";
const MOVE_MS = 160;
const EASE = "cubic-bezier(.2, 0, 0, 1)";
const still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

export class Slide {
  #tops = null;

  /** Where all of them are before the list is drawn anew. */
  before(parts) {
    this.#tops = still?.matches ? null : new Map([...parts].map((part) => [part, part.getBoundingClientRect().top]));
  }

  /** Those that are somewhere else now begin where they were. */
  after() {
    const kept = [...(this.#tops ?? [])].filter(([part]) => part.isConnected);
    this.#tops = null;
    for (const [part] of kept) rest(part);
    const moved = new Map(kept.map(([part, top]) => [part, top - part.getBoundingClientRect().top]));
    for (const [part, by] of moved) {
      // A row is carried by its section: only what it moves within it is its own.
      const own = Math.round(by - (moved.get(part.parentElement.closest("section")) ?? 0));
      if (own) glide(part, own);
    }
  }
}

/** No trace of an earlier move. */
function rest(part) {
  part.style.transform = "";
  for (const move of part.getAnimations()) if (move.id === NAME) move.cancel();
}

/** It stands one frame where it was: browsers count an animation that begins together with the layout as a jump. */
function glide(part, by) {
  const from = `translateY(${by}px)`;
  part.style.transform = from;
  requestAnimationFrame(() => {
    if (part.style.transform !== from) return;
    part.style.transform = "";
    part.animate([{ transform: from }, { transform: "none" }], { id: NAME, duration: MOVE_MS, easing: EASE });
  });
}
