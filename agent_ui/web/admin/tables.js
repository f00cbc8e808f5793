// Tables of a name and a number: skills with levels, channels with amounts.
import { html, nothing } from "lit";
import { channelName, channels } from "./names.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

const LEVELS = [1, 2, 3, 4, 5];

/** Skill → level. A skill is added by choosing it; its level is a row of five. */
export function levels(field, form) {
  const chosen = form.draft[field.name] ?? {};
  const skills = form.lists.skills ?? [];
  const name = (key) => skills.find((one) => one.key === key)?.document.name ?? key;
  const set = (key, level) => {
    const { [key]: _old, ...rest } = chosen;
    form.set(field.name, level ? { ...chosen, [key]: level } : rest);
  };
  const free = skills.filter(({ key }) => !(key in chosen));
  return html`<div class="levels" role="group" aria-labelledby="${field.id}-label">
    ${Object.entries(chosen).map(([key, level]) => html`<div class="level" role="radiogroup" aria-label=${name(key)}>
      <span class="level-name" lang="">${name(key)}</span><span class="level-marks">${LEVELS.map((mark) => html`
        <label><input type="radio" name="${field.id}-${key}" value=${mark} .checked=${mark === level} @change=${() => set(key, mark)}><span>${mark}</span></label>`)}</span>
      <button type="button" class="btn quiet small icon" aria-label=${t("Remove {name}", { name: name(key) })} @click=${() => set(key, 0)}>${icon("close")}</button></div>`)}
    ${Object.keys(chosen).length ? nothing : html`<p class="meta">${field.none}</p>`}
    ${free.length ? html`<select class="field small" id="${field.id}-add" aria-label=${field.add} @change=${({ target }) => {
      const key = target.value;
      target.value = "";
      if (key) set(key, field.first ?? 3);
    }}><option value="">${field.add}</option>${free.map(({ key, document }) => html`<option value=${key}>${document.name}</option>`)}</select>` : nothing}</div>`;
}

/** Channel → a whole number; an empty field takes the channel out. */
export function amounts(field, form) {
  const given = form.draft[field.name] ?? {};
  const names = [...new Set([...(field.rows ?? channels(form.lists)), ...Object.keys(given)])];
  const set = (key, typed) => {
    const { [key]: _old, ...rest } = given;
    const value = Number(typed);
    form.set(field.name, typed.trim() === "" ? rest : { ...rest, [key]: Number.isNaN(value) ? typed : value });
  };
  return html`<div class="amounts" role="group" aria-labelledby="${field.id}-label">${names.map((key) => html`<label><span>${channelName(key)}</span>
    <input class="field" inputmode="numeric" autocomplete="off" .value=${String(given[key] ?? "")} placeholder="–" @input=${({ target }) => set(key, target.value)}>
    <span class="unit">${field.unit}</span></label>`)}</div>`;
}
