// The middle pane: an offer that is looked at, else the selected contact (head, log and composer, or wrap-up), else the
// words for nothing to do.
import { html } from "lit";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { need } from "./dialogs.js";
import { headOf } from "./head.js";
import { Part } from "./part.js";
import "./composer.js";
import "./idle.js";
import "./log.js";
import "./timer.js";

class Conversation extends Part {
  get about() {
    return this.desk?.shown?.id ?? null;
  }

  render() {
    const { preview, current, snoozed } = this.desk;
    if (preview || snoozed || current?.state === "wrapping") need();
    if (preview) return html`${this.#drawerOnly()}<hub-preview .desk=${this.desk} .contact=${preview}></hub-preview>`;
    if (snoozed) return html`<hub-snoozed .desk=${this.desk} .snoozed=${snoozed}></hub-snoozed>`;
    if (!current) return html`<hub-idle .desk=${this.desk}></hub-idle>`;
    const wrapping = current.state === "wrapping";
    return html`${headOf(this.desk, current)}
      ${wrapping ? html`<hub-wrap-up .desk=${this.desk} .contact=${current.id}></hub-wrap-up>`
        : html`<hub-log .desk=${this.desk} .contact=${current.id}></hub-log><hub-composer .desk=${this.desk} .contact=${current.id}></hub-composer>`}`;
  }

  #drawerOnly() {
    return html`<div class="drawer-line"><button type="button" class="btn drawer-button" aria-label=${t("Customer")} title=${t("Customer")} @click=${() => this.desk.page.drawer()}>${icon("user")}</button></div>`;
  }
}

customElements.define("hub-conversation", Conversation);
