// Sentences of the chat that are made of figures and times: waits, opening hours, languages, states of a message.
import { now } from "../clock.js";
import { n, number, t, time } from "../words.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const tongue = document.documentElement.lang || "en";
const list = new Intl.ListFormat(tongue, { type: "disjunction" });
const both = new Intl.ListFormat(tongue, { type: "conjunction" });

const minutes = ({ low_ms, high_ms }) => [Math.max(1, Math.floor(low_ms / MINUTE)), Math.max(1, Math.ceil(high_ms / MINUTE))];

/** "1–2 min", in a row of options. */
export function shortWait(likely) {
  const [low, high] = minutes(likely);
  if (high === 1) return t("under 1 min");
  return low === high ? t("{count} min", { count: number(high) }) : t("{low}–{high} min", { low: number(low), high: number(high) });
}

/** "about 1 to 2 minutes", beside the place in line. */
export function longWait(likely) {
  const [low, high] = minutes(likely);
  if (high === 1) return t("less than a minute");
  if (low === high) return n("about {count} minute", "about {count} minutes", high);
  return t("about {low} to {high} minutes", { low: number(low), high: number(high) });
}

/** "Open again tomorrow, 08:00 your time". */
export function openAgain(at) {
  if (!at) return t("We are back soon.");
  const midnight = (when) => new Date(when).setHours(0, 0, 0, 0);
  const apart = Math.round((midnight(at) - midnight(now())) / DAY);
  if (apart === 0) return t("Open again today, {time} your time", { time: time(at) });
  if (apart === 1) return t("Open again tomorrow, {time} your time", { time: time(at) });
  const day = new Intl.DateTimeFormat(tongue, { weekday: "long", ...(apart > 6 && { day: "numeric", month: "long" }) }).format(at);
  return t("Open again on {day}, {time} your time", { day, time: time(at) });
}

/** Each language as it calls itself, with its own `lang`, so that "中文" is read and drawn rightly. */
export function ownName(code) {
  try {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code.split(/[-_]/)[0] === "zh" ? "zh" : code);
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code;
  }
}

const names = (codes) => [...new Set((codes ?? []).map((code) => ownName(code.replace("_", "-"))))];
export const eitherOf = (codes) => list.format(names(codes));
export const allOf = (codes) => both.format(names(codes));

/** "10:59, read" under a message of the visitor. */
export function stateOf(at, state) {
  const words = { sent: t("sent"), delivered: t("delivered"), read: t("read") };
  return t("{time}, {state}", { time: time(at), state: words[state] ?? words.sent });
}

/** A long name of a file, cut in its middle: what kind it is, at its end, stays. A Chinese letter is as wide as two. */
export function shortName(name, most = 24) {
  const letters = [...name];
  const wide = (letter) => (letter.codePointAt(0) > 0x2e7f ? 2 : 1);
  if (letters.reduce((sum, letter) => sum + wide(letter), 0) <= most) return name;
  const fitting = (from, room) => from.slice(0, from.findIndex((_, at) => from.slice(0, at + 1).reduce((sum, letter) => sum + wide(letter), 0) > room));
  const tail = fitting(letters.toReversed(), 10).reverse();
  return `${fitting(letters, most - 11).join("").trimEnd()}…${tail.join("")}`;
}

export function bytes(size) {
  const mega = size / 1_000_000;
  if (mega < 0.1) return t("{count} kB", { count: number(Math.max(1, Math.round(size / 1000))) });
  return t("{count} MB", { count: number(mega, { maximumFractionDigits: 1 }) });
}
