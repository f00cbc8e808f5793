// One queue: who waits and what one can do for them, today by quarter hours, who left it last, and the agents who serve it.
import { LitElement, html, nothing } from "lit";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, n, number, t } from "../words.js";
import "./act-dialog.js";
import "./agent-menu.js";
import "./agents.js";
import "./live.js";
import "./queue-line.js";
import { chart } from "./chart.js";
import { Drill } from "./drill.js";
import { bindKeys } from "./keys.js";
import { left } from "./left.js";
import { Pace } from "./pace.js";
import { BoardPage, island } from "./page.js";
import { shut } from "./queues.js";
import { toast } from "./toast.js";
import { channelName, langOf, ratio, span } from "./words.js";

const MINE = document.documentElement.dataset.user;

class QueuePage extends BoardPage {
  shows = { "hub-queue-line": ["waiting", "queues"], "hub-queue-head": ["queues"], "hub-agents": ["agents", "alerts"] };

  connectedCallback() {
    super.connectedCallback();
    const first = island("page-data");
    this.key = first.queue.id;
    this.drill = new Drill(`/api/v1/queues/${encodeURIComponent(this.key)}`, first);
    this.drill.addEventListener("changed", () => {
      this.requestUpdate();
      for (const name of Object.keys(this.shows)) this.querySelector(name)?.pace.changed();
    });
    bindKeys(this);
  }

  render() {
    const { quarters, left: gone, queue } = this.drill.data;
    return html`<div class="board-page"><hub-queue-head .board=${this.model} .line=${this.line} .drill=${this.drill}></hub-queue-head>
      <div class="board board-queue"><main class="board-pane" id="main" tabindex="-1">
        ${this.drill.gone ? html`<p class="banner bad">${icon("warning")}<span>${t("This queue is no longer there.")} <a href="/board">${t("Back to all queues")}</a></span></p>` : nothing}
        <hub-queue-line .board=${this.model} .drill=${this.drill} .open=${this.open} .take=${this.model.agents.has(MINE) ? this.#take : null}></hub-queue-line>
        <section class="board-section"><h2>${t("Today by quarter hour")}</h2>${chart(quarters, queue.goal)}</section>
        <section class="board-section is-flush"><div class="board-bar"><h2 id="left-head">${t("Left the queue last")}</h2><span class="board-meta">${t("a name opens the conversation")}</span></div>${left(gone)}</section></main>
      <aside class="board-pane" aria-label=${t("Agents here")}><hub-agents .board=${this.model} .queue=${this.key} .menu=${this.#menu}></hub-agents></aside></div></div>
      <hub-agent-menu .board=${this.model} .command=${this.command}></hub-agent-menu>
      <hub-act-dialog .board=${this.model} .ask=${this.ask}></hub-act-dialog>`;
  }

  changed(kinds) {
    super.changed(kinds);
    const before = this.seen;
    this.seen = JSON.stringify([this.model.queues.get(this.key), [...this.model.waiting.values()].filter((row) => row.queue === this.key)]);
    if (before !== this.seen) this.drill.touch();
  }

  #menu = (agent, button) => this.querySelector("hub-agent-menu").open(agent, button);

  #take = async (contact) => {
    try {
      await this.ask("assign", contact, { contact: contact.id, agent: MINE }, t("asked: to you"));
      toast(t("Assigned to you. Accept it in Work when it rings."), { act: { text: t("To Work"), href: "/work" } });
    } catch (error) {
      toast(error.detail || t("The hub did not answer. Try again."), { bad: true });
    }
  };
}

/** Back, what it is, and how it stands now. */
class QueueHead extends LitElement {
  static properties = { board: { attribute: false }, line: { attribute: false }, drill: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
  }

  render() {
    const queue = this.board.queues.get(this.drill.data.queue.id) ?? this.drill.data.queue;
    return html`<header class="board-head"><a class="btn icon small" href="/board" aria-label=${t("Back to all queues")}>${icon("back")}</a>
      <span class="chan">${icon(queue.channel)}</span>
      <div class="board-title"><h1 lang=${langOf(queue.name)}>${t("{queue}, {channel}", { queue: queue.name, channel: channelName(queue.channel) })} ${shut(queue)}</h1>
        <p class="board-meta el">${stands(queue)}</p></div>
      <hub-live .line=${this.line}></hub-live></header>`;
  }
}

/** How the promise is kept; before anything was counted, the promise alone. */
function promise({ service_level: level, goal, target_ms: target }) {
  const values = { level: ratio(level), goal: ratio(goal), target: span(target) };
  return level == null ? t("goal: {goal} answered within {target}", values) : t("{level} answered within {target} (goal {goal})", values);
}

function stands(queue) {
  const parts = [
    n("{count} waits", "{count} wait", queue.waiting),
    queue.oldest_since == null ? "" : t("oldest {time}", { time: duration(now() - queue.oldest_since) }),
    promise(queue),
    t("{offered} offered, {answered} answered, {abandoned} abandoned ({short} short)", {
      offered: number(queue.offered), answered: number(queue.answered), abandoned: number(queue.abandoned), short: number(queue.short_abandoned),
    }),
  ];
  return parts.filter(Boolean).join(" · ");
}

customElements.define("hub-queue-head", QueueHead);
customElements.define("hub-queue-page", QueuePage);
