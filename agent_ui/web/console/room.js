// What the composer says beside the text: how much of the room is used, what makes it more expensive, why nothing can be
// sent here.
import { html, nothing } from "lit";
import { n, number, t } from "../words.js";
import { lineOver } from "./over.js";
import { measure } from "./sms.js";
import { channelName, languageName } from "./terms.js";

/** From this share of the room on it is told how much is left. */
const NEARLY = 0.8;

export function countOf({ desk, contact, noting, text, room }) {
  if (!noting && room?.blocked) return nothing;
  if (!desk.line) return lineOver() ? t("Kept in this tab") : t("Kept in this tab until the hub is back");
  if (noting) return t("The customer does not see this");
  const most = room?.max_text;
  if (most && text.length > most) return html`<span class="is-bad">${t("Too long: {used} of {room}", { used: number(text.length), room: number(most) })}</span>`;
  if (room?.counts_parts ?? true) {
    const { used, room: size, parts } = measure(text);
    return html`<span>${t("{used} of {room}", { used: number(used), room: number(size) })} · ${n("{count} part", "{count} parts", parts)}</span>`;
  }
  if (most && text.length > most * NEARLY) return t("{used} of {room}", { used: number(text.length), room: number(most) });
  const { channel, customer } = desk.contact(contact) ?? {};
  const language = languageName(customer?.language);
  return language ? t("{channel}, customer’s language: {language}", { channel: channelName(channel), language }) : channelName(channel);
}

/** The character that makes each part hold 70 instead of 160, by name of itself. */
export function hintOf({ noting, text, room }) {
  if (noting || !text || !room?.counts_parts || room.blocked) return nothing;
  const { unicode, offender } = measure(text);
  return unicode ? html`<span lang="">${t("“{character}” is not in the SMS alphabet: 70 characters a part", { character: offender })}</span>` : nothing;
}

export function blockedWords(reason) {
  if (reason === "opted_out") return t("The customer opted out of SMS. Only the customer can allow it again, by writing START. Notes can still be written.");
  if (reason === "ended") return t("The customer has ended this chat. Notes can still be written.");
  if (reason === "gone" || reason === "closed") return t("The customer’s page is closed, and there is no address to answer to. Notes can still be written.");
  return t("Nothing can be sent here: {reason}", { reason });
}
