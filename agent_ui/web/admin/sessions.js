// Open sessions: on which device, when last used, and an end for each.
import { LitElement, html, nothing } from "lit";
import { ago, t } from "../words.js";

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]];
const SYSTEMS = [["Windows", "Windows"], ["Android", "Android"], ["iPhone", "iOS"], ["iPad", "iPadOS"], ["Mac OS", "macOS"], ["Linux", "Linux"]];
const first = (pairs, text) => pairs.find(([sign]) => text.includes(sign))?.[1];

/** "Firefox, Linux" of a User-Agent; what is no browser's is shown as it is. */
export function deviceName(agent) {
  const [browser, system] = [first(BROWSERS, agent), first(SYSTEMS, agent)];
  if (!browser) return agent || t("unknown device");
  return system ? t("{browser} on {system}", { browser, system }) : browser;
}

class Sessions extends LitElement {
  static properties = { sessions: { attribute: false }, end: { attribute: false } };

  createRenderRoot() {
    return this;
  }

  render() {
    if (!this.sessions?.length) return html`<p class="meta">${t("None.")}</p>`;
    const others = this.sessions.filter(({ current }) => !current);
    return html`<ul class="sessions">${this.sessions.map((one) => html`<li><span class="session-name"><span class="el" title=${one.device}>${deviceName(one.device)}</span>
        <span class="meta">${one.current ? html`<b class="ok">${t("this one")}</b> · ` : nothing}${t("used {when}", { when: ago(one.seen) })}</span></span>
        ${one.current ? nothing : html`<button type="button" class="btn small" aria-label=${t("End {device}", { device: deviceName(one.device) })} @click=${() => this.end(one.id)}>${t("End")}</button>`}</li>`)}</ul>
      ${others.length > 1 ? html`<p class="row-buttons"><button type="button" class="btn small" @click=${() => this.end("")}>${this.sessions.length > others.length ? t("End all others") : t("End all")}</button></p>` : nothing}`;
  }
}

customElements.define("hub-sessions", Sessions);
