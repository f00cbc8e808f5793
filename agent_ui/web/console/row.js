// One contact of mine in the work list: who, the last words, one clock by whose turn it is, and at most one sign.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { number, t } from "../words.js";
import { clockOf } from "./sections.js";
import { channelName, nameOf, unreadWords } from "./terms.js";
import "./timer.js";

class Row extends LitElement {
  static properties = { desk: { attribute: false }, contact: { attribute: false }, on: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { contact, on } = this;
    const draft = this.desk.drafts.text(contact.id).trim();
    const words = lastWords(contact, on ? "" : draft);
    const failed = contact.last?.direction === "out" && contact.last.state === "failed";
    return html`<button type="button" class="row ${contact.unread ? "is-unread" : ""}" aria-current=${on ? "true" : "false"}
        @click=${() => this.desk.select(contact.id)}>
      <span class="chan" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
      <span class="row-name" lang="" title=${nameOf(contact)}>${nameOf(contact)}</span>
      ${this.#clock(failed)}
      <span class="row-words" lang="" title=${words}>${words}</span>
      <span class="row-badge">${this.#badge(failed, draft)}</span></button>`;
  }

  #clock(failed) {
    const clock = clockOf(this.contact);
    if (clock.kind === "customer") {
      return html`<span class="row-time" data-tone="">${icon("clock")}<span class="visually-hidden">${t("waits for you")}</span>
        <hub-timer .spec=${{ kind: "wait", at: clock.at, target: clock.target }}></hub-timer></span>`;
    }
    if (clock.kind === "wrap") {
      return html`<span class="row-time" data-tone="">${icon("clock")}<hub-timer .spec=${{ kind: "left", at: clock.at, low: { warn: 60_000, bad: 10_000 } }}></hub-timer></span>`;
    }
    return html`<span class="row-time ${failed ? "is-bad" : ""}"><hub-timer .spec=${{ kind: "up", at: clock.at }}></hub-timer></span>`;
  }

  #badge(failed, draft) {
    const { contact } = this;
    if (contact.unread) return html`<span class="count" aria-label=${unreadWords(contact.unread)}>${number(contact.unread)}</span>`;
    if (failed) return html`<b class="is-bad" aria-label=${t("not delivered")}>!</b>`;
    if (draft && !this.on) return html`<span>${t("draft")}</span>`;
    if (contact.mode === "held") return html`<span>${t("on hold")}</span>`;
    return nothing;
  }
}

function lastWords({ last, queue, subject }, draft) {
  if (draft) return t("Draft: {text}", { text: draft });
  if (!last) return subject || queue.name;
  if (last.direction === "out") return last.state === "failed" ? t("Not delivered: {text}", { text: last.text }) : t("You: {text}", { text: last.text });
  return last.text || t("Attachment");
}

customElements.define("hub-row", Row);
