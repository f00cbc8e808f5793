// The files of a reply before it is sent, between the text and its buttons.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { percent, t } from "../words.js";
import { fileSize } from "./media.js";

export function tray(uploads, contact) {
  const files = uploads.of(contact);
  if (!files.length) return nothing;
  return html`<ul class="tray" aria-label=${t("Files of this message")}>${files.map((one) => html`<li class="tray-file is-${one.state}">
    <span class="tray-sign">${one.preview ? html`<img src=${one.preview} alt="">` : icon(one.state === "refused" ? "warning" : "file")}</span>
    <span class="tray-name el" title=${one.name}>${one.name}</span>
    <span class="meta el" title=${one.reason ?? ""}>${words(one)}</span>
    ${one.state === "refused" && one.may ? html`<button type="button" class="btn small" @click=${() => uploads.again(contact, one.id)}>${t("Try again")}</button>` : nothing}
    <button type="button" class="tray-out" aria-label=${t("Take {name} out", { name: one.name })} @click=${() => uploads.remove(contact, one.id)}>${icon("close")}</button></li>`)}</ul>`;
}

function words({ state, share, size, reason }) {
  if (state === "refused") return reason;
  return state === "going" ? percent(share) : fileSize(size);
}
