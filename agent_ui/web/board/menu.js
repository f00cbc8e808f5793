// Where a menu opens: below the button that called it, at its end, and inside of the window.
const GAP = 4;
const EDGE = 8;

export function placeMenu(menu, button) {
  const { bottom, top, right } = button.getBoundingClientRect();
  const below = innerHeight - bottom > innerHeight / 2;
  menu.style.insetInlineEnd = `${Math.max(EDGE, innerWidth - right)}px`;
  menu.style.insetBlockStart = below ? `${bottom + GAP}px` : "auto";
  menu.style.insetBlockEnd = below ? "auto" : `${innerHeight - top + GAP}px`;
}

/** Up and down in a menu. */
export function menuArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = [...event.currentTarget.querySelectorAll("a, button:not([disabled])")];
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
  event.preventDefault();
}
