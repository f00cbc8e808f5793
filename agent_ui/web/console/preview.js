// The offer in the middle pane, before the answer: who it is, what they did, why it is offered to me, what was said last.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { duration, n, number, t } from "../words.js";
import { now } from "../clock.js";
import { capsFor } from "./caps.js";
import { Part } from "./part.js";
import { reasonMenu } from "./reasons.js";
import { channelName, languageName, missedWords, nameOf, requirement, ruleName } from "./terms.js";
import { bubble, languageOf } from "./message.js";
import "./timer.js";

const LAST_WORDS = 3;

class Preview extends Part {
  static properties = { contact: { attribute: false } };

  get about() {
    return this.contact?.id ?? null;
  }

  render() {
    const { contact, desk } = this;
    if (!contact?.offer) return nothing;
    const pop = desk.pop(contact.id);
    return html`<div class="preview"><div class="preview-in">
      ${this.#card(contact, pop)}
      <div class="preview-two">${facts(t("What the customer did"), did(contact, pop))}${facts(t("Why you"), why(contact))}</div>
      ${stands(contact, pop, this.desk.messages(contact.id))}
      ${this.#lastWords(contact)}</div></div>`;
  }

  #card(contact, pop) {
    const { offer } = contact;
    const deciding = this.desk.deciding.get(contact.id);
    const known = pop?.customer.identities.find((one) => one.value === contact.address)?.verified;
    return html`<section class="offer offer-large" aria-label=${t("Offer")}>
      <hub-timebar .spec=${{ from: offer.made_at, until: offer.deadline }}></hub-timebar>
      <div class="offer-who"><span class="chan is-ringing is-large">${icon(contact.channel)}</span>
        <div class="grow"><h1 lang=${languageOf(nameOf(contact))}>${nameOf(contact)}</h1>
          <p class="meta"><span class="num">${contact.display ?? contact.address}</span> · ${isNew(pop) ? t("first contact") : knownWords(contact.channel, known)}</p></div>
        <p class="offer-count" data-tone=""><b><hub-timer .spec=${{ kind: "seconds", at: offer.deadline, low: { warn: 0, bad: 5_000 } }}></hub-timer></b><span>${t("left to accept")}</span></p></div>
      <div class="offer-acts is-large">
        <button type="button" class="btn primary large" ?disabled=${Boolean(deciding)} @click=${() => this.desk.accept(contact)}>
          ${icon(contact.channel)}${deciding === "accepting" ? t("Accepting…") : acceptWords(contact.channel)}${capsFor("accept", "Ctrl ⇧ Enter")}</button>
        ${reasonMenu({ id: `refuse-${contact.id}`, reasons: this.desk.state.decline_reasons, label: t("Decline"), large: true, disabled: Boolean(deciding),
          key: capsFor("decline", "Ctrl ⇧ Backspace"), choose: (reason) => this.desk.decline(contact, reason) })}
      </div></section>`;
  }

  #lastWords(contact) {
    const words = this.desk.messages(contact.id).filter((message) => message.kind === "message").slice(-LAST_WORDS);
    if (!words.length) return nothing;
    return html`<section class="card preview-words"><h2>${t("Last words")}</h2>${words.map((message) => bubble(message, { me: this.desk.me?.id, dated: true }))}</section>`;
  }
}

function acceptWords(channel) {
  const words = { sms: t("Accept the SMS"), chat: t("Accept the chat"), webchat: t("Accept the chat"), email: t("Accept the e-mail"), voice: t("Accept the call") };
  return words[channel] ?? t("Accept the {channel}", { channel: channelName(channel) });
}

function knownWords(channel, known) {
  if (channel === "chat" || channel === "webchat") return known ? t("signed in on the site") : t("not signed in");
  if (channel === "email") return known ? t("known address, verified") : t("address not verified");
  return known ? t("known number, verified") : t("number not verified");
}

function facts(title, rows) {
  return html`<section class="card preview-facts"><h2>${title}</h2><dl>${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd title=${typeof value === "string" ? value : ""}>${value}</dd></div>`)}</dl></section>`;
}

function did(contact, pop) {
  const before = pop?.timeline.items.filter((entry) => entry.kind === "message" && entry.direction === "in" && now() - entry.at < 24 * 3600_000 && entry.interaction !== contact.interaction).length ?? 0;
  return [
    [t("Wrote to"), `${channelName(contact.channel)} · ${contact.queue.name}`],
    [t("Language"), languageName(contact.customer.language) || "–"],
    [t("Waited"), html`<hub-timer .spec=${{ kind: "up", at: contact.entered_at, say: (time) => (contact.target_ms ? t("{time}, target {target}", { time, target: duration(contact.target_ms) }) : time) }}></hub-timer>`],
    [t("Unread"), contact.unread ? n("{count} message", "{count} messages", contact.unread) : t("nothing")],
    [t("Last 24 hours, other matters"), before ? n("{count} message", "{count} messages", before) : t("nothing")],
  ];
}

function why({ offer: { why: reason } }) {
  const asked = (reason.requires ?? []).map(({ skill, level, name }) => requirement(skill, level, name)).join(" · ");
  return [
    [t("Step {step} of {steps}", { step: number(reason.step), steps: number(reason.steps) }), asked || t("no skills asked for")],
    [t("Rule that won"), ruleName(reason.rule)],
    [t("Eligible agents"), number(reason.eligible_agents)],
    [t("Waiting in the queue"), number(reason.waiting_contacts)],
    [t("If you miss it"), missedWords(reason.missed)],
  ];
}

/** What the agent before wrote for the next one: it stands in the event of the transfer, or is the note before it. */
function handover(messages) {
  const moved = messages.findLast(({ kind, event }) => kind === "event" && event === "transferred");
  return moved?.values?.note ? { ...moved, text: moved.values.note, author: { name: moved.values.by_name || moved.author?.name } } : null;
}

const isNew = (pop) => Boolean(pop) && !pop.customer.name && pop.timeline.items.length < 20 && pop.timeline.items.every(({ interaction, direction, kind }) => interaction === pop.timeline.items[0].interaction && kind === "message" && direction === "in");

function stands(contact, pop, messages) {
  const open = pop?.open_interactions ?? [];
  if (isNew(pop)) return html`<section class="card preview-stands"><h2>${t("Where it stands")}</h2><p>${t("First contact. Nothing known but this number.")}</p></section>`;
  const others = open.filter((one) => one.id !== contact.interaction);
  const note = handover(messages) ?? messages.findLast(({ kind }) => kind === "note");
  // A subject that was made of the first words is read under "Last words".
  const subject = messages.some(({ text }) => text?.startsWith((contact.subject ?? "").replace(/…$/, ""))) ? "" : contact.subject;
  if (!subject && !others.length && !note) return nothing;
  return html`<section class="card preview-stands"><h2>${t("Where it stands")}</h2>
    <p lang="">${subject ? html`<b>${subject}</b> ` : nothing}${others.length ? n("{count} other interaction is open.", "{count} other interactions are open.", others.length) : nothing}</p>
    ${note ? html`<p dir="auto" lang=${languageOf(note.text)}><b lang="">${t("{name} noted:", { name: note.author?.name || t("An agent") })}</b> ${note.text}</p>` : nothing}</section>`;
}

customElements.define("hub-preview", Preview);
