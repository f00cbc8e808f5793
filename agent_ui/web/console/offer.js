// The offer's card in the work list: both times, two buttons; in the end it says for four seconds what became of it.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { capsFor } from "./caps.js";
import { endingWords } from "./endings.js";
import { reasonMenu } from "./reasons.js";
import { channelName, nameOf } from "./terms.js";
import "./timer.js";

class Offer extends LitElement {
  static properties = { desk: { attribute: false }, contact: { attribute: false }, ending: { attribute: false }, top: { attribute: false }, gone: { attribute: false }, deciding: { attribute: false }, shown: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    const { contact, ending, desk, gone, deciding, shown } = this;
    const over = ending ? endingWords(ending) : gone;
    if (over) return html`<div class="offer is-over"><i class="offer-bar"></i>${this.#who(html`<span class="offer-over ${ending ? "is-bad" : ""}">${over}</span>`)}<div class="offer-acts"></div></div>`;
    const { offer } = contact;
    const times = html`<span class="row-time offer-left"><hub-timer .spec=${{ kind: "seconds", at: offer.deadline, say: (time) => t("{time} left", { time }) }}></hub-timer></span>`;
    const waited = html`<span class="row-badge"><hub-timer .spec=${{ kind: "up", at: contact.entered_at, say: (time) => t("waited {time}", { time }) }}></hub-timer></span>`;
    return html`<div class="offer ${shown ? "is-shown" : ""}" @click=${this.#look}>
      <hub-timebar .spec=${{ from: offer.made_at, until: offer.deadline }}></hub-timebar>
      ${this.#who(times, waited)}
      <div class="offer-acts">
        <button type="button" class="btn primary" ?disabled=${Boolean(deciding)} @click=${this.#accept}>
          ${deciding === "accepting" ? t("Accepting…") : html`${t("Accept")}${this.top ? capsFor("accept", "Ctrl ⇧ Enter") : nothing}`}</button>
        ${reasonMenu({ id: `decline-${contact.id}`, reasons: desk.state.decline_reasons, disabled: Boolean(deciding), label: t("Decline"), choose: (reason) => desk.decline(contact, reason) })}
      </div></div>`;
  }

  #who(times, waited = nothing) {
    const { contact } = this;
    const preferred = contact.offer?.why?.rule === "preferred_agent";
    return html`<button type="button" class="row" aria-label=${t("Look at the offer of {customer}", { customer: nameOf(contact) })}>
      <span class="chan is-ringing" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
      <span class="row-name" lang="">${nameOf(contact)}</span>${times}
      <span class="row-words">${preferred ? html`${icon("star")} ${t("asks for you")} · ` : nothing}<span lang="">${contact.queue.name}</span></span>${waited}</button>`;
  }

  #look = (event) => {
    if (!event.target.closest(".offer-acts")) this.desk.look(this.contact.id);
  };

  #accept = () => this.desk.accept(this.contact);
}

customElements.define("hub-offer", Offer);
