// Today by quarter hours, as SVG of our own: answered and abandoned as bars, the service level as a line over its goal;
// and the same as a table, for whoever does not see the picture.
import { html, nothing, svg } from "lit";
import { number, t, time } from "../words.js";
import { NONE, ratio } from "./words.js";

const STEP = 54;
const BAR = 30;
const FLOOR = 112;
const BARS = 62;
/** The level has the upper part of the picture: 100 % at its top, half of it at its foot. */
const LEVEL_TOP = 6;
const LEVEL_FOOT = 44;
const LEAST = 12;
const MOST = 48;

export function chart(quarters, goal) {
  const shown = quarters.slice(-MOST);
  if (!shown.length) return html`<p class="board-empty">${t("Nobody came to this queue today.")}</p>`;
  const places = Math.max(LEAST, shown.length);
  const width = places * STEP;
  const top = Math.max(1, ...shown.map(({ answered, abandoned }) => answered + abandoned));
  const x = (at) => at * STEP + (STEP - BAR) / 2;
  const height = (count) => (count / top) * BARS;
  return html`<figure class="board-chart"><figcaption class="board-legend"><span><i class="is-answered"></i>${t("answered")}</span><span><i class="is-abandoned"></i>${t("abandoned")}</span><span><i class="is-level"></i>${t("service level")}</span></figcaption>
    <div class="board-plot"><span class="board-goal" .style=${`top:${level(goal)}px`}>${t("goal {goal}", { goal: ratio(goal) })}</span>
      <svg viewBox="0 0 ${width} 114" preserveAspectRatio="none" role="img" aria-label=${t("Answered, abandoned and service level by quarter of an hour; the table below says the same")}>
        ${svg`<line class="axis" x1="0" x2=${width} y1=${FLOOR} y2=${FLOOR} /><line class="goal" x1="0" x2=${width} y1=${level(goal)} y2=${level(goal)} />
        ${shown.map(({ answered, abandoned }, at) => svg`<rect class="is-answered" x=${x(at)} width=${BAR} y=${FLOOR - height(answered)} height=${height(answered)} />
          ${abandoned ? svg`<rect class="is-abandoned" x=${x(at)} width=${BAR} y=${FLOOR - height(answered + abandoned) - 1} height=${height(abandoned)} />` : nothing}`)}
        ${lines(shown, x).map((line) => svg`<path class="is-level" d=${line} />`)}`}</svg></div>
    <div class="board-axis" aria-hidden="true" .style=${`grid-template-columns:repeat(${places},minmax(0,1fr))`}>${labels(shown, places)}</div>
    <details class="board-data"><summary>${t("As a table")}</summary>${table(shown)}</details></figure>`;
}

const level = (ratio) => LEVEL_FOOT - Math.max(0, (ratio ?? 0) - 0.5) * 2 * (LEVEL_FOOT - LEVEL_TOP);

/** Labels that do not touch: each second one, each fourth one … */
function labels(shown, places) {
  const every = places <= 16 ? 2 : places <= 32 ? 4 : 8;
  return shown.map(({ from }, at) => (at % every ? nothing : html`<span .style=${`grid-column:${at + 1} / span ${Math.min(every, places - at)}`}>${time(from)}</span>`));
}

/** One line for each run of quarters in which something was counted; a lone one is a short dash. */
function lines(shown, x) {
  const runs = [];
  let run = "";
  shown.forEach(({ service_level: ratio }, at) => {
    if (ratio == null) {
      if (run) runs.push(run);
      run = "";
      return;
    }
    const [middle, y] = [x(at) + BAR / 2, level(ratio).toFixed(1)];
    run += run ? `L${middle} ${y}` : `M${middle - 6} ${y}L${middle} ${y}`;
  });
  return run ? [...runs, run] : runs;
}

function table(shown) {
  return html`<table><thead><tr><th scope="col">${t("From")}</th><th scope="col">${t("Offered")}</th><th scope="col">${t("Answered")}</th><th scope="col">${t("Abandoned")}</th><th scope="col">${t("Service level")}</th></tr></thead>
    <tbody>${shown.map((quarter) => html`<tr><th scope="row">${time(quarter.from)}</th><td>${number(quarter.offered)}</td><td>${number(quarter.answered)}</td><td>${number(quarter.abandoned)}</td><td>${quarter.service_level == null ? NONE : ratio(quarter.service_level)}</td></tr>`)}</tbody></table>`;
}
