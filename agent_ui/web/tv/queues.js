// The five worst queues, re-ordered at most once a minute: who looks up from work finds a queue where it was.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { wallName } from "../board/alerts.js";
import { TONE, pressure, standing, worstFirst } from "../board/limits.js";
import { NONE, langOf, ratio } from "../board/words.js";
import { now } from "../clock.js";
import { duration, number, t } from "../words.js";

const SHOWN = 5;
const CALM_MS = 60_000;

export class Worst {
  #ids = [];
  #sorted = -Infinity;

  of(queues) {
    const stale = performance.now() - this.#sorted >= CALM_MS || this.#ids.some((id) => !queues.has(id)) || this.#ids.length < Math.min(SHOWN, queues.size);
    if (stale) {
      this.#ids = [...queues.values()].sort(worstFirst(now())).slice(0, SHOWN).map(({ id }) => id);
      this.#sorted = performance.now();
    }
    return this.#ids.map((id) => queues.get(id));
  }
}

export function rows(queues, at) {
  return html`<table class="tv-queues"><thead><tr><th scope="col">${t("Queue")}</th><th scope="col">${t("Waiting")}</th><th scope="col">${t("Oldest")}</th><th scope="col">${t("Service level")}</th><th scope="col">${t("Idle")}</th></tr></thead>
    <tbody>${repeat(queues, ({ id }) => id, (queue) => row(queue, at))}</tbody></table>`;
}

function row(queue, at) {
  const late = TONE[pressure(queue.oldest_since, queue.target_ms, at)];
  const { service_level: level, goal } = queue;
  const tone = standing(level, goal);
  const bar = level == null ? nothing : html`<span class="tv-track"><i .style=${`transform:scaleX(${level})`}></i>${goal == null ? nothing : html`<s .style=${`left:${goal * 100}%`}></s>`}</span>`;
  return html`<tr class=${tone}><th scope="row" lang=${langOf(queue.name)}>${wallName(queue)}</th><td>${number(queue.waiting)}</td>
    <td class=${late}>${queue.oldest_since == null ? NONE : duration(at - queue.oldest_since)}</td>
    <td><span class="tv-level">${bar}<span class="tv-sign">${tone === "is-bad" || tone === "is-warn" ? "▼" : ""}</span><span class="tv-ratio">${ratio(level)}</span></span></td>
    <td>${number(queue.idle)}</td></tr>`;
}
