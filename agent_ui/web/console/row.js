// One contact of mine in the work list: who, the last words, one clock by whose turn it is, and at most one sign.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { number, t } from "../words.js";
import { clockOf } from "./sections.js";
import { languageOf } from "./message.js";
import { channelName, nameOf, unreadWords } from "./terms.js";
import { when } from "./times.js";
import "./timer.js";

class Row extends LitElement {
  /** `draft`: what is written and not sent; `typing`: the customer writes now. `gone`: why it went; then it only keeps its place until the hand has left the list. */
  static properties = { desk: { attribute: false }, contact: { attribute: false }, on: { attribute: false }, gone: { attribute: false }, typing: { attribute: false }, draft: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { contact, on, gone } = this;
    if (gone) return html`<div class="row is-gone"><span class="chan">${icon(contact.channel)}</span><span class="row-name" lang="">${nameOf(contact)}</span><span></span><span class="row-words">${gone}</span></div>`;
    if (contact.due_at) return this.#asleep();
    const { draft } = this;
    const words = lastWords(contact, on ? "" : draft);
    const failed = contact.last?.direction === "out" && contact.last.state === "failed";
    return html`<button type="button" class="row ${contact.unread ? "is-unread" : ""}" aria-current=${on ? "true" : "false"}
        @click=${() => this.desk.select(contact.id)}>
      <span class="chan" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
      <span class="row-name" lang=${languageOf(nameOf(contact))} title=${nameOf(contact)}>${nameOf(contact)}</span>
      ${this.#clock(failed)}
      <span class="row-words" lang="" title=${words}>${words}</span>
      <span class="row-badge">${this.#badge(failed, draft)}</span></button>`;
  }

  #asleep() {
    const { contact: asleep, on } = this;
    const words = asleep.note || asleep.subject || lastText(asleep.last);
    return html`<button type="button" class="row is-asleep" aria-current=${on ? "true" : "false"} @click=${() => this.desk.lookAsleep(asleep.interaction)}>
      <span class="chan" title=${channelName(asleep.channel)}>${icon(asleep.channel)}</span>
      <span class="row-name" lang=${languageOf(nameOf(asleep))} title=${nameOf(asleep)}>${nameOf(asleep)}</span>
      <span class="row-time">${icon("moon")}<time datetime=${new Date(asleep.due_at).toISOString()}>${when(asleep.due_at)}</time></span>
      <span class="row-words" lang="" title=${words}>${words}</span><span class="row-badge"></span></button>`;
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
    const { contact, typing } = this;
    if (contact.unread) return html`<span class="count" aria-label=${unreadWords(contact.unread)}>${number(contact.unread)}</span>`;
    if (failed) return html`<b class="is-bad" aria-label=${t("not delivered")}>!</b>`;
    if (typing) return html`<span aria-hidden="true">${t("typing")}</span>`;
    if (draft && !this.on) return html`<span>${t("draft")}</span>`;
    if (contact.mode === "held") return html`<span>${t("on hold")}</span>`;
    return nothing;
  }
}

function lastWords({ last, queue, subject }, draft) {
  if (draft) return t("Draft: {text}", { text: draft });
  if (!last) return subject || queue.name;
  if (last.direction === "out") return last.state === "failed" ? t("Not delivered: {text}", { text: lastText(last) }) : t("You: {text}", { text: lastText(last) });
  return lastText(last);
}

const lastText = (last) => (last ? last.text || t("Attachment") : "");

customElements.define("hub-row", Row);
