// Times of day for what comes back: those that are offered, and how one is written.
import { now } from "../clock.js";
import { day, t, time } from "../words.js";

const HOUR = 3600_000;

/** The times that are offered: those that are over or the same as another are left out. */
export function times(from) {
  const at = (days, hour) => {
    const date = new Date(from);
    date.setDate(date.getDate() + days);
    return date.setHours(hour, 0, 0, 0);
  };
  const monday = (8 - new Date(from).getDay()) % 7 || 7;
  return [
    { words: t("In one hour"), at: Math.ceil((from + HOUR) / 60_000) * 60_000 },
    ...(at(0, 15) > from + HOUR / 2 ? [{ words: t("This afternoon"), at: at(0, 15) }] : []),
    { words: t("Tomorrow morning"), at: at(1, 9) },
    ...(monday > 1 ? [{ words: t("Monday morning"), at: at(monday, 9) }] : []),
  ];
}

/** 15:00 today, else with its day. */
export const when = (at) => (new Date(at).toDateString() === new Date(now()).toDateString() ? time(at) : t("{day}, {time}", { day: day(at), time: time(at) }));
