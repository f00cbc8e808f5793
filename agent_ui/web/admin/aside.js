// Beside the form: what would change, who waits meanwhile, what names this document, and its removal.
import { html, nothing } from "lit";
import { differences } from "./differences.js";
import { kindName, sectionOf } from "./names.js";
import { icon } from "../icons.js";
import { n, t } from "../words.js";

export function aside(editor) {
  const { model, entry } = editor;
  return html`${changed(editor, model)}${waiting(editor)}${used(entry)}${removal(editor)}`;
}

function changed({ section, lists }, { changes, dirty, draft, fresh, wrong }) {
  const words = fresh ? t("It begins to work as soon as it is put in use, on every node.") : t("Nothing is changed.");
  const count = Object.keys(wrong).length;
  return html`<section><h2>${t("What would change")}</h2>
    ${count ? html`<p class="bad aside-wrong">${icon("warning")}${n("{count} field is not right yet", "{count} fields are not right yet", count)}</p>` : nothing}
    ${dirty && !fresh && changes.length ? differences(section, changes, draft, lists) : html`<p class="meta">${dirty && !fresh && !count ? t("Looking…") : words}</p>`}</section>`;
}

function waiting(editor) {
  if (editor.section !== "queues" || !editor.model.waiting) return nothing;
  const choose = (value) => () => {
    editor.waiting = value;
    editor.requestUpdate();
  };
  const option = (value, words) => html`<label class="radio"><input type="radio" name="waiting" .checked=${editor.waiting === value} @change=${choose(value)}><span>${words}</span></label>`;
  return html`<section><h2>${n("{count} contact waits here now", "{count} contacts wait here now", editor.model.waiting)}</h2>
    <div role="radiogroup" aria-label=${t("Contacts that wait")}>${option("follow", t("They follow the new rules"))}${option("stay", t("They stay on the old ones"))}</div></section>`;
}

function used({ used_by: uses }) {
  if (!uses?.length) return nothing;
  return html`<section><h2>${t("Used by")}</h2><ul class="uses">${uses.map(({ kind, key, name }) => html`<li><a href="/admin/${sectionOf(kind)}/${encodeURIComponent(key)}" lang="">${name}</a><span class="meta">${kindName(kind)}</span></li>`)}</ul></section>`;
}

function removal(editor) {
  const { entry, section } = editor;
  if (!entry.version || section === "company") return nothing;
  if (entry.used_by?.length) return html`<section><h2>${t("Remove")}</h2><p class="meta">${t("It cannot be removed while something uses it.")}</p></section>`;
  return html`<section><h2>${t("Remove")}</h2><p class="meta">${t("Its versions stay in the history, and it can be made again with the same key.")}</p>
    <p class="row-buttons"><button type="button" class="btn small" @click=${editor.remove}>${t("Remove it")}</button></p></section>`;
}
