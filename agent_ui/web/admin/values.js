// A value of a document in one line, for lists of changes: "60 → 90 s", "2 queues", "Mon 08:00-20:00 …".
import { channelName, nameIn, permissionName, shortDay } from "./names.js";
import { n, number, percent, t } from "../words.js";

const seconds = (value) => n("{count} s", "{count} s", value, { count: number(value) });

/** As text; `field` as in kinds/, `lists` what it chooses from. */
export function valueText(value, field = {}, lists = {}) {
  const { kind } = field;
  const name = named(field, lists);
  if (kind === "select" && typeof value === "string") return name(value) || "–";
  if (value === undefined || value === null || value === "") return "–";
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (Array.isArray(value)) return value.map(name).join(", ") || "–";
  if (typeof value === "object") return tableText(value, kind, name);
  if (kind === "seconds" && typeof value === "number") return seconds(value);
  if (kind === "percent" && typeof value === "number") return percent(value);
  if (kind === "channel") return channelName(value);
  return String(value);
}

/** How the field calls what it names by a key. */
function named({ kind, options }, lists) {
  if (kind === "permissions") return permissionName;
  if (kind === "levels") return (key) => nameIn(lists.skills, key);
  const names = new Map(options?.({ lists }));
  return (key) => names.get(key) ?? key;
}

function tableText(value, kind, name) {
  const lines = Object.entries(value).map(([key, one]) => {
    if (kind === "week" || kind === "dates") return `${kind === "week" ? shortDay(key) : key} ${one.join(", ") || t("closed")}`;
    return kind === "amounts" ? `${channelName(key)} ${number(one)}` : `${name(key)} ≥ ${number(one)}`;
  });
  return lines.join(" · ") || "–";
}

/** Equal as documents: the order of names in a table does not matter, that of a list does. */
export function same(one, other) {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other || Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => name in other && same(one[name], other[name]));
}

/** "08:00-12:30, 13:30-20:00" → spans. Dashes of any kind; nothing is thrown away: the hub says what it cannot read. */
export const spansOf = (text) => text.split(/[,;，；\s]+/).map((span) => span.replace(/[–—−]/g, "-")).filter(Boolean);

export const minutesOf = (clock) => {
  const [hours, minutes] = clock.split(":").map(Number);
  return hours * 60 + minutes;
};

/** Whether hours are open at a moment, and until when: {open, until: "20:00" or ""}. */
export function openNow(hours, at = new Date()) {
  try {
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", { timeZone: hours.time_zone, weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at).map(({ type, value }) => [type, value]));
    const spans = hours.exceptions?.[`${parts.year}-${parts.month}-${parts.day}`] ?? hours.week?.[parts.weekday.toLowerCase()] ?? [];
    const clock = `${parts.hour}:${parts.minute}`;
    const now = hours.closed ? undefined : spans.find((span) => span.slice(0, 5) <= clock && clock < span.slice(6));
    return { open: Boolean(now), until: now?.slice(6) ?? "" };
  } catch {
    return { open: false, until: "" };
  }
}
