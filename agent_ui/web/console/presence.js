// Presence at the head of the work list: what the agent chose, for how long, with what room. What the system set says
// who and why and has one button.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { lineOver } from "./over.js";
import { Part } from "./part.js";
import { channelName, presenceName, reasonName } from "./terms.js";
import "./timer.js";

const SIGN = { available: "ok", away: "warn", offline: "" };

class Presence extends Part {
  get about() {
    return null;
  }

  render() {
    const { me, line } = this.desk;
    if (!me) return nothing;
    const unconfirmed = !line || me.confirmed === false;
    const over = lineOver();
    const label = over ? { revoked: t("Signed out"), elsewhere: t("In another window") }[over] : unconfirmed ? t("Reconnecting…") : presenceLine(me);
    return html`<div class="presence">
      <button type="button" id="presence" class="presence-button" popovertarget="presence-menu" aria-haspopup="menu" ?disabled=${!line}
          aria-label=${t("Presence: {presence}", { presence: label })}>
        <span class="dot ${over ? "bad" : unconfirmed ? "warn" : SIGN[me.presence]} ${me.after_contact ? "is-after" : ""}"></span>
        <span class="presence-name">${label}</span>
        ${over ? nothing : html`<hub-timer class="meta" .spec=${{ kind: "up", at: me.since }}></hub-timer>`}${icon("chevron-down")}</button>
      ${this.#menu(me)}
      ${this.#bySystem(me)}
      ${me.capacity?.length ? html`<ul class="caps" aria-label=${t("Capacity in use")}>${repeat(me.capacity, (one) => one.channel, capacity)}</ul>` : nothing}
    </div>`;
  }

  #menu(me) {
    const reasons = this.desk.state.away_reasons ?? [];
    const item = (words, choice, on) => html`<button type="button" role="menuitemradio" aria-checked=${on} class=${on ? "is-on" : ""}
      @click=${() => this.#set(choice)}>${words}</button>`;
    const away = me.presence === "away";
    const busy = this.desk.sections.active.length > 0;
    return html`<div id="presence-menu" class="menu presence-menu" popover role="menu" aria-label=${t("Presence")} @keydown=${arrows} @toggle=${this.#toggled}>
      ${item(html`<span class="dot ok"></span>${t("Available")}`, { presence: "available" }, me.presence === "available")}
      <p class="menu-head" role="presentation">${t("Away")}</p>
      ${reasons.map((reason) => item(html`<span class="dot warn"></span>${reasonName(reason)}`, { presence: "away", reason }, away && me.reason === reason))}
      ${busy ? html`<p class="menu-head" role="presentation">${t("Away after this contact")}</p>
        ${reasons.map((reason) => item(html`<span class="dot is-after"></span>${reasonName(reason)}`, { presence: "away", reason, after_contact: true }, false))}` : nothing}
      <p class="menu-head" role="presentation">${t("End of work")}</p>
      ${item(html`<span class="dot"></span>${t("Offline")}`, { presence: "offline" }, me.presence === "offline")}
    </div>`;
  }

  /** Set by somebody or something else: who, why, and one button back. */
  #bySystem(me) {
    if (me.presence !== "away" || !["system", "supervisor"].includes(me.set_by)) {
      return me.after_contact ? html`<p class="presence-why">${t("You go away after this contact.")}
        <button type="button" class="btn small" @click=${() => this.#set({ presence: "available" })}>${t("Stay available")}</button></p>` : nothing;
    }
    return html`<div class="presence-why is-system"><p>${setWords(me)}</p>
      <button type="button" class="btn small primary" @click=${() => this.#set({ presence: "available" })}>${t("Available again")}</button></div>`;
  }

  #set({ presence, reason = "", after_contact = false }) {
    this.querySelector("#presence-menu").hidePopover();
    this.desk.act("presence.set", { presence, reason, after_contact });
  }

  #toggled = (event) => {
    // The event comes later than the opening: whoever opened it may have chosen a place in it by then.
    if (event.newState === "open" && !event.target.contains(document.activeElement)) event.target.querySelector(".is-on, button")?.focus();
  };

  /** Opens the menu with the focus on its first reason. */
  open(where = "") {
    const menu = this.querySelector("#presence-menu");
    if (!menu || !this.desk.line) return;
    menu.showPopover();
    if (where === "away") menu.querySelectorAll("button")[1]?.focus();
  }
}

/** Available, or away with its reason. */
export function presenceLine(me) {
  if (me.presence !== "away" || !me.reason) return presenceName(me.presence);
  return t("Away: {reason}", { reason: reasonName(me.reason) });
}

function setWords({ set_by: by, set_by_name: name, reason }) {
  const values = { name: name || t("A supervisor"), reason: reasonName(reason).toLocaleLowerCase() };
  if (by === "supervisor") return reason ? t("{name} set you away: {reason}", values) : t("{name} set you away.", values);
  return reason === "agent_lost" ? t("Your console was away too long, so the hub set you away.") : t("You missed an offer, so the hub set you away.");
}

function capacity({ channel, used, limit, blocked }) {
  const place = (index) => (index < used ? "is-used" : index >= limit - blocked ? "is-blocked" : "");
  const values = { channel: channelName(channel), used, limit };
  return html`<li aria-label=${t("{channel}: {used} of {limit} in use", values)}><span><span>${channelName(channel)}</span><span class="num">${used}/${limit}</span></span>
    <span class="segments" aria-hidden="true">${Array.from({ length: limit }, (_, index) => html`<i class=${place(index)}></i>`)}</span></li>`;
}

/** Up and down in a menu. */
export function arrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = [...event.currentTarget.querySelectorAll("button:not([disabled])")];
  const next = items[(items.indexOf(document.activeElement) + step + items.length) % items.length];
  next?.focus();
  event.preventDefault();
}

customElements.define("hub-presence", Presence);
