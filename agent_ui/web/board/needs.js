// "Needs you": the hub's alerts, the worst first, each with what one can do about it. Changes only while no hand is in the
// column, since the agents stand below it.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { n, number, t } from "../words.js";
import { sentences } from "./alerts.js";
import { needActs } from "./need-acts.js";
import { Hold } from "./order.js";
import { Pace } from "./pace.js";

const SHOWN = 4;

class Needs extends LitElement {
  static properties = { board: { attribute: false }, command: { attribute: false }, open: { attribute: false }, people: { attribute: false }, all: { state: true } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
    this.hold = new Hold(this, () => this.closest("aside"));
    this.kept = [];
    this.last = new Map();
    this.calm = true;
  }

  render() {
    const found = this.board.worst;
    if (!this.hold.held) {
      this.kept = found.map(({ id }) => id);
      this.calm = !found.length; // its line goes only when nobody's hand is below it
    }
    const now = new Map(found.map((alert) => [alert.id, alert]));
    const shown = this.all ? this.kept : this.kept.slice(0, SHOWN);
    const count = html`<span class="count board-need-count ${found[0]?.severity === "bad" ? "is-bad" : "is-warn"}" aria-label=${n("{count} in all", "{count} in all", found.length)}>${number(found.length)}</span>`;
    return html`<div class="board-agents-head"><h2 id="needs-head" tabindex="-1">${t("Needs you")}</h2>${found.length ? count : nothing}</div>
      ${shown.length || !this.calm ? nothing : html`<p class="board-meta">${t("Nothing. All queues are in time.")}</p>`}
      <ul class="board-needs" aria-labelledby="needs-head">${repeat(shown, (id) => id, (id) => this.#need(now.get(id), this.#was(id, now)))}</ul>
      ${this.kept.length > SHOWN ? html`<button type="button" class="btn small quiet" aria-expanded=${Boolean(this.all)} @click=${this.#more}>${
        this.all ? t("Fewer") : n("{count} more", "{count} more", this.kept.length - SHOWN)}</button>` : nothing}`;
  }

  #was(id, now) {
    if (now.has(id)) this.last.set(id, now.get(id));
    return this.last.get(id);
  }

  #more = () => {
    this.all = !this.all;
    this.hold.release(() => this.requestUpdate());
  };

  #need(alert, was) {
    const [what, how] = sentences(alert ?? was, this.board);
    const tone = !alert ? "" : alert.severity === "bad" ? "is-bad" : "is-warn";
    return html`<li class=${alert ? "" : "is-gone"}><span class=${tone}>${icon(alert ? "warning" : "check")}</span><div><b lang="" title=${what}>${what}</b>
      <p class="board-meta">${alert ? how : t("no longer so")}</p>${alert ? html`<p class="board-need-acts">${needActs(alert, this)}</p>` : nothing}</div></li>`;
  }
}

customElements.define("hub-needs", Needs);
