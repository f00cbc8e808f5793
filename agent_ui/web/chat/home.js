// The first screen: what a visitor can do here, and how long it is likely to take.
import { html, nothing } from "lit";
import { t } from "../words.js";
import { eitherOf, shortWait } from "./phrases.js";
import { sign } from "./signs.js";

export function home(chat) {
  const { site, closed, talking } = chat;
  const nobody = chat.talk.info && !site.here;
  return html`<div class="c-body">
    ${closed ? html`<p>${t("You can write to us again when we are open.")}</p>` : nothing}
    ${!closed || talking ? chatOption(chat) : nothing}
    ${!closed && nobody && site.offline ? option(chat, "write", "mail", t("Write to us"), t("Leave a message, and how we reach you")) : nothing}
    ${foot(site)}
  </div>`;
}

function chatOption(chat) {
  const { site, talking } = chat;
  const languages = site.languages?.length ? t("In {languages}", { languages: eitherOf(site.languages) }) : t("With people, not machines");
  const aside = !talking && site.likely ? shortWait(site.likely) : "";
  return option(chat, "chat", "chat", talking ? t("Go on with your chat") : t("Chat"), languages, aside);
}

function option(chat, view, picture, name, words, aside = "") {
  return html`<button type="button" class="c-option" data-first @click=${() => chat.go(view)}>
    <span class="c-pic">${sign(picture)}</span>
    <span><b>${name}</b><small>${words}</small></span>
    ${aside ? html`<span class="c-aside">${aside}</span>` : nothing}
  </button>`;
}

export function foot({ privacy_note, privacy_url }) {
  if (!privacy_note && !privacy_url) return nothing;
  const link = privacy_url ? html`<a href=${privacy_url} target="_blank" rel="noopener noreferrer">${t("Privacy")}</a>` : nothing;
  return html`<p class="c-foot">${privacy_note} ${link}</p>`;
}
