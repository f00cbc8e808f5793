// Opening hours: the week as bars, each day also as text. The text is the control, the bars show what it says at once.
import { html, nothing } from "lit";
import { ref } from "lit/directives/ref.js";
import { DAYS, longDay, shortDay } from "./names.js";
import { minutesOf, spansOf } from "./values.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

const DAY = 1440;
const SPAN = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

/** One day: its track with a bar for each span that can be read. Spans under `least` minutes have no room for words. */
export function bar(spans, least = 210) {
  return html`<span class="hours-track" aria-hidden="true">${(spans ?? []).filter((span) => SPAN.test(span)).map((span) => {
    const [from, to] = span.split("-").map(minutesOf);
    const place = (element) => {
      if (!element) return;
      element.style.insetInlineStart = `${(from / DAY) * 100}%`;
      element.style.width = `${(Math.max(0, to - from) / DAY) * 100}%`;
    };
    return html`<i ${ref(place)}>${to - from < least ? nothing : span.replace("-", "–")}</i>`;
  })}</span>`;
}

/** The week to look at, not to change. */
export const weekView = (hours) => html`<div class="hours-week">${DAYS.map((day) => html`<span class="meta">${shortDay(day)}</span>${bar(hours.week?.[day])}`)}</div>`;

const textOf = (form, name, spans) => {
  const typed = form.typed?.[name];
  return typed !== undefined && spansOf(typed).join() === spans.join() ? typed : spans.join(", ");
};

export function week(field, form) {
  const days = form.draft[field.name] ?? {};
  const set = (day, typed) => {
    form.keepTyped(`${field.name}.${day}`, typed);
    const { [day]: _old, ...rest } = days;
    const spans = spansOf(typed);
    form.set(field.name, spans.length ? inOrder({ ...rest, [day]: spans }) : rest);
  };
  const copy = () => form.set(field.name, inOrder({ ...days, ...Object.fromEntries(DAYS.slice(1, 5).map((day) => [day, days.mon ?? []])) }));
  return html`<div class="hours-edit" role="group" aria-labelledby="${field.id}-label">
    <span></span><span class="hours-scale" aria-hidden="true">${[0, 6, 12, 18, 24].map((hour) => html`<span>${hour}</span>`)}</span><span></span>
    ${DAYS.map((day) => html`<span class="hours-day">${longDay(day)}</span>${bar(days[day], 330)}
      <input class="field small is-code" .value=${textOf(form, `${field.name}.${day}`, days[day] ?? [])} placeholder=${t("closed")} aria-label=${t("Open on {day}", { day: longDay(day) })}
        aria-describedby=${field.said || nothing} aria-invalid=${field.wrong ? "true" : nothing} autocomplete="off" @input=${({ target }) => set(day, target.value)}>`)}</div>
    <p class="row-buttons"><button type="button" class="btn small" @click=${copy}>${t("As Monday, Tuesday to Friday")}</button></p>`;
}

const inOrder = (days) => Object.fromEntries(DAYS.filter((day) => day in days && days[day].length).map((day) => [day, days[day]]));

/** Dates with hours of their own: none means closed for the day. */
export function dates(field, form) {
  const given = form.draft[field.name] ?? {};
  const put = (entries) => form.set(field.name, Object.fromEntries(entries));
  const entries = Object.entries(given);
  const change = (at, date, spans) => put(entries.map((one, place) => (place === at ? [date, spans] : one)));
  return html`<div class="hours-dates" role="group" aria-labelledby="${field.id}-label">
    ${entries.map(([date, spans], at) => html`<div class="hours-date">
      <input type="date" class="field small" .value=${date} aria-label=${t("Date")} @change=${({ target }) => target.value && change(at, target.value, spans)}>
      ${bar(spans, 540)}<input class="field small is-code" .value=${textOf(form, `${field.name}.${date}`, spans)} placeholder=${t("closed")} aria-label=${t("Open on {day}", { day: date })} autocomplete="off"
        @input=${({ target }) => { form.keepTyped(`${field.name}.${date}`, target.value); change(at, date, spansOf(target.value)); }}>
      <button type="button" class="btn quiet small icon" aria-label=${t("Remove {name}", { name: date })} @click=${() => put(entries.filter((_, place) => place !== at))}>${icon("close")}</button></div>`)}
    ${entries.length ? nothing : html`<p class="meta">${t("No holiday yet: every week is the same.")}</p>`}</div>
    <p class="row-buttons"><button type="button" class="btn small" @click=${() => put([...entries, [nextDate(given), []]].sort())}>${icon("plus")}${t("Add a date")}</button></p>`;
}

function nextDate(given) {
  const at = new Date();
  do at.setDate(at.getDate() + 1);
  while (at.toISOString().slice(0, 10) in given);
  return at.toISOString().slice(0, 10);
}
