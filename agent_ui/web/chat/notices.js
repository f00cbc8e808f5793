// What stands between head and conversation when something is not as it should be: what happened, and what to do.
import { html, nothing } from "lit";
import { t } from "../words.js";
import { sign } from "./signs.js";

/** The line to the hub is down: writing goes on all the same. */
export function banner(talk) {
  if (!talk.away || talk.refused) return nothing;
  const words = talk.known
    ? t("No connection. We try again by ourselves. What you write is kept.")
    : t("We cannot be reached now. What you write is kept.");
  return html`<p class="c-banner" role="status">${sign("warning")}<span>${words}</span></p>`;
}

/** The hub will not have this visitor. */
export function refusal(talk) {
  const { status } = talk.refused;
  const [what, then] = {
    401: talk.session.identity
      ? [t("Your sign-in on this site could not be confirmed."), t("Load this page again, or sign in anew. What you wrote is kept.")]
      : [t("This chat is for signed-in visitors."), t("Sign in on this site, then open the chat again.")],
    404: [t("There is no chat at this address."), t("Perhaps it was closed. Please look for another way to reach us on this site.")],
  }[status] ?? [t("The chat cannot be opened now."), talk.refused.message];
  return html`<div class="c-body c-refused" role="alert">
    <h2>${what}</h2><p>${then}</p>
    <button type="button" class="btn large" data-first @click=${() => talk.again()}>${t("Try again")}</button>
  </div>`;
}
