// What a stranger sees once he has left a message for later: that we have it, and, masked, where the answer goes. Its words
// are not shown again: the next person at this computer must not read them.
import { html, nothing } from "lit";
import { t } from "../words.js";
import { openAgain } from "./phrases.js";

export const receiptWords = ({ to }) => (to ? t("We have your message and answer to {address}.", { address: to }) : t("We have your message."));

export function receipt(chat) {
  const { closed, site, talk } = chat;
  return html`<div class="c-body">
    <div class="c-wait c-kept"><b>${receiptWords(talk.receipt)}</b>${closed ? html`<p>${openAgain(site.opens_at)}</p>` : nothing}</div>
    <button type="button" class="btn large" data-first @click=${() => chat.go("home")}>${closed ? t("Write another message") : t("Start a new chat")}</button>
  </div>`;
}
