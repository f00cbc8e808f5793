// The hub counted a customer's entries when it made the screen pop: what came in this conversation since.
export function sinceThePop(desk, pop, contact) {
  const { items } = pop.timeline;
  const newest = Math.max(0, ...items.map(({ at }) => at));
  const ids = new Set(items.map(({ id }) => id));
  return desk.messages(contact).filter(({ id, at }) => at >= newest && !ids.has(id));
}
