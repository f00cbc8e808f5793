// One customer: who, identities, facts, what is open, and the whole history. The parts: facts.js, whole.js.
import { LitElement, html, nothing } from "lit";
import { channelName, languageName, tierName } from "../console/terms.js";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { day, number, t, time } from "../words.js";
import { ask, firstData, reference } from "./api.js";
import "./facts.js";
import "./whole.js";

const KIND_ICON = { phone: "phone", email: "email", web: "chat", visitor: "chat" };

class CustomerPage extends LitElement {
  static properties = { who: { state: true }, open: { state: true }, trouble: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    this.first = firstData();
    if (this.first) Object.assign(this, { who: this.first.customer, open: this.first.open_interactions ?? null });
    else this.load();
  }

  /** Reads the customer again; the answer is the newest there is. */
  load = async () => {
    this.trouble = "";
    try {
      this.who = await ask(`/api/v1/customers/${this.dataset.customer}`);
      this.open = this.who.open_interactions ?? this.open ?? null;
      document.title = document.title.replace(/^[^·]*/, `${this.who.name || t("Customer")} `);
    } catch (problem) {
      this.trouble = problem.status === 404 ? t("There is no such customer. Perhaps the address was cut when it was copied.") : t("The customer could not be loaded (reference {reference}).", { reference: reference(problem) || "–" });
    }
    return this.who;
  };

  render() {
    const { who } = this;
    const back = html`<p class="sheet-back"><a href="/customers">${t("All customers")}</a></p>`;
    if (this.trouble) return html`${back}<h1>${t("Customer")}</h1><p class="sheet-note is-bad">${this.trouble} <button type="button" class="btn small" @click=${this.load}>${t("Try again")}</button></p>`;
    if (!who) return html`${back}<h1>${t("Customer")}</h1><span class="skeleton sheet-grey"></span><span class="skeleton sheet-grey"></span><span class="visually-hidden">${t("Loading…")}</span>`;
    return html`${back}<div class="sheet-head"><h1 lang="">${who.name || who.identities[0]?.display || t("Unknown customer")}</h1>
        ${who.tier ? html`<span class="pill ${who.tier === "gold" ? "accent" : ""}">${who.tier === "gold" ? icon("star") : nothing}${tierName(who.tier)}</span>` : nothing}</div>
      <p class="meta">${where(who)}</p>
      <div class="who-page"><div class="who-side">
        <hub-facts .who=${who} .again=${this.load}></hub-facts>
        <section class="sec" aria-labelledby="identities-head"><h2 id="identities-head">${t("Identities")}</h2><ul>${who.identities.map(identity)}</ul></section>
        ${this.#interactions()}
        <dl class="sec since"><div><dt>${t("Since")}</dt><dd class="num">${who.since ? day(who.since) : "–"}</dd></div></dl></div>
      <hub-whole-history class="who-main" .customer=${who.id} .total=${who.touchpoints ?? null} .first=${this.first?.timeline ?? null}></hub-whole-history></div>`;
  }

  #interactions() {
    if (!this.open) return nothing;
    return html`<section class="sec" aria-labelledby="open-head"><h2 id="open-head"><span>${t("Open interactions")}</span><span class="num">${number(this.open.length)}</span></h2>
      ${this.open.length ? html`<ul>${this.open.map((one) => html`<li class="open-one">${icon(one.channel)}<b lang="" title=${one.subject}>${one.subject || channelName(one.channel)}</b><span class="meta">${day(one.last_at)}</span></li>`)}</ul>` : html`<p class="meta">${t("None")}</p>`}</section>`;
  }
}

function where({ language, time_zone: zone }) {
  const parts = [languageName(language)];
  if (zone) parts.push(t("{place}, {time} there", { place: zone.split("/").at(-1).replaceAll("_", " "), time: there(zone) }));
  return parts.filter(Boolean).join(" · ") || t("Language and place are not known");
}

function there(zone) {
  try {
    return time(now(), zone);
  } catch {
    return "–"; // a zone that this browser does not know
  }
}

function identity(one) {
  const out = one.opted_out?.length > 0;
  const words = out ? t("opted out") : one.verified ? t("verified") : t("not verified");
  return html`<li class="identity">${icon(KIND_ICON[one.kind] ?? "chat")}<span class="num" title=${one.display || one.value}>${one.display || one.value}</span><span class="meta ${out ? "is-bad" : one.verified ? "is-ok" : ""}">${words}</span></li>`;
}

customElements.define("hub-customer-page", CustomerPage);
