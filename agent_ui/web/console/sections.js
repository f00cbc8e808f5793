// The work list's order: sections in fixed order, each by arrival, so that nothing moves while somebody reaches for it.
const byArrival = (one, other) => (one.accepted_at ?? one.entered_at) - (other.accepted_at ?? other.entered_at) || (one.id < other.id ? -1 : 1);
const byDeadline = (one, other) => (one.offer?.deadline ?? 0) - (other.offer?.deadline ?? 0);

const byDue = (one, other) => one.due_at - other.due_at || (one.interaction < other.interaction ? -1 : 1);

export function arrange(contacts, snoozed = []) {
  const of = (state) => contacts.filter((contact) => contact.state === state);
  return {
    ringing: of("offered").filter((contact) => contact.offer).sort(byDeadline),
    active: of("active").sort(byArrival),
    wrapping: of("wrapping").sort(byArrival),
    snoozed: snoozed.sort(byDue),
  };
}

/** Whose turn it is decides which one clock a row shows: `{kind, at, target}`. */
export function clockOf(contact) {
  if (contact.state === "wrapping") return { kind: "wrap", at: contact.wrap_until };
  if (contact.customer_waits_since) return { kind: "customer", at: contact.customer_waits_since, target: contact.target_ms };
  return { kind: "us", at: contact.last?.at ?? contact.accepted_at };
}

/** "", "warn" past half of the target, "bad" past the target. */
export function tone(waited, target) {
  if (!target) return "";
  if (waited >= target) return "bad";
  return waited >= target / 2 ? "warn" : "";
}
