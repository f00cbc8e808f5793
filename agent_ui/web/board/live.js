// The dot that says how fresh the figures are: "live, 0.2 s behind", or how old they are once nothing comes any more.
import { LitElement, html } from "lit";
import { number, t } from "../words.js";

class Live extends LitElement {
  static properties = { line: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { age, lag } = this.line;
    if (age) return html`<span class="board-live board-meta is-old"><i></i>${t("{seconds} s old", { seconds: number(age) })}</span>`;
    const behind = number(Math.min(99, lag / 1000), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    return html`<span class="board-live board-meta"><i></i>${t("live, {seconds} s behind", { seconds: behind })}</span>`;
  }
}

customElements.define("hub-live", Live);
