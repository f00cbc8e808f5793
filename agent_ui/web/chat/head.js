// The coloured head of the chat: who or what is there, the way back, the way out.
import { html, nothing } from "lit";
import { n, t } from "../words.js";
import { allOf, openAgain } from "./phrases.js";
import { rowsOf } from "./rows.js";
import { sign } from "./signs.js";
import { tongueOf } from "./text.js";

export function head(chat) {
  const { title, sub, person } = titles(chat);
  const inChat = chat.view === "chat";
  const back = chat.view !== "home" && !chat.talk.refused;
  return html`<header class="c-head">
    ${back ? html`<button type="button" class="c-icon" aria-label=${t("Back")} @click=${() => chat.go("home")}>${sign("back")}</button>` : nothing}
    ${person ? html`<span class="c-face" aria-hidden="true">${initials(person)}</span>` : nothing}
    <div class="c-title"><h1 tabindex="-1" lang=${tongueOf(title) || nothing}>${title}</h1>${sub ? html`<p>${sub}</p>` : nothing}</div>
    ${inChat && canEnd(chat) ? html`<button type="button" class="c-text" aria-expanded=${chat.asking} @click=${() => (chat.asking = !chat.asking)}>${t("End")}</button>` : nothing}
    ${chat.host.framed ? html`<button type="button" class="c-icon" aria-label=${t("Close")} @click=${() => chat.host.close()}>${sign("down")}</button>` : nothing}
  </header>
  ${chat.asking && inChat && canEnd(chat) ? question(chat) : nothing}`;
}

/** A message that was left for later is not ended by whoever is done with writing it. */
function canEnd({ talk, closed }) {
  const { state } = talk.conversation;
  return talk.line.state === "open" && (["talking", "held"].includes(state) || (state === "waiting" && !closed));
}

function question(chat) {
  return html`<div class="c-ask" role="group" aria-label=${t("End this chat?")}><span>${t("End this chat?")}</span>
    <button type="button" class="btn" @click=${() => (chat.asking = false)}>${t("Go on")}</button>
    <button type="button" class="btn primary" @click=${() => chat.endChat()}>${t("End it")}</button></div>`;
}

function titles(chat) {
  const { talk, site } = chat;
  const { state, agent, queue, helper } = talk.conversation;
  if (talk.refused) return { title: t("Chat"), sub: site.company };
  if (chat.view === "chat" && agent && (state === "talking" || state === "held")) {
    const spoken = agent.languages?.length ? t("speaks {languages}", { languages: allOf(agent.languages) }) : "";
    const also = helper ? t("with {name}", { name: helper }) : "";
    const held = state === "held" ? t("is looking into it") : "";
    return { title: agent.name, sub: [held || queue, also || spoken].filter(Boolean).join(t(", ")), person: agent.name };
  }
  if (chat.closed && state !== "ended") return { title: t("We are closed now"), sub: openAgain(site.opens_at) };
  if (chat.view === "write") return { title: t("Write to us"), sub: site.company };
  if (chat.view === "chat") {
    const subs = { waiting: t("We are getting someone for you"), ended: rowsOf(talk).some(({ end }) => end) ? "" : t("This chat has ended") };
    return { title: t("Chat"), sub: subs[state] || site.company };
  }
  const title = site.greeting || t("How can we help?");
  if (!site.here) return { title, sub: site.company };
  return { title, sub: n("{company}, {count} person is here now", "{company}, {count} people are here now", site.here, { company: site.company }) };
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  if (/\p{Script=Han}/u.test(words[0] ?? "")) return words[0].slice(-2);
  return [words[0], ...words.slice(1).slice(-1)].map((word) => word?.[0] ?? "").join("").toUpperCase();
}
