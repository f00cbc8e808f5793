// The wallboard: joins the model, the line to the hub and the parts of the page. Each part draws what changed, at most
// four times a second; one clock ticks all timers.
import { LitElement, html } from "lit";
import "./board/acts.js";
import "./board/agents.js";
import "./board/figures.js";
import "./board/live.js";
import "./board/needs.js";
import "./board/queues.js";
import "./board/waiting.js";
import { Alarms } from "./board/alarms.js";
import { bindKeys } from "./board/keys.js";
import { Line } from "./board/line.js";
import { BoardModel } from "./board/model.js";
import { formula, promises } from "./board/words.js";
import { onTick } from "./clock.js";
import { t } from "./words.js";

const TOLD_MS = 8_000;
const UNANSWERED_MS = 30_000;
const SHOWS = {
  "hub-figures": ["totals", "queues", "definition"],
  "hub-queues": ["queues"],
  "hub-waiting": ["waiting", "queues"],
  "hub-needs": ["queues", "agents"],
  "hub-agents": ["agents"],
};

class Board extends LitElement {
  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const first = JSON.parse(document.getElementById("first-data").textContent);
    this.model = new BoardModel();
    this.model.reset(first.state);
    this.line = new Line(this.model, first);
    this.alarms = new Alarms(this.model);
    this.model.addEventListener("changed", ({ detail }) => this.#changed(detail));
    onTick(() => this.#tick());
    bindKeys(this);
  }

  render() {
    return html`<div class="board">
      <main class="board-pane" id="main" tabindex="-1"><h1 class="visually-hidden">${t("Live")}</h1>
        <hub-figures .board=${this.model}></hub-figures>
        <hub-queues .board=${this.model} .line=${this.line}></hub-queues>
        <p class="board-definition" id="definition"></p>
        <hub-waiting .board=${this.model} .open=${this.open}></hub-waiting></main>
      <aside class="board-pane" aria-label=${t("Alerts and agents")} @show-queue=${this.#showQueue}>
        <hub-needs .board=${this.model}></hub-needs><hub-agents .board=${this.model}></hub-agents></aside></div>
      <hub-act-dialog .board=${this.model} .ask=${this.ask}></hub-act-dialog>`;
  }

  firstUpdated() {
    this.#define();
  }

  #showQueue = ({ detail }) => this.querySelector("hub-waiting").show(detail);

  open = (act, contact) => this.querySelector("hub-act-dialog").open(act, contact);

  /** Asks the hub for an act by hand. Resolves on its 202; the problem is thrown. */
  ask = async (act, contact, args, text) => {
    await this.line.command(`waiting.${act}`, args);
    this.model.request(contact.id, text);
    this.querySelector("hub-waiting").requestUpdate(); // what a person did is shown at once
    setTimeout(() => this.model.forget(contact.id), UNANSWERED_MS);
  };

  #changed(kinds) {
    for (const [name, shown] of Object.entries(SHOWS)) {
      if (shown.some((kind) => kinds.has(kind))) this.querySelector(name)?.pace.changed();
    }
    if (kinds.has("definition") || kinds.has("queues")) this.#define();
    for (const [id, asked] of this.model.asked) {
      if (asked.refused && !asked.told) {
        asked.told = setTimeout(() => this.model.forget(id), TOLD_MS);
        this.alarms.refused(id, asked.text);
      }
    }
  }

  #define() {
    const line = this.querySelector("#definition");
    const text = [`${t("Service level")} = ${formula(this.model.definition)}`, promises(this.model.queues.values()), t("The last minute is provisional.")];
    const whole = text.filter(Boolean).join(" ");
    if (line && line.textContent !== whole) line.textContent = whole;
  }

  #tick() {
    for (const name of [...Object.keys(SHOWS), "hub-live"]) this.querySelector(name)?.requestUpdate();
    this.querySelector(".board").classList.toggle("is-stale", this.line.age > 0);
    this.alarms.look();
  }
}

customElements.define("hub-board", Board);
