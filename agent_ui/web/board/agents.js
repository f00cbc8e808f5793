// The agents column: a bar of what all do, counts that filter, then each person with activity, reason and time in it, a way
// to his page and a menu to read what he writes and to set his presence. `queue`: only those who serve it.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, n, number, t } from "../words.js";
import { arrows, oneTabStop } from "./arrows.js";
import { activityOf, isHere, needsLook, needsLookFirst } from "./limits.js";
import { Hold, SteadyOrder } from "./order.js";
import { Pace } from "./pace.js";
import { activityName, channelName, doing, langOf, queueOf } from "./words.js";

const CALM_MS = 10_000;
const COUNTED = ["idle", "reserved", "engaged", "wrapping", "away"];

class Agents extends LitElement {
  static properties = { board: { attribute: false }, menu: { attribute: false }, queue: {}, only: { state: true } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
    this.hold = new Hold(this, () => this.closest("aside"));
    this.order = new SteadyOrder(CALM_MS);
    this.only = this.queue = "";
  }

  render() {
    const here = new Map([...this.board.agents].filter(([, agent]) => isHere(agent) && (!this.queue || agent.serves.includes(this.queue))));
    const counts = Object.fromEntries(COUNTED.map((activity) => [activity, 0]));
    for (const agent of here.values()) counts[activityOf(agent)] += 1;
    const wanted = this.only ? new Map([...here].filter(([, agent]) => activityOf(agent) === this.only)) : here;
    const held = this.hold.held;
    const { shown, changed } = this.order.arrange(wanted, needsLookFirst, held);
    return html`<div class="board-agents-head"><h2 id="agents-head" tabindex="-1">${this.queue ? t("Agents here") : t("Agents")}</h2>
        <button type="button" class="board-resort" ?hidden=${!(held && changed)} @click=${this.resort}>
          ${t("Order changed: sort")}</button>
        <span class="board-meta">${n("{count} signed in", "{count} signed in", here.size)}</span></div>
      <div class="board-stack" aria-hidden="true">${COUNTED.map((activity) => html`<i class="does-${activity}"
        .style=${`width:${here.size ? (counts[activity] / here.size) * 100 : 0}%`}></i>`)}</div>
      <div class="board-counts" role="group" aria-label=${t("Show only")}>${COUNTED.map((activity) => this.#count(activity, counts[activity]))}</div>
      <ul class="board-agents" aria-labelledby="agents-head" @keydown=${arrows}>${repeat(shown, ({ row }) => row.id, ({ row, gone }) => this.#row(row, gone))}</ul>
      ${here.size ? nothing : html`<p class="board-meta">${t("Nobody is signed in.")}</p>`}`;
  }

  updated() {
    oneTabStop(this);
  }

  resort = () => {
    this.order.anew();
    this.hold.release(() => this.requestUpdate());
  };

  /** The list with one agent in it, and what can be done about him. */
  async show(agent) {
    const activity = activityOf(this.board.agents.get(agent));
    this.only = activity === "away" ? activity : "";
    this.resort();
    await this.updateComplete;
    const button = this.querySelector(`[data-agent="${agent}"] .board-more`);
    button?.scrollIntoView({ block: "nearest" });
    if (button) this.menu(agent, button);
  }

  #count(activity, count) {
    const pressed = this.only === activity;
    const press = () => {
      this.only = pressed ? "" : activity;
      this.resort();
    };
    return html`<button type="button" aria-pressed=${pressed} @click=${press}><i class="board-swatch does-${activity}"></i>
      <b>${number(count)}</b><span>${activityName(activity)}</span></button>`;
  }

  #row(last, left) {
    // Held in a filtered list, someone may do something else by now: that is shown, in the same place.
    const agent = this.board.agents.get(last.id) ?? last;
    const gone = left && (agent === last || !isHere(agent));
    const look = needsLook(agent);
    const contacts = (agent.contacts ?? []).map((contact) => t("{channel}, {queue}", {
      channel: channelName(contact.channel), queue: queueOf(contact, this.board),
    }));
    const over = this.board.alerts.get(`wrap:${agent.id}`);
    const does = over ? t("over by {time}", { time: duration(now() - over.since) }) : doing(agent, this.board);
    return html`<li data-row data-agent=${agent.id} class="board-agent ${agent.confirmed ? "" : "is-unconfirmed"} ${gone ? "is-gone" : ""}" title=${contacts.join("\n")}>
      <i class="board-swatch does-${activityOf(agent)}"></i><a data-drill href=${`/board/agents/${agent.id}`} lang=${langOf(agent.name)}>${agent.name}</a>
      <span>${gone ? t("signed off") : does}</span>
      <span class="board-since ${over ? "is-bad" : look ? "is-warn" : ""}">${duration(now() - agent.since)}</span>
      <button type="button" tabindex="-1" class="board-more" aria-haspopup="menu" aria-label=${t("Acts for {name}", { name: agent.name })} @click=${(event) => this.menu(agent.id, event.currentTarget)}>${icon("more")}</button></li>`;
  }
}

customElements.define("hub-agents", Agents);
