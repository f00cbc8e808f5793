// What a supervisor can do about one agent: open his page, read a conversation silently, set his presence.
import { LitElement, html, nothing } from "lit";
import { channelName, reasonName } from "../console/terms.js";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { menuArrows, placeMenu } from "./menu.js";
import { queueOf } from "./words.js";

class AgentMenu extends LitElement {
  static properties = { board: { attribute: false }, command: { attribute: false }, agent: { state: true } };

  createRenderRoot() {
    return this;
  }

  /** Opens at a button; what is offered is as it is now. */
  open = async (agent, button) => {
    this.agent = this.board.agents.get(agent);
    this.opener = button;
    await this.updateComplete;
    const menu = this.querySelector(".menu");
    placeMenu(menu, button);
    menu.showPopover();
    menu.querySelector("a, button")?.focus();
  };

  render() {
    const { agent } = this;
    return html`<div class="menu" popover role="menu" aria-label=${t("Acts for {name}", { name: agent?.name ?? "" })} @keydown=${menuArrows} @toggle=${this.#toggled}>
      ${agent ? html`<a role="menuitem" href=${`/board/agents/${agent.id}`}>${icon("user")}${t("Open {name}", { name: agent.name })}</a>
        ${agent.contacts.map((contact) => html`<a role="menuitem" href=${`/board/contacts/${contact.id}`}>${icon("eye")}${t("Read: {channel}, {queue}", {
          channel: channelName(contact.channel), queue: queueOf(contact, this.board),
        })}</a>`)}
        ${this.#presence(agent)}` : nothing}</div>`;
  }

  #presence(agent) {
    const item = (words, sign, presence, reason = "") => {
      const on = agent.presence === presence && (presence !== "away" || agent.reason === reason);
      return html`<button type="button" role="menuitemradio" aria-checked=${on} @click=${() => this.#set(presence, reason)}><span class="dot ${sign}"></span>${words}</button>`;
    };
    return html`<p class="menu-head" role="presentation">${t("Set the presence")}</p>
      ${item(t("Available"), "ok", "available")}
      ${(this.board.rules.away_reasons ?? []).map((reason) => item(t("Away: {reason}", { reason: reasonName(reason) }), "warn", "away", reason))}
      ${item(t("Offline"), "", "offline")}`;
  }

  #set(presence, reason) {
    const { id: agent, name } = this.agent;
    this.querySelector(".menu").hidePopover();
    const done = {
      available: () => t("{name} is available now.", { name }),
      away: () => t("{name} is away now: {reason}.", { name, reason: reasonName(reason) }),
      offline: () => t("{name} is offline now.", { name }),
    };
    this.command("agent.presence", { agent, presence, reason }, done[presence]());
  }

  #toggled = ({ newState }) => newState === "closed" && this.opener?.isConnected && this.opener.focus();
}

customElements.define("hub-agent-menu", AgentMenu);
