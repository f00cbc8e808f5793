// A form of one tab: groups of fields as they are described in kinds/. It keeps nothing: values come from the draft, each
// change goes to `set`. What is wrong stands under its field and is named by it.
import { html, nothing } from "lit";
import { control } from "./fields.js";
import { icon } from "../icons.js";

/** `form` = {draft, wrong, set(name, value), lists, keyFixed, base}. */
export function groups(tab, form) {
  return tab.groups.map((group) => {
    if (group.when && !group.when(form.draft, form)) return nothing;
    return html`<section class="card">
      <header class="card-head"><h2>${group.head}</h2>${group.note ? html`<p class="meta">${typeof group.note === "function" ? group.note(form) : group.note}</p>` : nothing}</header>
      <div class="card-body ${group.wide ? "is-wide" : ""}">${group.fields.map((field) => row(field, form))}${group.after ? group.after(form) : nothing}</div>
    </section>`;
  });
}

function row(field, form) {
  if (field.when && !field.when(form.draft, form)) return nothing;
  const id = `f-${field.name}`;
  const wrong = form.wrong[field.name];
  const said = [field.hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  const changed = form.isChanged(field.name);
  const grouped = ["levels", "amounts", "picks", "week", "dates", "permissions", "toggle"].includes(field.kind);
  const mark = changed ? html`<span class="is-changed">${form.words.changed}</span>` : nothing;
  return html`<div class="line ${field.wide || grouped ? "is-wide" : ""} ${field.kind === "toggle" ? "is-toggle" : ""}" data-field=${field.name}>
    <span class="line-label">${field.kind === "toggle" ? nothing : grouped ? html`<span class="label" id="${id}-label">${field.label}</span>` : html`<label class="label" for=${id}>${field.label}</label>`}${mark}</span>
    <div class="line-value">
      ${control({ ...field, id, said, wrong: Boolean(wrong) }, form)}
      ${field.hint ? html`<p class="hint" id="${id}-hint">${field.hint}</p>` : nothing}
      ${wrong ? html`<p class="hint is-bad" id="${id}-wrong">${icon("warning")}<span>${wrong}</span></p>` : nothing}
    </div></div>`;
}
