// A conversation with a line before the first entry of each day.
import { day } from "../words.js";

export function withDays(entries) {
  let last = "";
  return entries.flatMap((entry) => {
    const words = day(entry.at);
    if (words === last) return [entry];
    last = words;
    return [{ id: `day-${words}`, day: words }, entry];
  });
}
