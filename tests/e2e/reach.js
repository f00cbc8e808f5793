// Runs in a page: what can neither be seen nor brought into the window by scrolling, as sentences.
() => {
  const found = [];
  for (const element of document.querySelectorAll("button:not(:disabled), a[href], input:not([type=hidden]), textarea, select, summary, h1, h2, h3")) {
    if (element.closest(".skip, .skips, .visually-hidden, [inert], dialog:not([open])")) continue;
    if (!element.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
    element.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
    const {left, top, width, height} = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + Math.min(height / 2, 12)];
    if (width && (x < 0 || y < 0 || x > innerWidth || y > innerHeight)) {
      found.push(`${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}” cannot be reached`);
    }
  }
  return found;
}
