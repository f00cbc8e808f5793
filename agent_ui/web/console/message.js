// One entry of the conversation: a bubble with what became of it, a note on yellow ground, or a grey line.
import { html, nothing } from "lit";
import { day, duration, number, t, time } from "../words.js";
import { icon } from "../icons.js";
import { media } from "./media.js";
import { lineOver } from "./over.js";
import { channelName, reasonWords } from "./terms.js";

const HAN = /\p{Script=Han}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;
const BEST = 5;

/** The language of a text as far as its letters tell it, so that fonts and voices fit. */
export function languageOf(text) {
  if (KANA.test(text)) return "ja";
  return HAN.test(text) ? "zh-Hans" : "";
}

/** `people`: names that a note may mention, as `[{id, name}]`. */
export function bubble(message, { me, dated = false, people = [] } = {}) {
  if (message.kind === "survey") return survey(message);
  const own = message.direction === "out";
  const note = message.kind === "note";
  const classes = note ? (message.whisper ? "is-note is-whisper" : "is-note") : own ? "is-out" : "is-in";
  const answer = message.answer_to ?? message.values?.answer_to;
  return html`<div class="msg ${classes}" data-state=${message.state}>
    <div class="bubble" dir="auto" lang=${languageOf(message.text)}>${message.whisper ? html`<b class="whisper">${icon("users")}${t("Whisper from {name}", { name: message.author?.name || t("A supervisor") })}</b>` : nothing}${message.text ? html`<span class="bubble-text">${note ? named(message.text, people) : message.text}</span>` : nothing}${media(message.media)}${answer ? html`<span class="answer-to">${icon("email")}${t("Answer to {address}", { address: answer })}</span>` : nothing}</div>
    <p class="msg-meta">${meta(message, me, dated)}</p></div>`;
}

/** The people who are mentioned, marked. */
function named(text, people) {
  const names = people.map(({ name }) => `@${name}`).filter((name) => text.includes(name)).sort((one, other) => other.length - one.length);
  if (!names.length) return text;
  const parts = text.split(new RegExp(`(${names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})`));
  return parts.map((part) => (names.includes(part) ? html`<mark class="mention" lang="">${part}</mark>` : part));
}

function survey({ text, at, values = {} }) {
  const score = Number(values.score) || 0;
  return html`<div class="survey"><span class="stars" role="img" aria-label=${t("{score} of {best}", { score, best: BEST })}>${Array.from({ length: BEST }, (_, place) => html`<i class=${place < score ? "is-on" : ""}>${icon("star")}</i>`)}</span>
    <span><b>${t("Rated {score} of {best}", { score: number(score), best: number(BEST) })}</b> <time>${time(at)}</time></span>${text ? html`<q dir="auto" lang=${languageOf(text)}>${text}</q>` : nothing}</div>`;
}

function meta(message, me, dated) {
  const full = t("{day}, {time}", { day: day(message.at), time: time(message.at) });
  const at = dated ? full : time(message.at);
  const who = author(message, me);
  const when = html`<time datetime=${new Date(message.at).toISOString()} title=${full}>${at}</time>`;
  if (message.whisper) return html`${when} · ${t("only you and supervisors see this")}`;
  if (message.kind === "note") return html`${when} · ${t("note")}, ${who || t("you")}`;
  if (message.direction !== "out") return when;
  return html`${when}${who && !dated ? html` · <span lang="">${who}</span>` : nothing} ${delivery(message)}`;
}

const author = ({ author: by }, me) => (by?.kind === "agent" && by.id !== me ? by.name : "");

/** What became of a text of ours: sign and word, never the sign alone. */
export function delivery({ state, channel }) {
  const words = {
    kept: lineOver() ? t("kept in this tab") : t("kept until the hub is back"), queued: t("queued"), sending: t("sending"), unknown: t("not known whether it arrived"),
    sent: t("sent"), delivered: t("delivered"), read: channel === "email" ? t("opened") : t("read"), failed: t("not delivered"), refused: t("not sent"),
  };
  const sign = { sent: icon("check"), delivered: icon("ticks"), read: icon("ticks"), failed: "!", refused: "!" }[state];
  return html`<span class="state is-${state}">${sign ? html`<span class="sign" aria-hidden="true">${sign}</span>` : nothing}${words[state] ?? state}</span>`;
}

/** The event as one grey sentence. */
export function eventLine(message, me) {
  return html`<p class="event"><time>${time(message.at)}</time> ${eventWords(message, me)}</p>`;
}

function eventWords({ event, values = {}, author: by, channel }, me) {
  const mine = (values.by ?? by?.id) === me;
  const name = values.by_name || by?.name || t("The hub");
  const customer = by?.kind === "customer";
  switch (event) {
    case "accepted": {
      const waited = duration((values.waited ?? 0) / 1000);
      return mine ? t("You accepted after {waited}", { waited }) : t("{name} accepted after {waited}", { name, waited });
    }
    case "transferred": {
      const to = values.agent_name || values.queue_name || values.queue || "";
      return mine ? t("You transferred this to {to}", { to }) : t("{name} transferred this to {to}", { name, to });
    }
    case "held": return mine ? t("You put this on hold") : t("{name} put this on hold", { name });
    case "resumed": return mine ? t("You resumed") : t("{name} resumed", { name });
    case "ended": return customer ? t("The customer ended the conversation") : mine ? t("You ended the conversation") : t("{name} ended the conversation", { name });
    case "customer_ended": return t("The customer ended the conversation");
    case "joined": return mine ? t("You write here, too") : t("{name} writes here, too", { name });
    case "left": return customer ? t("The customer left") : mine ? t("You left this conversation") : t("{name} left this conversation", { name });
    case "taken_over": return mine ? t("You took this over") : t("{name} took this over", { name });
    case "snoozed": return mine ? t("You snoozed this") : t("{name} snoozed this", { name });
    case "woken": case "reopened": return t("It came back");
    case "resumed_by_hand": return mine ? t("You opened it again") : t("{name} opened it again", { name });
    case "parked": return t("Parked: the customer was silent. The next message comes back to the same agent first.");
    case "opted_out": return t("The customer opted out of {channel}", { channel: channelName(channel ?? "sms") });
    case "opted_in": return t("The customer opted in to {channel} again", { channel: channelName(channel ?? "sms") });
    default: return String(event ?? "").replaceAll("_", " ");
  }
}

/** The red box under a text that did not arrive. */
export function failure(message, { again, retrying }) {
  const refused = message.state === "refused";
  const reason = refused ? message.problem?.detail || t("The hub did not take it.") : reasonWords(message.error);
  const tried = message.error?.code ? t("Code {code}, tried at {time}.", { code: message.error.code, time: time(message.at) }) : t("Tried at {time}.", { time: time(message.at) });
  const what = message.kind === "note" ? t("This note was not saved.") : message.channel === "sms" || !message.channel ? t("This SMS was not delivered.") : t("This message was not delivered.");
  return html`<div class="failure" role="group" aria-label=${t("Not delivered")}>${icon("warning")}
    <p><b>${what}</b> <span>${reason}${refused ? "" : ` ${tried}`}</span></p>
    <button type="button" class="btn small" ?disabled=${retrying} @click=${again}>${t("Try again")}</button></div>`;
}
