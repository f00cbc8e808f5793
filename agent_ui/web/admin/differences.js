// What changed, field by field: the old value struck, the new one beside it.
import { html } from "lit";
import { fieldsOf } from "./kinds.js";
import { valueText } from "./values.js";
import { t } from "../words.js";

const ALONE = { secret_version: t("Secret, version"), secret_overlap: t("Old secret still taken"), link_version: t("Link, version") };

/** How a field is called, also one that no form shows. */
export const fieldLabel = (section, name) => fieldsOf(section)[name]?.label ?? ALONE[name] ?? name;

export const differences = (section, changes) => html`<dl class="differences">${changes.map(({ field, old, new: fresh }) => {
  const { kind } = fieldsOf(section)[field] ?? {};
  return html`<div><dt>${fieldLabel(section, field)}</dt><dd><del lang="">${valueText(old, kind)}</del><ins lang="">${valueText(fresh, kind)}</ins></dd></div>`;
})}</dl>`;
