// One entry of the conversation: a bubble with what became of it, a note on yellow ground, or a grey line.
import { html, nothing } from "lit";
import { day, duration, t, time } from "../words.js";
import { icon } from "../icons.js";
import { channelName, reasonWords } from "./terms.js";

const HAN = /\p{Script=Han}/u;
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The language of a text as far as its letters tell it, so that fonts and voices fit. */
export function languageOf(text) {
  if (KANA.test(text)) return "ja";
  return HAN.test(text) ? "zh-Hans" : "";
}

export function bubble(message, { me, dated = false } = {}) {
  const own = message.direction === "out";
  const classes = message.kind === "note" ? "is-note" : own ? "is-out" : "is-in";
  return html`<div class="msg ${classes}" data-state=${message.state}>
    <div class="bubble" dir="auto" lang=${languageOf(message.text)}>${message.text ? html`<span class="bubble-text">${message.text}</span>` : nothing}${(message.media ?? []).map(picture)}</div>
    <p class="msg-meta">${meta(message, me, dated)}</p></div>`;
}

function meta(message, me, dated) {
  const full = t("{day}, {time}", { day: day(message.at), time: time(message.at) });
  const at = dated ? full : time(message.at);
  const who = author(message, me);
  const when = html`<time datetime=${new Date(message.at).toISOString()} title=${full}>${at}</time>`;
  if (message.kind === "note") return html`${when} · ${t("note")}, ${who || t("you")}`;
  if (message.direction !== "out") return when;
  return html`${when}${who && !dated ? html` · <span lang="">${who}</span>` : nothing} ${delivery(message)}`;
}

const author = ({ author: by }, me) => (by?.kind === "agent" && by.id !== me ? by.name : "");

/** What became of a text of ours: sign and word, never the sign alone. */
export function delivery({ state }) {
  const words = {
    kept: t("kept until the hub is back"), queued: t("queued"), sending: t("sending"), unknown: t("not known whether it arrived"),
    sent: t("sent"), delivered: t("delivered"), read: t("read"), failed: t("not delivered"), refused: t("not sent"),
  };
  const sign = { sent: "✓", delivered: "✓✓", read: "✓✓", failed: "!", refused: "!" }[state];
  return html`<span class="state is-${state}">${sign ? html`<span class="sign" aria-hidden="true">${sign}</span> ` : nothing}${words[state] ?? state}</span>`;
}

function picture(file) {
  if (!file.url) return html`<span class="file is-gone">${icon("warning")}${file.state === "refused" ? t("File refused: {reason}", { reason: file.reason }) : t("File is being fetched…")}</span>`;
  if (file.type?.startsWith("image/")) return html`<a class="thumb" href=${file.url} target="_blank" rel="noopener"><img src=${file.url} alt=${t("Picture from the customer")} loading="lazy" decoding="async"></a>`;
  return html`<a class="file" href=${file.url} target="_blank" rel="noopener">${icon("note")}${t("File, {type}", { type: file.type })}</a>`;
}

/** The event as one grey sentence. */
export function eventLine(message, me) {
  const words = eventWords(message, me);
  return html`<p class="event"><time>${time(message.at)}</time> ${words}</p>`;
}

function eventWords({ event, values = {}, author: by }, me) {
  const mine = (values.by ?? by?.id) === me;
  const name = values.by_name || by?.name || t("The hub");
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
    case "ended": return mine ? t("You ended the conversation") : t("{name} ended the conversation", { name });
    case "parked": return t("Parked: the customer was silent. The next message comes back to the same agent first.");
    case "opted_out": return t("The customer opted out of {channel}", { channel: channelName("sms") });
    case "opted_in": return t("The customer opted in to {channel} again", { channel: channelName("sms") });
    default: return String(event ?? "").replaceAll("_", " ");
  }
}

/** The red box under a text that did not arrive. */
export function failure(message, { again, retrying }) {
  const refused = message.state === "refused";
  const reason = refused ? message.problem?.detail || t("The hub did not take it.") : reasonWords(message.error);
  const tried = message.error?.code ? t("Code {code}, tried at {time}.", { code: message.error.code, time: time(message.at) }) : t("Tried at {time}.", { time: time(message.at) });
  return html`<div class="failure" role="group" aria-label=${t("Not delivered")}>${icon("warning")}
    <p><b>${message.kind === "note" ? t("This note was not saved.") : t("This SMS was not delivered.")}</b> <span>${reason}${refused ? "" : ` ${tried}`}</span></p>
    <button type="button" class="btn small" ?disabled=${retrying} @click=${again}>${t("Try again")}</button></div>`;
}
