// The queues table: sorted worst first or as asked, frozen under a hand; arrows move from row to row, Enter opens one.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, number, t, wholeDay } from "../words.js";
import { arrows, oneTabStop } from "./arrows.js";
import { TONE, byField, byName, pressure, standing, worstFirst } from "./limits.js";
import { Hold, SteadyOrder } from "./order.js";
import { Pace } from "./pace.js";
import { spark } from "./spark.js";
import { NONE, channelName, langOf, likelyHere, ratio } from "./words.js";
import "./screens.js";

const COLUMNS = ["name", "waiting", "oldest", "likely", "level", "offered", "answered", "abandoned", "crew", "spark"];
const PASSED_MS = 1_500;
const CALM_MS = 10_000;
const FIELDS = {
  name: (queue) => queue.name,
  waiting: (queue) => queue.waiting,
  oldest: (queue) => queue.oldest_since && -queue.oldest_since,
  likely: (queue) => queue.likely?.high_ms,
  level: (queue) => queue.service_level,
  offered: (queue) => queue.offered,
  answered: (queue) => queue.answered,
  abandoned: (queue) => queue.abandoned_rate,
};

class Queues extends LitElement {
  static properties = { board: { attribute: false }, line: { attribute: false }, sorted: { state: true } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
    this.hold = new Hold(this);
    this.order = new SteadyOrder(CALM_MS);
    this.sorted = { field: "", descending: false };
    this.states = new Map();
  }

  render() {
    const queues = new Map([...this.board.queues].map(([id, queue]) => [id, this.board.figures(queue)]));
    const held = this.hold.held;
    const { shown, changed } = this.order.arrange(queues, this.#compare(), held);
    const most = mostWaiting(queues.values());
    return html`<div class="board-bar"><h2 id="queues-head">${t("Queues")}</h2><span>
        <button type="button" class="board-resort" ?hidden=${!(held && changed)} @click=${this.resort}>
          ${t("Order changed: sort")}</button>
        <hub-live .line=${this.line}></hub-live>
        <span role="group" aria-label=${t("Interval")} class="board-interval">${this.#interval("today", t("Today"))}${this.#interval("recent", t("Last 30 min"))}</span>
        <hub-screens></hub-screens></span></div>
      <div class="board-scroll"><table class="board-queues" aria-labelledby="queues-head" @keydown=${arrows} @click=${openRow}>
        <colgroup>${COLUMNS.map((name) => html`<col class="col-${name}">`)}</colgroup>
        <thead><tr>${this.#heads()}</tr></thead>
        <tbody>${repeat(shown, ({ row }) => row.id, ({ row, gone }) => this.#row(row, gone, most))}</tbody>
      </table></div>
      ${shown.length ? nothing : html`<p class="board-empty">${t("No queue yet. Make one, or load the sample company.")}</p>`}`;
  }

  updated() {
    oneTabStop(this);
  }

  resort = () => {
    this.order.anew();
    this.hold.release(() => this.requestUpdate());
  };

  #compare() {
    const { field, descending } = this.sorted;
    return field ? byField(FIELDS[field], descending) : worstFirst(now());
  }

