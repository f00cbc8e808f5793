// The middle pane when no contact is selected: what is the case, and the agent's own figures of the day.
import { html, nothing } from "lit";
import { duration, number, t } from "../words.js";
import { Part } from "./part.js";
import { presenceLine } from "./presence.js";

class Idle extends Part {
  render() {
    const { me } = this.desk;
    if (!me) return nothing;
    return html`<div class="idle"><div class="idle-words">${words(me, this.desk)}</div>
      <dl class="card figures">
        ${figure(t("Handled today"), number(me.day?.handled ?? 0), t("contacts"))}
        ${figure(t("Handle time"), me.day?.handle_ms ? duration(me.day.handle_ms) : "–", t("average of today"))}
        ${figure(t("Room"), number(room(me)), t("more contacts at once"))}
      </dl>
      <p class="idle-foot"><span>${t("Press")}</span> <kbd>?</kbd> <span>${t("for the keys")}</span></p></div>`;
  }
}

function words(me, desk) {
  if (me.presence === "offline") return html`<h1>${t("You are offline.")}</h1><p>${t("No contacts come until you are available.")}</p>${again(desk)}`;
  if (me.presence === "away") return html`<h1>${t("You are {presence}.", { presence: presenceLine(me).toLocaleLowerCase() })}</h1><p>${t("No contacts come until you are available.")}</p>${me.set_by === "system" ? nothing : again(desk)}`;
  if (!me.capacity?.length) return html`<h1>${t("You are available. Nothing is ringing.")}</h1><p>${t("No queue gives you contacts yet: a supervisor has to give you channels and skills.")}</p>`;
  return html`<h1>${t("You are available. Nothing is ringing.")}</h1><p>${t("The next contact is shown here and in your work list.")}</p>`;
}

const again = (desk) => html`<button type="button" class="btn primary" @click=${() => desk.act("presence.set", { presence: "available", reason: "", after_contact: false })}>${desk.me.presence === "offline" ? t("Become available") : t("Available again")}</button>`;

const room = (me) => (me.capacity ?? []).reduce((sum, { used, limit, blocked }) => sum + Math.max(0, limit - used - blocked), 0);

const figure = (name, value, sample) => html`<div class="figure"><dt>${name}</dt><dd><b>${value}</b><span>${sample}</span></dd></div>`;

customElements.define("hub-idle", Idle);
