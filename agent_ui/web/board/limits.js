// Which figure is fine, near or over its limit. The rules of the wallboard in one place; pure.

/** "is-over" past the target, "is-near" past half of it (principle 2); "" while there is time or nobody waits. */
export function pressure(since, target, now) {
  if (since == null || !target) return "";
  const waited = now - since;
  if (waited > target) return "is-over";
  return waited > target / 2 ? "is-near" : "";
}

/** How a service level stands to its goal: 5 points below it are near, more are bad. Null where nothing was counted. */
export function standing(level, goal) {
  if (level == null || goal == null) return "";
  if (level >= goal) return "is-ok";
  return level >= goal - 0.05 ? "is-warn" : "is-bad";
}

export const TONE = { "is-over": "is-bad", "is-near": "is-warn", "": "" };

const RANK = { "is-over": 0, "is-near": 1, "": 2 };

/** Worst first: who waits too long, then who is furthest below the goal, then the longest queue. */
export function worstFirst(now) {
  const gap = (queue) => (queue.service_level == null ? 1 : queue.service_level - (queue.goal ?? 0));
  const rank = (queue) => RANK[pressure(queue.oldest_since, queue.target_ms, now)];
  return (one, two) => rank(one) - rank(two) || gap(one) - gap(two) || two.waiting - one.waiting || byName(one, two);
}

export const byName = (one, two) => one.name.localeCompare(two.name) || (one.id < two.id ? -1 : 1);

/** Ascending by one field; what is missing comes last either way. */
export function byField(field, descending) {
  const sign = descending ? -1 : 1;
  return (one, two) => {
    const [a, b] = [field(one), field(two)];
    if (a == null || b == null) return (a == null) - (b == null) || byName(one, two);
    return sign * (typeof a === "string" ? a.localeCompare(b) : a - b) || byName(one, two);
  };
}

/** Agents: those the system took out or lost first, then by what they do, then by name; offline ones last. */
const DOING = ["wrapping", "reserved", "engaged", "idle", "away", "offline"];

export function needsLookFirst(one, two) {
  const look = (agent) => (needsLook(agent) ? 0 : 1);
  return look(one) - look(two) || DOING.indexOf(activityOf(one)) - DOING.indexOf(activityOf(two)) || byName(one, two);
}

/** Signed in, whatever the line says. */
export const isHere = (agent) => agent.presence !== "offline" || agent.activity !== "offline";

/** Who lost the line is counted with those who are away: no contact reaches either. */
export const activityOf = (agent) => (agent.activity === "offline" && agent.presence !== "offline" ? "away" : agent.activity);

export function needsLook(agent) {
  return isHere(agent) && (!agent.confirmed || (agent.set_by === "system" && agent.presence !== "available"));
}
