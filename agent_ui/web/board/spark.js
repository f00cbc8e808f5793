// A sparkline as SVG of our own: the last 60 minutes, one value a minute, the newest at the right with a dot.
import { html, svg } from "lit";

const PAD = 3;

/** The points of `values` in a box; the scale starts at nought, so that a flat line low down means "few". */
export function points(values, width, height) {
  const top = Math.max(1, ...values);
  const step = (width - 2 * PAD) / Math.max(1, values.length - 1);
  return values.map((value, at) => [PAD + at * step, height - PAD - (value / top) * (height - 2 * PAD)]);
}

/** `label` is the text for screen readers, since the picture says nothing to them. */
export function spark(values, label, width = 72, height = 22) {
  if (!values?.length) return html`<span class="board-none">–</span>`;
  const found = points(values, width, height);
  const line = found.map(([x, y], at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const [x, y] = found.at(-1);
  return html`<svg class="board-spark" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img"
    aria-label=${label}>
    ${svg`<path class="area" d="${line}L${x.toFixed(1)} ${height}L${PAD} ${height}Z"/><path class="line" d=${line} />
    <circle cx=${x.toFixed(1)} cy=${y.toFixed(1)} r="2.2"/>`}
  </svg>`;
}
