// A saved reply as the customer would read it.
import { html, nothing } from "lit";
import { t } from "../words.js";

export function preview({ draft, lists }) {
  const names = { customer: t("Chen Meiling"), agent: t("Amara"), company: lists.company?.[0]?.document.name ?? t("your company") };
  const unknown = [...new Set([...(draft.text ?? "").matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name]) => name).filter((name) => !(name in names)))];
  const text = (draft.text ?? "").replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name) => names[name] ?? whole);
  return html`<div class="line is-wide"><span class="line-label"><span class="label">${t("As the customer reads it")}</span></span><div class="line-value"><p class="reply-preview" lang=${draft.language || nothing} dir="auto">${text || "–"}</p>
    ${unknown.length ? html`<p class="hint is-bad">${t("{names} stands for nothing and is sent as it is written.", { names: unknown.map((name) => `{{${name}}}`).join(", ") })}</p>` : nothing}</div></div>`;
}
