// "Needs you": the queues over their limit and the agents whom the hub took out, the worst first. Changes only while no
// hand is in the column, since the agents stand below it.
import { LitElement, html, nothing } from "lit";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, n, number, t } from "../words.js";
import { byName, needsLook, pressure, worstFirst } from "./limits.js";
import { Hold } from "./order.js";
import { Pace } from "./pace.js";
import { doing, span } from "./words.js";

const SHOWN = 4;

class Needs extends LitElement {
  static properties = { board: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
    this.hold = new Hold(this, () => this.closest("aside"));
    this.kept = [];
    this.calm = true;
  }

  render() {
    const found = this.#found();
    if (!this.hold.held) {
      this.kept = found.slice(0, SHOWN).map(({ id }) => id);
      this.calm = !found.length; // its line goes only when nobody's hand is below it
    }
    const shown = this.kept.map((id) => found.find((need) => need.id === id) ?? { id, over: true });
    const count = html`<span class="count board-need-count" aria-label=${n("{count} in all", "{count} in all", found.length)}>${number(found.length)}</span>`;
    return html`<div class="board-agents-head"><h2 id="needs-head">${t("Needs you")}</h2>${found.length ? count : nothing}</div>
      ${shown.length || !this.calm ? nothing : html`<p class="board-meta">${t("Nothing. All queues are in time.")}</p>`}
      <ul class="board-needs" aria-labelledby="needs-head">${shown.map((need) => this.#need(need))}</ul>`;
  }

  #found() {
    const at = now();
    const queues = [...this.board.queues.values()]
      .filter((queue) => pressure(queue.oldest_since, queue.target_ms, at) === "is-over")
      .sort(worstFirst(at));
    const agents = [...this.board.agents.values()].filter(needsLook).sort(byName);
    return [...queues.map((queue) => ({ id: queue.id, queue })), ...agents.map((agent) => ({ id: agent.id, agent }))];
  }

  #need({ queue, agent }) {
    if (queue) {
      return html`<li><span class="is-bad">${icon("warning")}</span><div><b>${t("{queue}: oldest over {target}", {
        queue: queue.name, target: span(queue.target_ms),
      })}</b><p class="board-meta">${t("{waiting} wait, {idle} idle", queue)}</p></div>
        <button type="button" class="btn small" aria-label=${t("Show who waits in {queue}", { queue: queue.name })}
          @click=${() => this.#show(queue)}>${t("Show")}</button></li>`;
    }
    if (agent) {
      return html`<li><span class="is-warn">${icon("warning")}</span><div><b lang="">${agent.name}</b>
        <p class="board-meta">${t("{doing}, {time}", { doing: doing(agent, this.board), time: duration(now() - agent.since) })}</p></div></li>`;
    }
    return html`<li class="is-gone"><span></span><div><p class="board-meta">${t("no longer so")}</p></div></li>`;
  }

  #show(queue) {
    this.dispatchEvent(new CustomEvent("show-queue", { detail: queue, bubbles: true }));
  }
}

customElements.define("hub-needs", Needs);
