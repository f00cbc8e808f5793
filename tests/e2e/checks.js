// Runs in a page: what ui.md 3 and 14 ask of it, as sentences. Contrast is that of WCAG 2: text over the grounds that lie
// behind it, blended. Text of SVG and of controls that are off is not measured.
() => {
  const LEAST_RATIO = 4.5;
  const LEAST_TEXT = 11;
  const LEAST_TARGET = 24;
  const found = [];
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();

  function rgba(colour) {
    if (!known.has(colour)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
      known.set(colour, [red, green, blue, alpha / 255]);
    }
    return known.get(colour);
  }

  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];

  function ground(element) {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage.includes("gradient")) return null;
      const colour = rgba(style.backgroundColor);
      if (colour[3]) layers.push(colour);
      if (colour[3] === 1) break;
    }
    const canvas = rgba(getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches ? "#121212" : "#fff");
    return layers.reduceRight((below, layer) => over(layer, below), canvas);
  }

  const channel = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);

  function ratio(text, below) {
    const [one, two] = [light(over(text, below)), light(below)].sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05);
  }

  /** Cut to nothing, for screen readers alone: the picture beside it is what is seen. */
  function clipped(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) if (getComputedStyle(at).clipPath === "inset(50%)") return true;
    return false;
  }

  const hidden = (element) => element.closest(".visually-hidden, .skip, noscript, script, style") || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || clipped(element);
  const off = (element) => element.closest(":disabled, [aria-disabled=true]");
  const name = (element) => `${element.tagName.toLowerCase()}${element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : ""}`;
  const say = (element, text, what) => found.push(`${what}: ${name(element)} “${text.trim().replace(/\s+/g, " ").slice(0, 50)}”`);

  /** An ellipsis tells that there is more. */
  function shownAsCut(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") return true;
    }
    return false;
  }

  /** The nearest box that cuts off what goes over its edge and cannot be scrolled. */
  function cutter(element) {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (/auto|scroll/.test(overflowX + overflowY)) return null;
      if (overflowX !== "visible") return at;
    }
    return null;
  }

  function box(element) {
    let at = element;
    while (getComputedStyle(at).display === "inline" || getComputedStyle(at).display === "contents") at = at.parentElement;
    return at;
  }

  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const element = node.parentElement;
    if (!node.data.trim() || hidden(element) || element.closest("svg")) continue;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < LEAST_TEXT) say(element, node.data, `text of ${style.fontSize}`);
    const below = ground(element);
    if (below && !off(element)) {
      const reached = ratio(rgba(style.color), below);
      if (reached < LEAST_RATIO) say(element, node.data, `contrast ${reached.toFixed(2)}`);
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    const holder = box(element);
    if (shownAsCut(element)) continue;
    const edge = cutter(element) ?? holder;
    const limits = edge.getBoundingClientRect();
    for (const rect of range.getClientRects()) {
      if (rect.width && (rect.right > limits.right + 1.5 || rect.left < limits.left - 1.5)) {
        say(element, node.data, `wider than its box by ${Math.max(rect.right - limits.right, limits.left - rect.left).toFixed(0)} px`);
        break;
      }
    }
  }

  for (const element of document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea, [role=button], [role=option], [role=tab], [role=radio], [role=menuitem]")) {
    if (hidden(element)) continue;
    const target = element.labels?.length && /checkbox|radio/.test(element.type) ? element.labels[0] : element;
    const { width, height } = target.getBoundingClientRect();
    if (width && (width < LEAST_TARGET - 0.5 || height < LEAST_TARGET - 0.5)) say(element, element.getAttribute("aria-label") ?? element.textContent, `target of ${width.toFixed(0)} × ${height.toFixed(0)}`);
  }

  const page = document.documentElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth - innerWidth} px wider than the window`);
  return [...new Set(found)];
}
