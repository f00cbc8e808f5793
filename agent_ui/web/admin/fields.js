// The controls of forms, by the kind of a field. Each shows the draft's value and hands changes to `form.set`.
import { html, nothing } from "lit";
import { amounts, levels } from "./tables.js";
import { dates, week } from "./week.js";
import { channelName, channels, PERMISSIONS } from "./names.js";
import { duration, number, t } from "../words.js";

const CONTROLS = { text, area, number: figure, seconds: figure, percent, select, lines, toggle, colour, zone, picks, permissions, levels, amounts, week, dates, channel };

export const control = (field, form) => (CONTROLS[field.kind] ?? text)(field, form);

const said = ({ said: ids }) => ids || nothing;
const invalid = ({ wrong }) => (wrong ? "true" : nothing);

function text(field, form) {
  const fixed = field.name === "key" && form.keyFixed;
  return html`<input class="field ${field.code ? "is-code" : ""}" id=${field.id} .value=${String(form.draft[field.name] ?? "")} ?readonly=${fixed} maxlength=${field.most ?? 300}
    autocomplete="off" spellcheck=${field.code || field.name === "key" ? "false" : "true"} placeholder=${field.example ?? nothing} lang=${field.lang ?? nothing}
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} ?required=${field.needed} @input=${({ target }) => form.set(field.name, target.value)}>`;
}

function area(field, form) {
  return html`<textarea class="field" id=${field.id} rows=${field.rows ?? 5} maxlength=${field.most ?? 10_000} .value=${form.draft[field.name] ?? ""}
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => form.set(field.name, target.value)}></textarea>`;
}

/** What cannot be read as a number stays as it was typed, and the hub says what would be right. */
const parsed = (typed) => {
  const value = Number(typed.trim().replace(",", "."));
  return typed.trim() === "" || Number.isNaN(value) ? typed : value;
};

function figure(field, form) {
  const value = form.draft[field.name];
  const unit = field.kind === "seconds" ? t("s") : (field.unit ?? "");
  const plain = field.kind === "seconds" && typeof value === "number" && value >= 60 ? duration(value * 1000) : "";
  return html`<span class="amount"><input class="field" id=${field.id} inputmode="decimal" autocomplete="off" .value=${shown(value)}
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => form.set(field.name, parsed(target.value))}>
    ${unit ? html`<span class="unit">${unit}</span>` : nothing}${plain ? html`<span class="meta">${plain}</span>` : nothing}
    ${value === 0 && field.zero ? html`<span class="meta">${field.zero}</span>` : nothing}</span>`;
}

const shown = (value) => (value === undefined || value === null ? "" : String(value));

function percent(field, form) {
  const value = form.draft[field.name];
  const whole = typeof value === "number" ? Math.round(value * 1000) / 10 : value;
  const take = (typed) => (typeof parsed(typed) === "number" ? Math.round(parsed(typed) * 10) / 1000 : typed);
  return html`<span class="amount"><input class="field" id=${field.id} inputmode="decimal" autocomplete="off" .value=${shown(whole)}
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => form.set(field.name, take(target.value))}><span class="unit">%</span>
    ${value === 0 && field.zero ? html`<span class="meta">${field.zero}</span>` : nothing}</span>`;
}

function select(field, form) {
  const value = form.draft[field.name] ?? "";
  const options = field.options(form);
  const known = options.some(([key]) => key === value);
  return html`<select class="field" id=${field.id} aria-describedby=${said(field)} aria-invalid=${invalid(field)} @change=${({ target }) => form.set(field.name, target.value)}>
    ${known ? nothing : html`<option value=${value} selected>${value || t("Choose")}</option>`}
    ${options.map(([key, name]) => html`<option value=${key} ?selected=${key === value}>${name}</option>`)}</select>`;
}

function channel(field, form) {
  return select({ ...field, options: ({ lists }) => channels(lists).map((key) => [key, channelName(key)]) }, form);
}

function lines(field, form) {
  const value = form.draft[field.name] ?? [];
  const typed = form.typed?.[field.name];
  const text = typed !== undefined && typed.split("\n").map((one) => one.trim()).filter(Boolean).join("\n") === value.join("\n") ? typed : value.join("\n");
  return html`<textarea class="field is-code" id=${field.id} rows=${Math.max(2, Math.min(8, value.length + 1))} .value=${text} spellcheck="false" placeholder=${field.example ?? nothing}
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => {
      form.keepTyped(field.name, target.value);
      form.set(field.name, target.value.split("\n").map((one) => one.trim()).filter(Boolean));
    }}></textarea>`;
}

function toggle(field, form) {
  return html`<label class="check"><input type="checkbox" id=${field.id} .checked=${Boolean(form.draft[field.name])} aria-describedby=${said(field)}
    @change=${({ target }) => form.set(field.name, target.checked)}><span>${field.label}</span></label>`;
}

function colour(field, form) {
  const value = String(form.draft[field.name] ?? "");
  return html`<span class="amount"><input type="color" class="swatch" .value=${/^#[0-9a-f]{6}$/i.test(value) ? value : "#000000"} aria-label=${t("Pick a colour")}
    @input=${({ target }) => form.set(field.name, target.value.toUpperCase())}>
    <input class="field is-code" id=${field.id} .value=${value} maxlength="7" aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => form.set(field.name, target.value)}></span>`;
}

function zone(field, form) {
  const zones = Intl.supportedValuesOf?.("timeZone") ?? [];
  return html`<input class="field" id=${field.id} list="zones" .value=${form.draft[field.name] ?? ""} autocomplete="off" spellcheck="false"
    aria-describedby=${said(field)} aria-invalid=${invalid(field)} @input=${({ target }) => form.set(field.name, target.value.trim())}>
    <datalist id="zones">${zones.map((name) => html`<option value=${name}></option>`)}</datalist>`;
}

/** Several of a list. None chosen means all, and says so. */
function picks(field, form) {
  const chosen = form.draft[field.name] ?? [];
  const options = field.options(form);
  const gone = chosen.filter((key) => !options.some(([known]) => known === key)).map((key) => [key, key]);
  const turn = (key, on) => form.set(field.name, on ? [...chosen, key] : chosen.filter((one) => one !== key));
  return html`<div class="picks" role="group" aria-labelledby="${field.id}-label" aria-describedby=${said(field)}>
    ${[...options, ...gone].map(([key, name]) => html`<label class="pick"><input type="checkbox" .checked=${chosen.includes(key)} @change=${({ target }) => turn(key, target.checked)}><span lang="">${name}</span></label>`)}
    ${options.length ? nothing : html`<span class="meta">${field.none}</span>`}</div>
    ${chosen.length ? html`<p class="hint">${t("{count} chosen", { count: number(chosen.length) })}</p>` : html`<p class="hint">${field.all ?? t("None chosen: it fits all.")}</p>`}`;
}

function permissions(field, form) {
  const chosen = form.draft[field.name] ?? [];
  const turn = (key, on) => form.set(field.name, Object.keys(PERMISSIONS).filter((one) => (one === key ? on : chosen.includes(one))));
  return html`<div class="permits" role="group" aria-labelledby="${field.id}-label">${Object.entries(PERMISSIONS).filter(([key]) => key !== "signed_in").map(([key, [name, about]]) => html`
    <label class="permit"><input type="checkbox" .checked=${chosen.includes(key)} @change=${({ target }) => turn(key, target.checked)}><span><b>${name}</b><span class="meta">${about}</span></span></label>`)}</div>`;
}
