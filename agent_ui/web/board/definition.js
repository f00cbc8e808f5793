// The line under the queues: what a service level is, what each channel promises, and the proof: the same figures folded
// again from the first event of the log.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { n, number, t } from "../words.js";
import { Pace } from "./pace.js";
import { formula, promises } from "./words.js";

/** The shown figures may be a moment older than the log: only what stays unequal is unequal. */
const TRIES = 4;
const PAUSE_MS = 600;

class Definition extends LitElement {
  static properties = { board: { attribute: false }, state: { state: true } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.pace = new Pace(this);
  }

  render() {
    const { definition, queues, interval } = this.board;
    const span = interval === "recent" ? t("Shown: contacts that came in the last 30 minutes.") : "";
    return html`<p class="board-definition" id="definition"><b>${t("Service level")}</b> = ${formula(definition)}
      ${promises(queues.values())} ${t("The last minute is provisional.")} ${span}
      <button type="button" class="board-link" ?disabled=${this.state?.busy} @click=${this.#recompute}>${t("Recompute from the log")}</button>
      <span role="status">${this.state ? this.#said(this.state) : nothing}</span></p>`;
  }

  #said({ busy, failed, events, queues, wrong }) {
    if (busy) return t("Folding the log…");
    if (failed) return html`<span class="is-bad">${t("The log could not be read. Try again.")}</span>`;
    const sample = n("{count} event", "{count} events", events);
    if (wrong.length) return html`<b class="is-bad">${icon("warning")}${t("Not equal in {queues} after {sample}: tell your admin.", { queues: wrong.join(", "), sample })}</b>`;
    return html`<b class="is-ok">${icon("check")}${t("Equal: {queues} queues, today, from {sample}.", { queues: number(queues), sample })}</b>`;
  }

  #recompute = async () => {
    this.state = { busy: true };
    try {
      let found;
      for (let left = TRIES; left; left -= 1) {
        found = await compared();
        if (!found.wrong.length) break;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      this.state = found;
    } catch {
      this.state = { failed: true };
    }
  };
}

async function compared() {
  const answer = await fetch("/api/v1/board?recompute=1");
  if (!answer.ok) throw new Error(String(answer.status));
  const { seq, state, recomputed } = await answer.json();
  const wrong = state.queues.filter((queue) => Object.entries(recomputed[queue.id] ?? {}).some(([name, value]) => queue[name] !== value));
  return { events: seq, queues: state.queues.length, wrong: wrong.map(({ name }) => name) };
}

customElements.define("hub-definition", Definition);
