// What changed, field by field: the old value struck, the new one beside it.
import { html } from "lit";
import { fieldsOf } from "./kinds.js";
import { valueText } from "./values.js";
import { t } from "../words.js";

const ALONE = { secret_version: t("Secret, version"), secret_overlap: t("Old secret still taken"), link_version: t("Link, version") };

/** How a field is called, also one that no form shows. */
export const fieldLabel = (section, name, document) => fieldsOf(section, document)[name]?.label ?? ALONE[name] ?? name;

/** `document` and `lists` say which field it is and how what it names is called. */
export const differences = (section, changes, document, lists) => html`<dl class="differences">${changes.map(({ field, old, new: fresh }) => {
  const about = fieldsOf(section, document)[field];
  return html`<div><dt>${fieldLabel(section, field, document)}</dt><dd><del lang="">${valueText(old, about, lists)}</del><ins lang="">${valueText(fresh, about, lists)}</ins></dd></div>`;
})}</dl>`;
