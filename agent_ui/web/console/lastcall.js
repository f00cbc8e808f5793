// Wrap-up that runs out: the hub files "No disposition" by itself; what was written until then is saved as a note just
// before, so that it is not lost with the contact.
import { now, onTick } from "../clock.js";

const BEFORE_MS = 3_000;
const SLACK_MS = 50;

export function keepSummaries(desk) {
  const ends = new Map();
  const save = () => {
    if (!desk.line) return;
    for (const contact of desk.sections.wrapping) {
      const text = desk.drafts.of(contact.id).summary.trim();
      if (!text || contact.wrap_until - now() > BEFORE_MS) continue;
      desk.drafts.change(contact.id, { summary: "" });
      desk.write(contact.id, "note", text);
    }
  };
  onTick(save);
  // The page's clock stands still in a hidden tab: there a timer of its own does it.
  desk.addEventListener("change", () => {
    for (const id of ends.keys()) if (!desk.contact(id)) ends.delete(id);
    for (const { id, wrap_until: end } of desk.sections.wrapping) {
      if (ends.get(id) === end) continue;
      ends.set(id, end);
      setTimeout(save, end - now() - BEFORE_MS + SLACK_MS);
    }
  });
}
