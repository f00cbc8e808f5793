// Wrap-up that runs out: the hub files "No disposition" by itself; what was written until then is saved as a note just
// before, so that it is not lost with the contact.
import { now, onTick } from "../clock.js";

const BEFORE_MS = 3_000;

export function keepSummaries(desk) {
  onTick(() => {
    if (!desk.line) return;
    for (const contact of desk.sections.wrapping) {
      const text = desk.drafts.of(contact.id).summary.trim();
      if (!text || contact.wrap_until - now() > BEFORE_MS) continue;
      desk.drafts.change(contact.id, { summary: "" });
      desk.write(contact.id, "note", text);
    }
  });
}
