// Words, numbers and times in the language of the page. Messages are whole sentences; the catalogue comes with the HTML
// as <script type="application/json" id="messages">: {msgid: text, or [plural forms]}. What is missing is said in English.

const language = globalThis.document?.documentElement.lang || "en";
/** Figures and dates as the person's own country writes them, where it speaks the page's language: 21 Nov or Nov 21. */
const locale = globalThis.navigator?.languages?.find((tag) => tag.startsWith(`${language}-`)) ?? language;
const catalogue = read();
const plural = new Intl.PluralRules(language);
const formats = new Map();

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTHS_WITHOUT_YEAR = 11;

function read() {
  const island = globalThis.document?.getElementById("messages");
  return island ? JSON.parse(island.textContent) : {};
}

function fill(text, values) {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => (values[name] === undefined ? whole : String(values[name]))) : text;
}

/** The sentence in the page's language, with `{name}` filled from `values`. */
export function t(msgid, values) {
  const found = catalogue[msgid];
  return fill(typeof found === "string" ? found : msgid, values);
}

/** The same with a count: `n("{count} message", "{count} messages", 3)`. */
export function n(one, many, count, values) {
  const found = catalogue[one];
  const filled = { count: number(count), ...values };
  if (typeof found === "string") return fill(found, filled);
  if (Array.isArray(found)) return fill(found[form(count, found.length)], filled);
  return fill(Math.abs(count) === 1 ? one : many, filled);
}

/** gettext's form for a count. The languages of this house have one form or two; more follow CLDR's order. */
function form(count, forms) {
  if (forms === 1) return 0;
  const order = plural.resolvedOptions().pluralCategories.filter((name) => name !== "zero");
  const sorted = ["one", "two", "few", "many", "other"].filter((name) => order.includes(name));
  return Math.min(forms - 1, Math.max(0, sorted.indexOf(plural.select(count))));
}

function format(kind, make, options) {
  const key = kind + JSON.stringify(options ?? "");
  if (!formats.has(key)) formats.set(key, make());
  return formats.get(key);
}

const dates = (options) => format("date", () => new Intl.DateTimeFormat(locale, options), options);

const small = [];

export function number(value, options) {
  if (!options && value >= 0 && value < 100 && Number.isInteger(value)) return (small[value] ??= number(value, {}));
  return format("number", () => new Intl.NumberFormat(locale, options), options).format(value);
}

/** A ratio: 0.83 is "83%". */
export function percent(value, digits = 0) {
  return number(value, { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** m:ss up to an hour, then "3 h 10", from two days on "2 d". Never negative. */
export function duration(ms) {
  const left = Math.max(0, ms);
  if (left < HOUR) return `${Math.floor(left / MINUTE)}:${two(Math.floor(left / SECOND) % 60)}`;
  if (left < 2 * DAY) return t("{hours} h {minutes}", { hours: Math.floor(left / HOUR), minutes: two(Math.floor(left / MINUTE) % 60) });
  return t("{days} d", { days: Math.floor(left / DAY) });
}

const two = (value) => String(value).padStart(2, "0");

/** 17:41, in the viewer's zone or in the one named. */
export function time(at, timeZone) {
  return dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(timeZone && { timeZone }) }).format(at);
}

/** Today, Yesterday, 21 Nov, or with its year when that is 11 months or more away. */
export function day(at, today = Date.now()) {
  const apart = Math.round((midnight(today) - midnight(at)) / DAY);
  if (apart === 0) return t("Today");
  if (apart === 1) return t("Yesterday");
  const [from, to] = [new Date(at), new Date(today)];
  const months = Math.abs((to.getFullYear() - from.getFullYear()) * 12 + to.getMonth() - from.getMonth());
  return dates({ day: "numeric", month: "short", ...(months >= MONTHS_WITHOUT_YEAR && { year: "numeric" }) }).format(at);
}

/** Mon 08:00; today only the hour, a week on or later with the date. */
export function weekTime(at, today = Date.now()) {
  const apart = (midnight(at) - midnight(today)) / DAY;
  if (!apart) return time(at);
  return dates({ weekday: "short", ...(apart > 6 && { day: "numeric", month: "short" }), hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);

/** Sunday 22 November, 08:57. */
export function wholeDay(at) {
  return dates({ weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** "just now", "4 min. ago", "2 days ago". */
export function ago(at, present = Date.now()) {
  const gone = Math.max(0, present - at);
  const relative = format("ago", () => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }));
  if (gone < MINUTE) return t("just now");
  if (gone < HOUR) return relative.format(-Math.floor(gone / MINUTE), "minute");
  if (gone < DAY) return relative.format(-Math.floor(gone / HOUR), "hour");
  return relative.format(-Math.floor(gone / DAY), "day");
}
