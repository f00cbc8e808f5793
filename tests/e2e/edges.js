// Runs in a page in forced colours: controls that have lost their edge, and what is chosen without a sign, as sentences.
() => {
  const CHOSEN = ["aria-selected", "aria-pressed", "aria-current", "aria-checked"];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const told = (one) => `${one.className || one.tagName} “${one.textContent.trim().replace(/\s+/g, " ").slice(0, 40)}”`;
  const bare = [...document.querySelectorAll(".btn, .box, input[type=text], textarea, select")]
    .filter((one) => shown(one) && (!one.closest(".box, .composer, .palette, .c-field") || one.matches(".box, .btn")))
    .filter((one) => [one, one.parentElement].every((box) => !parseFloat(getComputedStyle(box).borderTopWidth) && getComputedStyle(box).outlineStyle === "none"))
    .map((one) => `no edge in forced colours: ${told(one)}`);

  const look = (one) => {
    const style = getComputedStyle(one);
    const names = ["backgroundColor", "color", "borderTopWidth", "borderTopColor", "borderBottomWidth", "borderBottomColor", "outlineStyle", "outlineWidth", "fontWeight", "textDecorationLine"];
    // A mark of its own, such as the ring of a radio or a tick, says it as well.
    return [...names.map((name) => style[name]), one.querySelectorAll("svg, i").length, ...[...one.querySelectorAll("i")].map((i) => getComputedStyle(i).borderTopWidth)].join();
  };
  const kind = (one) => [one.tagName, one.parentElement.tagName, ...[...one.classList].filter((name) => !name.startsWith("is-")).sort()].join();
  const unsaid = CHOSEN.flatMap((name) => {
    const all = [...document.querySelectorAll(`[${name}]`)].filter((one) => shown(one) && one !== document.activeElement && !one.matches(":hover"));
    const on = (one) => !["false", ""].includes(one.getAttribute(name));
    return all.filter(on).filter((one) => all.some((other) => !on(other) && kind(other) === kind(one) && look(other) === look(one)));
  });
  return [...bare, ...unsaid.map((one) => `chosen without a sign in forced colours: ${told(one)}`)];
}
