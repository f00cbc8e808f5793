// The hero row: five figures with their samples; focus or pointer shows each one's definition.
import { LitElement, html, nothing } from "lit";
import { now } from "../clock.js";
import { duration, n, number, t } from "../words.js";
import { TONE, pressure, standing } from "./limits.js";
import { Pace } from "./pace.js";
import { spark } from "./spark.js";
import { NONE, definitions, nameOf, ratio } from "./words.js";

class Figures extends LitElement {
  static properties = { board: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
  }

  render() {
    const { definition, interval } = this.board;
    const totals = this.board.figures(this.board.totals);
    const told = definitions(totals, definition, interval);
    const recent = interval === "recent";
    return html`<ul class="board-figures" aria-label=${recent ? t("Last 30 min") : t("Today")} @keydown=${hush} @pointerleave=${speak} @focusout=${speak}>
      ${figure("level", recent ? t("Service level, 30 min") : t("Service level, today"), ratio(totals.service_level, 1), this.#levelSample(totals), told.level,
        standing(totals.service_level, totals.goal))}
      ${figure("waiting", t("Waiting now"), number(totals.waiting ?? 0), this.#waitingSample(), told.waiting, "", this.#spark())}
      ${this.#oldest(told.oldest)}
      ${figure("speed", t("Answer speed"), totals.answer_ms == null ? NONE : duration(totals.answer_ms),
        n("mean of {count} contact", "mean of {count} contacts", totals.answered ?? 0), told.speed)}
      ${figure("abandoned", t("Abandoned"), ratio(totals.abandoned_rate, 1), this.#abandonedSample(totals), told.abandoned)}
    </ul>`;
  }

  #levelSample({ service_level, in_time, counted, goal }) {
    if (service_level == null) return t("nothing counted yet");
    const values = { in_time: number(in_time), counted: number(counted), goal: ratio(goal) };
    return goal == null ? t("{in_time} of {counted} in time", values) : t("{in_time} of {counted} in time · goal {goal}", values);
  }

  #waitingSample() {
    const busy = [...this.board.queues.values()].filter((queue) => queue.waiting > 0).length;
    return busy ? n("in {count} queue", "in {count} queues", busy) : t("no queue has anyone waiting");
  }

  #abandonedSample({ abandoned, short_abandoned, offered }) {
    if (!offered) return t("nothing counted yet");
    return t("{abandoned}, of these {short} short", { abandoned: number(abandoned), short: number(short_abandoned) });
  }

  #oldest(told) {
    const { oldest_since: since, oldest_queue: queue } = this.board.totals;
    const label = t("Oldest");
    if (since == null) return figure("oldest", label, NONE, t("nobody waits"), told);
    const found = [...this.board.queues.values()].find((one) => one.id === queue || one.name === nameOf(queue));
    const tone = TONE[pressure(since, found?.target_ms, now())];
    const name = this.board.totals.oldest_name ?? this.board.longest(found)?.customer;
    const place = found?.name ?? nameOf(queue);
    const sample = name ? t("{customer}, {queue}", { customer: nameOf(name), queue: place }) : place;
    return figure("oldest", label, duration(now() - since), sample, told, tone);
  }

  #spark() {
    const { spark: values } = this.board.totals;
    if (!(values?.length > 1)) return nothing;
    return spark(values, t("Waiting in the last 60 minutes, now {count}", { count: values.at(-1) }), 84, 30);
  }
}

/** Escape puts a definition away without moving pointer or focus (WCAG 1.4.13). */
const hush = (event) => event.code === "Escape" && event.currentTarget.classList.add("is-quiet");
const speak = (event) => event.currentTarget.classList.remove("is-quiet");

function figure(key, label, value, sample, told, tone = "", picture = nothing) {
  const id = `told-${key}`;
  return html`<li class="board-figure">
    <button type="button" aria-describedby=${id}><span>${label}</span><b class=${tone}>${value}</b
      ><span class="board-sample" title=${sample}>${sample}</span></button>
    ${picture}
    <div class="board-tip" role="tooltip" id=${id}>${told.map((line, at) => (at ? html`<div>${line}</div>` : html`<strong>${line}</strong>`))}</div>
  </li>`;
}

customElements.define("hub-figures", Figures);