  #heads() {
    const head = (field, text, start) => html`<th scope="col" class=${start ? "at-start" : ""}
      aria-sort=${this.sorted.field === field ? (this.sorted.descending ? "descending" : "ascending") : nothing}>
      <button type="button" @click=${() => this.#sortBy(field)}>${text}</button></th>`;
    return html`${head("name", t("Queue"), true)}${head("waiting", t("Waiting"), true)}${head("oldest", t("Oldest"))}${head("likely", t("Likely wait"))}
      ${head("level", t("Service level"), true)}${head("offered", t("Offered"))}${head("answered", t("Answered"))}
      ${head("abandoned", t("Aband."))}
      <th scope="col" title=${t("Agents idle, engaged and wrapping")}>${t("Idle/eng/wrap")}</th>
      <th scope="col">${t("Last 60 min")}</th>`;
  }

  #interval(name, text) {
    return html`<button type="button" class="chip" aria-pressed=${this.board.interval === name} @click=${() => this.board.choose(name)}>${text}</button>`;
  }

  /** First the way one looks at it (names from A, figures from the highest), then the other way, then worst first. */
  #sortBy(field) {
    const first = field !== "name";
    if (this.sorted.field !== field) this.sorted = { field, descending: first };
    else if (this.sorted.descending === first) this.sorted = { field, descending: !first };
    else this.sorted = { field: "", descending: false };
    this.resort();
  }

  /** True for a moment after a queue went over its limit: its ground says so, once. */
  #passes(id, state) {
    const before = this.states.get(id);
    if (before?.state !== state) this.states.set(id, { state, at: before && state === "is-over" ? performance.now() : -PASSED_MS });
    return performance.now() - this.states.get(id).at < PASSED_MS;
  }

  #row(queue, gone, most) {
    const state = gone ? "is-gone" : pressure(queue.oldest_since, queue.target_ms, now());
    const passed = this.#passes(queue.id, state) ? "has-passed" : "";
    const wait = queue.oldest_since == null ? NONE : duration(now() - queue.oldest_since);
    return html`<tr class="${state} ${passed}" data-queue=${queue.id}>
      <td><span class="board-name"><span class="chan board-chan" title=${channelName(queue.channel)}>${icon(queue.channel)}</span>
        <a data-drill tabindex="-1" href=${`/board/queues/${encodeURIComponent(queue.id)}`} lang=${langOf(queue.name)}>${queue.name}</a>${shut(queue)}</span></td>
      <td class="at-start"><span class="board-load">${number(queue.waiting)}<span><i
        .style=${`transform:scaleX(${queue.waiting / most.get(queue.channel)})`}></i></span></span></td>
      <td><span class=${TONE[state] ?? ""}>${wait}</span></td>
      <td class="board-likely">${likelyHere(queue)}</td>
      <td class="at-start">${meter(queue)}</td>
      <td>${number(queue.offered)}</td>
      <td>${number(queue.answered)}</td>
      <td title=${t("{abandoned}, of these {short} short", { abandoned: queue.abandoned, short: queue.short_abandoned })}>
        ${ratio(queue.abandoned_rate, 1)}</td>
      <td><span class="board-crew"><span>${queue.idle}</span><span>/</span><span>${queue.engaged}</span><span>/</span
        ><span>${queue.wrapping}</span></span></td>
      <td>${spark(queue.spark, t("{count} waiting at the end of the last minute", { count: queue.spark?.at(-1) ?? 0 }))}</td>
    </tr>`;
  }
}

/** The longest queue of each channel: bars compare queues of one kind, ten letters are not ten calls. */
function mostWaiting(queues) {
  const most = new Map();
  for (const { channel, waiting } of queues) most.set(channel, Math.max(1, waiting, most.get(channel) ?? 0));
  return most;
}

/** A press anywhere in a row opens it, as Enter does; the name is the link. */
function openRow(event) {
  if (event.target.closest("a, button") || getSelection()?.toString()) return;
  event.target.closest("tr[data-queue]")?.querySelector("a[data-drill]").click();
}

export function shut({ open, opens_at: at }) {
  if (open !== false) return nothing;
  return html`<span class="badge warn" title=${at ? t("Opens {time}", { time: wholeDay(at) }) : ""}>${t("closed")}</span>`;
}

export function meter(queue) {
  const { service_level: level, goal } = queue;
  if (level == null) return html`<span class="board-none">${NONE}</span>`;
  const tone = standing(level, goal);
  const sample = t("{in_time} of {counted} in time · goal {goal}", {
    in_time: number(queue.in_time), counted: number(queue.counted), goal: ratio(goal),
  });
  return html`<span class="board-meter ${tone}" title=${sample}><span class="board-track"><i .style=${`transform:scaleX(${level})`}></i>
    ${goal == null ? nothing : html`<s .style=${`left:${goal * 100}%`}></s>`}</span>
    <span class=${tone}>${ratio(level)}</span></span>`;
}

customElements.define("hub-queues", Queues);
