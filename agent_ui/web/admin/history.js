// The versions of one document: who, when, what changed; each can become the draft again.
import { LitElement, html, nothing } from "lit";
import { history } from "./api.js";
import { differences } from "./differences.js";
import { whoName } from "./names.js";
import { number, t, time, wholeDay } from "../words.js";

class History extends LitElement {
  static properties = { section: {}, key: {}, version: {}, restore: { attribute: false }, lists: { attribute: false }, items: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.items = null;
    this.problem = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("version") || changed.has("key")) this.#load();
  }

  render() {
    if (this.problem) return html`<p class="notice bad" role="alert">${this.problem}</p>`;
    if (!this.items) return html`<div class="skeleton history-wait">${t("Loading")}</div>`;
    return html`<ol class="history">${this.items.map((one, place) => html`<li>
      <header><h3>${one.version ? t("Version {number}", { number: number(one.version) }) : nothing}${place === 0 && one.document ? html` <span class="pill ok">${t("in use")}</span>` : nothing}</h3>
        <p class="meta">${whoName(one.by)} · ${one.at ? html`<time datetime=${new Date(one.at).toISOString()} title=${time(one.at)}>${wholeDay(one.at)}</time>` : nothing}</p>
        ${place > 0 && one.document ? html`<button type="button" class="btn small" @click=${() => this.restore(one)}>${t("Restore as draft")}</button>` : nothing}</header>
      ${one.document === null ? html`<p>${t("Removed.")}</p>` : one.changes.length ? differences(this.section, one.changes, one.document, this.lists) : html`<p class="meta">${t("Made.")}</p>`}</li>`)}</ol>`;
  }

  async #load() {
    try {
      this.items = (await history(this.section, this.key)).items;
    } catch (problem) {
      this.problem = problem.message;
    }
  }
}

customElements.define("hub-admin-history", History);
