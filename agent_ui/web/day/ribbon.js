// Presence over one day as a ribbon: shape and words beside colour (available full, away hatched, offline empty). The same
// in a table is under it.
import { html, svg } from "lit";
import { presenceName, reasonName } from "../console/terms.js";
import { duration, t, time } from "../words.js";

const WIDTH = 1000;
const HEIGHT = 28;
const HOUR = 3_600_000;
const LEAST = 2;

const nameOf = ({ presence, reason }) => (presence === "away" && reason ? t("Away: {reason}", { reason: reasonName(reason) }) : presenceName(presence));
const untilOf = ({ until }) => until ?? Date.now();

export function ribbon(parts) {
  const from = Math.floor(parts[0].from / HOUR) * HOUR;
  const until = Math.max(from + HOUR, Math.ceil(untilOf(parts.at(-1)) / HOUR) * HOUR);
  const x = (at) => ((at - from) / (until - from)) * WIDTH;
  const step = Math.max(1, Math.ceil((until - from) / HOUR / 12)) * HOUR;
  const hours = Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, place) => from + place * step);
  return html`<div class="ribbon"><svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${summary(parts)}>
      <defs><pattern id="away" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" class="ribbon-away"/><rect width="2" height="6" class="ribbon-line"/></pattern></defs>
      <rect width=${WIDTH} height=${HEIGHT} class="ribbon-none"/>
      ${parts.filter(({ presence }) => presence !== "offline").map((part) => svg`<rect x=${x(part.from)} width=${Math.max(LEAST, x(untilOf(part)) - x(part.from))} height=${HEIGHT} class="ribbon-${part.presence}"><title>${`${nameOf(part)}, ${time(part.from)}–${time(untilOf(part))}`}</title></rect>`)}</svg>
    <ol class="ribbon-hours" aria-hidden="true">${hours.map((at) => html`<li>${time(at)}</li>`)}</ol>
    <ul class="ribbon-key"><li><i class="is-available"></i>${t("Available")} <b class="num">${duration(sum(parts, "available"))}</b></li><li><i class="is-away"></i>${t("Away")} <b class="num">${duration(sum(parts, "away"))}</b></li></ul></div>`;
}

const sum = (parts, presence) => parts.filter((part) => part.presence === presence).reduce((total, part) => total + untilOf(part) - part.from, 0);

const summary = (parts) => t("Available {available}, away {away}, from {from} to {until}.", { available: duration(sum(parts, "available")), away: duration(sum(parts, "away")), from: time(parts[0].from), until: time(untilOf(parts.at(-1))) });

export const presenceTable = (parts) => html`<table class="plain"><thead><tr><th scope="col">${t("From")}</th><th scope="col">${t("Until")}</th><th scope="col">${t("Presence")}</th><th scope="col" class="num">${t("Length")}</th></tr></thead>
  <tbody>${parts.map((part) => html`<tr><td class="num">${time(part.from)}</td><td class="num">${part.until ? time(part.until) : t("now")}</td><th scope="row">${nameOf(part)}</th><td class="num">${duration(untilOf(part) - part.from)}</td></tr>`)}</tbody></table>`;
