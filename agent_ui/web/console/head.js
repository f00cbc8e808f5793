// The head of a conversation: who, where it stands, one clock, who else is here, and the few acts that are used all day;
// the rest is in its menu.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { n, t } from "../words.js";
import { actions, run } from "./actions.js";
import { capsFor } from "./caps.js";
import { languageOf } from "./message.js";
import { arrows } from "./presence.js";
import { place } from "./reasons.js";
import { clockOf } from "./sections.js";
import { channelName, nameOf } from "./terms.js";

const MENU = ["hold", "resume", "note", "replies", "attach", "history", "customer"];

export function headOf(desk, contact) {
  const wrapping = contact.state === "wrapping";
  const held = contact.mode === "held";
  return html`<header class="chead"><span class="chan ${wrapping ? "" : held ? "is-held" : "is-live"}" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
    <div class="grow"><h1 lang=${languageOf(nameOf(contact))} title=${nameOf(contact)}>${nameOf(contact)}</h1><p class="meta" title=${where(desk, contact)}>${where(desk, contact)}</p></div>
    ${others(desk, contact)}${clock(desk, contact)}
    ${wrapping ? extend(desk, contact) : acts(desk, contact)}${drawer(desk)}</header>`;
}

/** Channel, queue, matter, and whether the visitor is still there. */
function where(desk, contact) {
  const { channel, queue, mode, subject, display } = contact;
  const page = desk.signals.page(contact.id) || contact.page;
  const here = desk.signals.here(contact.id) ?? contact.here ?? null;
  const visitor = here === null ? "" : here ? (page ? t("on {page}", { page: path(page) }) : "") : t("left the page");
  const name = channelName(channel);
  return [name, queue.name === name ? "" : queue.name, mode === "held" ? t("on hold") : "", visitor, subject || display].filter(Boolean).join(" · ");
}

/** Only the path: the site is always the same one. */
function path(page) {
  try {
    const { pathname, search } = new URL(page, location.href);
    return pathname + search;
  } catch {
    return page;
  }
}

/** Colleagues in front of the same customer, and a supervisor who writes here. Who reads silently is never among them. */
function others(desk, contact) {
  const people = desk.signals.viewers(contact.customer.id).filter(({ id }) => id !== desk.me?.id).map((one) => ({ ...one, words: one.typing ? t("{name} is writing", one) : t("{name} looks at this customer, too", one) }));
  if (contact.helper && !people.some(({ id }) => id === contact.helper.id)) people.unshift({ ...contact.helper, words: t("{name} writes here, too", contact.helper) });
  if (!people.length) return nothing;
  const more = people.length > 3 ? people.length - 3 : 0;
  return html`<ul class="others" aria-label=${t("Also here")}>${people.slice(0, 3).map(({ name, words, typing }) => html`<li class=${typing ? "is-typing" : ""} title=${words}><span aria-hidden="true">${initials(name)}</span><span class="visually-hidden">${words}</span></li>`)}${more ? html`<li>+${more}</li>` : nothing}</ul>`;
}

/** Two letters; of a name in Han characters the given name. */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const latin = words.filter((word) => /^\p{Script=Latin}/u.test(word));
  if (latin.length) return [latin[0], ...latin.slice(1).slice(-1)].map((word) => word[0]).join("").toLocaleUpperCase();
  return words[0].slice(-2);
}

function clock(desk, contact) {
  const turn = clockOf(contact);
  if (turn.kind === "wrap") {
    return html`<span class="chead-clock" data-tone="">${icon("clock")}<hub-timer .spec=${{ kind: "left", at: turn.at, low: { warn: 60_000, bad: 10_000 }, say: (time) => t("wrap-up ends in {time}", { time }) }}></hub-timer></span>`;
  }
  if (turn.kind === "customer") {
    return html`<span class="chead-clock" data-tone="" title=${t("The customer waits for you")}>${icon("clock")}<span class="visually-hidden">${t("waits for you")}</span><hub-timer .spec=${{ kind: "wait", at: turn.at, target: turn.target }}></hub-timer></span>`;
  }
  const failed = contact.last?.direction === "out" && contact.last.state === "failed";
  const wrote = contact.last?.direction === "out" && !failed ? html`<span class="chead-wrote meta"><hub-timer .spec=${{ kind: "up", at: contact.last.at, say: (time) => t("you wrote {time} ago", { time }) }}></hub-timer></span>` : nothing;
  return html`${wrote}<span class="chead-clock" title=${t("Since you accepted")}><hub-timer .spec=${{ kind: "up", at: contact.accepted_at }}></hub-timer></span>`;
}

function acts(desk, contact) {
  const off = !desk.line;
  return html`<button type="button" class="btn" data-act="transfer" aria-label=${t("Transfer")} title=${t("Transfer")} ?disabled=${off} @click=${() => run(desk, "transfer")}>${icon("transfer")}<span class="wide">${t("Transfer")}</span></button>
    <button type="button" class="btn icon" data-act="snooze" aria-label=${t("Snooze")} title=${t("Snooze")} ?disabled=${off} @click=${() => run(desk, "snooze")}>${icon("moon")}</button>
    ${menu(desk, contact)}
    <button type="button" class="btn" data-act="end" ?disabled=${off} @click=${() => run(desk, "end")}>${icon("check")}<span>${t("End")}</span></button>`;
}

/** Everything else that can be done with this contact, with its keys. */
function menu(desk, contact) {
  const shown = actions.filter((one) => MENU.includes(one.id) && one.when(desk) && one.id !== "customer");
  const open = ({ target, newState }) => {
    if (newState !== "open") return;
    place(target, target.previousElementSibling);
    target.querySelector("button")?.focus();
  };
  const pick = (event, one) => {
    event.target.closest("[popover]").hidePopover();
    one.run(desk);
  };
  return html`<button type="button" class="btn icon" data-act="more" popovertarget="more-${contact.id}" aria-haspopup="menu" aria-label=${t("More")} title=${t("More")}>${icon("more")}</button>
    <div id="more-${contact.id}" class="menu more-menu" popover role="menu" aria-label=${t("More")} @keydown=${arrows} @toggle=${open}>
      ${shown.map((one) => html`<button type="button" role="menuitem" data-act=${one.id} ?disabled=${!desk.line && ["hold", "resume"].includes(one.id)} @click=${(event) => pick(event, one)}>${icon(one.icon)}<span class="grow">${one.words()}</span>${capsFor(one.id, one.key)}</button>`)}</div>`;
}

function extend(desk, contact) {
  const by = (desk.state.rules?.wrap_extension_ms?.[contact.queue.id] ?? 0) / 1000;
  const more = by % 60 ? n("+ {count} s", "+ {count} s", by) : n("+ {count} min", "+ {count} min", by / 60);
  return html`<button type="button" class="btn" data-act="extend" title=${t("Extend wrap-up")} ?disabled=${!desk.line} @click=${() => run(desk, "extend")}>${by ? more : t("Extend")}</button>`;
}

export const drawer = (desk) => html`<button type="button" class="btn icon drawer-button" data-act="customer" aria-label=${t("Customer")} title=${t("Customer")} @click=${() => run(desk, "customer")}>${icon("user")}</button>`;
