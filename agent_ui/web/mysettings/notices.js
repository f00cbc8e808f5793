// Notices of the system while no tab of ours is to be seen: what the browser allows, and what to do where it does not.
import { html } from "lit";
import { ask, permission } from "../notice.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

export function notices(page) {
  const state = permission();
  const words = {
    granted: t("Allowed. A notice is shown only while this tab is hidden, and goes when the offer ends."),
    denied: t("Blocked in the browser. Open the page’s permissions beside the address, allow notices, and load this page again."),
    missing: t("This browser shows no notices here. They need a secure address (https)."),
    default: t("The browser has not been asked yet."),
  }[state];
  const request = async () => {
    await ask();
    page.requestUpdate();
  };
  return html`<p class="notice-state ${state === "granted" ? "is-ok" : state === "default" ? "" : "is-bad"}">${icon(state === "granted" ? "check" : "warning")} <span>${words}</span></p>
    ${state === "default" ? html`<p><button type="button" class="btn" @click=${request}>${t("Allow notices")}</button></p>` : ""}
    <p class="hint">${t("A notice names the channel and the queue. Names and words of customers are in it only if the company allows it.")}</p>`;
}
