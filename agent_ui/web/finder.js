// The search in the header. It stands there as a link, for those without JavaScript; with it, it opens the palette.
export function bindFinder(openPalette) {
  document.addEventListener("click", (event) => {
    const finder = event.target.closest?.(".finder");
    if (!finder || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPalette();
  });
}
