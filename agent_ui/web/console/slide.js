// Sections and their rows glide to their new places when others come or go (ui.md 9.2): by transform, so that the page is
// laid out once and nothing jumps. A section's place is within the list, a row's within its section: both are positioned.

const MOVE_MS = 160;
const EASE = "cubic-bezier(.2, 0, 0, 1)";
const still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

export class Slide {
  #tops = new Map();
  #moves = new WeakMap();

  constructor() {
    globalThis.addEventListener?.("resize", () => this.#tops.clear());
  }

  /** The list was drawn: what stands somewhere else than the last time begins where it was. */
  drawn(parts) {
    const tops = new Map([...parts].map((part) => [part, part.offsetTop]));
    const moved = still?.matches ? [] : [...tops].filter(([part, top]) => this.#tops.has(part) && this.#tops.get(part) !== top);
    for (const [part, top] of moved) this.#glide(part, this.#tops.get(part) - top);
    this.#tops = tops;
  }

  /** It stands one frame where it was: browsers count an animation that begins together with the layout as a jump. */
  #glide(part, by) {
    const from = `translateY(${by}px)`;
    this.#moves.get(part)?.cancel();
    part.style.transform = from;
    requestAnimationFrame(() => {
      if (part.style.transform !== from) return; // it moved again meanwhile
      part.style.transform = "";
      this.#moves.set(part, part.animate([{ transform: from }, { transform: "none" }], { duration: MOVE_MS, easing: EASE }));
    });
  }
}
