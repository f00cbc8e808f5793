// The right pane: who the customer is, facts, identities, what is open, and one history over all channels.
import { html } from "lit";
import { icon } from "../icons.js";
import { day, number, t, time } from "../words.js";
import { now } from "../clock.js";
import { Part } from "./part.js";
import { sinceThePop } from "./sincepop.js";
import { channelName, languageName, tierName } from "./terms.js";
import "./name.js";
import "./spoken.js";

const KIND_ICON = { phone: "phone", email: "email", web: "chat", visitor: "chat" };
const LEAST_FACTS = 3;
/** A value that is longer than this does not fit into a third of the pane: the facts are then a list. */
const SHORT = 11;

// Its place is fixed, so that it can come a moment after the rest.

class Customer extends Part {
  get about() {
    return this.desk?.shown?.id ?? null;
  }

  render() {
    const contact = this.desk.shown;
    const pop = contact && this.desk.pop(contact.id);
    if (!contact) return html`<div class="chd"><h2 class="chd-name">${t("Customer")}</h2><p class="meta">${t("Opens by itself when a contact is offered to you.")}</p></div>
      <hub-spoken .desk=${this.desk}></hub-spoken>`;
    if (!pop) return html`<div class="chd"><h2 class="chd-name" lang="">${contact.customer?.name || contact.display}</h2><p class="meta">${this.desk.asleep.page.failed ? t("The customer could not be loaded.") : t("Loading…")}</p></div>`;
    const who = pop.customer;
    return html`<div class="chd"><hub-customer-name .desk=${this.desk} .contact=${contact} .who=${who}></hub-customer-name>
        <p class="meta chd-line">${this.#where(who)}</p></div>
      <div class="cust"><div class="cust-facts" role="group" aria-label=${t("Customer")} tabindex="0">${factGrid({ ...who, touchpoints: who.touchpoints === undefined ? undefined : who.touchpoints + sinceThePop(this.desk, pop, contact.id).length })}
          <section class="sec" aria-labelledby="identities-head"><h3 id="identities-head">${t("Identities")}</h3><ul>${who.identities.map(identity)}</ul></section>
          <section class="sec" aria-labelledby="open-head"><h3 id="open-head"><span>${t("Open interactions")}</span><span class="num">${number(pop.open_interactions.length)}</span></h3>
            <ul>${pop.open_interactions.map((one) => open(one, contact))}</ul></section></div>
        <hub-history .desk=${this.desk} .customer=${who.id} .pop=${pop} .contact=${contact}></hub-history></div>`;
  }

  #where({ language, time_zone: zone }) {
    const parts = [languageName(language)];
    if (zone) parts.push(t("{place}, {time} there", { place: place(zone), time: localTime(zone) }));
    const words = parts.filter(Boolean).join(" · ");
    return words || t("Language and place are not known");
  }
}

const place = (zone) => zone.split("/").at(-1).replaceAll("_", " ");

function localTime(zone) {
  try {
    return time(now(), zone);
  } catch {
    return "–";
  }
}

/** At least three, so that the grid keeps its shape; what is not known shows –. */
function factGrid(who) {
  const facts = (who.facts ?? []).slice(0, 6);
  const own = [
    { label: t("Since"), value: who.since ? day(who.since) : "" },
    { label: t("Entries"), value: who.touchpoints === undefined ? "" : number(who.touchpoints) },
    { label: t("Tier"), value: who.tier ? tierName(who.tier) : "" },
  ];
  const shown = [...facts, ...own.slice(0, Math.max(0, LEAST_FACTS - facts.length))];
  const long = shown.some(({ value }) => String(value ?? "").length > SHORT);
  return html`<dl class="facts ${long ? "is-list" : ""}">${shown.map(({ label, value }) => html`<div><dt title=${label}>${label}</dt><dd lang="" title=${value || ""}>${value || "–"}</dd></div>`)}</dl>`;
}

function identity(one) {
  const out = one.opted_out?.length > 0;
  const words = out ? t("opted out") : one.verified ? t("verified") : t("not verified");
  return html`<li class="identity">${icon(KIND_ICON[one.kind] ?? "chat")}<span class="num" title=${one.display || one.value}>${one.display || one.value}</span>
    <span class="meta ${out ? "is-bad" : one.verified ? "is-ok" : ""}">${words}</span></li>`;
}

function open(one, contact) {
  const here = one.id === contact.interaction;
  return html`<li class="open-one"><b lang="" title=${one.subject}>${one.subject || (here ? `${channelName(one.channel)} · ${contact.queue.name}` : channelName(one.channel))}</b>
    <span class="meta ${here ? "is-accent" : ""}">${here ? stateHere(contact) : day(one.last_at)}</span></li>`;
}

function stateHere(contact) {
  if (contact.state === "offered") return t("in this offer");
  return contact.state === "wrapping" ? t("in wrap-up") : t("in this conversation");
}

customElements.define("hub-customer", Customer);
