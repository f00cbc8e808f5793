// The wallboard: heroes, queues, what the figures are, who waits longest, what needs a supervisor, and the agents.
import { html } from "lit";
import { t } from "../words.js";
import "./act-dialog.js";
import "./agent-menu.js";
import "./agents.js";
import "./definition.js";
import "./figures.js";
import "./live.js";
import "./needs.js";
import "./queues.js";
import "./waiting.js";
import { bindKeys } from "./keys.js";
import { BoardPage } from "./page.js";

class Overview extends BoardPage {
  shows = {
    "hub-figures": ["totals", "queues", "definition"],
    "hub-queues": ["queues"],
    "hub-definition": ["definition", "queues"],
    "hub-waiting": ["waiting", "queues"],
    "hub-needs": ["alerts", "queues", "agents"],
    "hub-agents": ["agents", "alerts"],
  };

  connectedCallback() {
    super.connectedCallback();
    bindKeys(this);
  }

  render() {
    return html`<div class="board">
      <main class="board-pane" id="main" tabindex="-1"><h1 class="visually-hidden">${t("Live")}</h1>
        <hub-figures .board=${this.model}></hub-figures>
        <hub-queues .board=${this.model} .line=${this.line}></hub-queues>
        <hub-definition .board=${this.model}></hub-definition>
        <hub-waiting .board=${this.model} .open=${this.open}></hub-waiting></main>
      <aside class="board-pane" aria-label=${t("Alerts and agents")}>
        <hub-needs .board=${this.model} .command=${this.command} .open=${this.open} .people=${this.#people}></hub-needs>
        <hub-agents .board=${this.model} .menu=${this.#menu}></hub-agents></aside></div>
      <hub-agent-menu .board=${this.model} .command=${this.command}></hub-agent-menu>
      <hub-act-dialog .board=${this.model} .ask=${this.ask}></hub-act-dialog>`;
  }

  #people = (agent) => this.querySelector("hub-agents").show(agent);

  #menu = (agent, button) => this.querySelector("hub-agent-menu").open(agent, button);
}

customElements.define("hub-board", Overview);
