// The middle pane: an offer that is looked at, else the selected contact (head, log and composer, or wrap-up), else the
// words for nothing to do.
import { html } from "lit";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { Part } from "./part.js";
import { clockOf } from "./sections.js";
import { channelName, nameOf } from "./terms.js";
import "./composer.js";
import "./idle.js";
import "./log.js";
import "./preview.js";
import "./timer.js";
import "./wrapup.js";

class Conversation extends Part {
  render() {
    const { preview, current } = this.desk;
    if (preview) return html`${this.#drawerOnly()}<hub-preview .desk=${this.desk} .contact=${preview}></hub-preview>`;
    if (!current) return html`<hub-idle .desk=${this.desk}></hub-idle>`;
    const wrapping = current.state === "wrapping";
    return html`${this.#head(current, wrapping)}
      ${wrapping ? html`<hub-wrap-up .desk=${this.desk} .contact=${current.id}></hub-wrap-up>`
        : html`<hub-log .desk=${this.desk} .contact=${current.id}></hub-log><hub-composer .desk=${this.desk} .contact=${current.id}></hub-composer>`}`;
  }

  #head(contact, wrapping) {
    const held = contact.mode === "held";
    return html`<header class="chead"><span class="chan ${wrapping ? "" : held ? "is-held" : "is-live"}">${icon(contact.channel)}</span>
      <div class="grow"><h1 lang="" title=${nameOf(contact)}>${nameOf(contact)}</h1>
        <p class="meta">${[channelName(contact.channel), contact.queue.name, held ? t("on hold") : "", contact.subject || contact.display].filter(Boolean).join(" · ")}</p></div>
      ${this.#clock(contact)}
      ${wrapping ? this.#extend() : this.#acts(contact, held)}
      ${this.#drawer()}</header>`;
  }

  #acts(contact, held) {
    const off = !this.desk.line;
    return html`<button type="button" class="btn" data-act="transfer" aria-label=${t("Transfer")} title=${t("Transfer")} ?disabled=${off} @click=${() => this.#tell("transfer")}>${icon("transfer")}<span class="wide">${t("Transfer")}</span></button>
      <button type="button" class="btn ${held ? "is-warn" : ""}" data-act="hold" aria-label=${held ? t("Resume") : t("Hold")} title=${held ? t("Resume") : t("Hold")} ?disabled=${off} aria-pressed=${held} @click=${() => this.#tell("hold")}>${icon(held ? "play" : "pause")}<span class="wide">${held ? t("Resume") : t("Hold")}</span></button>
      <button type="button" class="btn" data-act="end" ?disabled=${off} @click=${() => this.#tell("end")}>${icon("check")}<span>${t("End")}</span></button>`;
  }

  #extend() {
    return html`<button type="button" class="btn" data-act="extend" ?disabled=${!this.desk.line} @click=${() => this.#tell("extend")}>${t("Extend")}</button>`;
  }

  #clock(contact) {
    const clock = clockOf(contact);
    if (clock.kind === "wrap") {
      return html`<span class="chead-clock" data-tone="">${icon("clock")}<hub-timer .spec=${{ kind: "left", at: clock.at, low: { warn: 60_000, bad: 10_000 }, say: (time) => t("wrap-up ends in {time}", { time }) }}></hub-timer></span>`;
    }
    if (clock.kind === "customer") {
      return html`<span class="chead-clock" data-tone="" title=${t("The customer waits for you")}>${icon("clock")}<span class="visually-hidden">${t("waits for you")}</span><hub-timer .spec=${{ kind: "wait", at: clock.at, target: clock.target }}></hub-timer></span>`;
    }
    return html`<span class="chead-clock" title=${t("Since the last message")}><hub-timer .spec=${{ kind: "up", at: clock.at }}></hub-timer></span>`;
  }

  #drawer() {
    return html`<button type="button" class="btn drawer-button" data-act="customer" aria-label=${t("Customer")} title=${t("Customer")} @click=${() => this.#tell("customer")}>${icon("user")}<span class="wide">${t("Customer")}</span></button>`;
  }

  #drawerOnly() {
    return html`<div class="drawer-line">${this.#drawer()}</div>`;
  }

  #tell(act) {
    this.dispatchEvent(new CustomEvent("hub-act", { bubbles: true, detail: act }));
  }
}

customElements.define("hub-conversation", Conversation);
