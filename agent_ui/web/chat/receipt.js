// What a stranger sees once he has left a message for later: that we have it, and, masked, where the answer goes. Its words
// are not shown again: the next person at this computer must not read them.
import { html } from "lit";
import { t } from "../words.js";

/** The address stands on one line: joined where a browser may break it. */
const joined = (address) => address.replace("…", "\u2060…\u2060");

export const receiptWords = ({ to }) => (to ? t("We have your message and answer to {address}.", { address: joined(to) }) : t("We have your message."));

export function receipt(chat) {
  const { closed, talk } = chat;
  return html`<div class="c-body">
    <div class="c-wait c-kept"><b>${receiptWords(talk.receipt)}</b></div>
    <button type="button" class="btn large" data-first @click=${() => chat.go("home")}>${closed ? t("Write another message") : t("Start a new chat")}</button>
  </div>`;
}
