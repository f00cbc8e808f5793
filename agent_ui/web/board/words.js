// The wallboard's words for figures: definitions, samples, ratios, what an agent does. No markup.
import { reasonName } from "../console/terms.js";
import { n, number, percent, t } from "../words.js";
import { activityOf } from "./limits.js";

export const NONE = "–";

const CHANNELS = {
  voice: () => t("Call"),
  sms: () => t("SMS"),
  email: () => t("E-mail"),
  chat: () => t("Chat"),
};

export const channelName = (channel) => (CHANNELS[channel] ? CHANNELS[channel]() : channel);

/** A ratio as the wallboard writes it; nothing was counted: –. */
export const ratio = (value, digits = 0) => (value == null ? NONE : percent(value, digits));

const ACTIVITIES = {
  idle: () => t("Idle"),
  reserved: () => t("Reserved"),
  engaged: () => t("Engaged"),
  wrapping: () => t("Wrapping"),
  away: () => t("Away"),
  offline: () => t("Offline"),
};

export const activityName = (activity) => ACTIVITIES[activity]();

const COUNTS = {
  voice: (count) => n("{count} call", "{count} calls", count),
  sms: (count) => n("{count} SMS", "{count} SMS", count),
  email: (count) => n("{count} e-mail", "{count} e-mails", count),
  chat: (count) => n("{count} chat", "{count} chats", count),
};

/** What stands beside an agent's name: why away, else the contacts with their queue, else the activity. */
export function doing(agent, board) {
  if (!agent.confirmed) return t("no connection");
  if (activityOf(agent) === "away") return away(agent);
  const contacts = agent.contacts ?? [];
  if (agent.activity === "wrapping" || !contacts.length) return activityName(agent.activity).toLocaleLowerCase();
  if (contacts.length === 1) {
    return t("{channel}, {queue}", { channel: channelName(contacts[0].channel), queue: queueOf(contacts[0], board) });
  }
  const counts = new Map();
  for (const { channel } of contacts) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  return [...counts].map(([channel, count]) => (COUNTS[channel] ? COUNTS[channel](count) : `${number(count)} ${channel}`)).join(" + ");
}

function away(agent) {
  if (agent.set_by === "system" && agent.missed) return n("missed {count}", "missed {count}", agent.missed);
  if (agent.set_by === "system") return t("away, set by the hub");
  return agent.reason ? t("away: {reason}", { reason: reasonName(agent.reason).toLocaleLowerCase() }) : t("away");
}

/** Names arrive as text or as `{id, name}`. */
export const nameOf = (thing) => (thing == null ? "" : typeof thing === "object" ? thing.name : thing);
export const queueOf = (contact, board) => board.queueOf(contact)?.name ?? nameOf(contact.queue);

/** So that 陈美玲 stands in the glyphs of her language inside an English page; "" where letters do not tell. */
export const langOf = (name) => (/\p{Script=Han}/u.test(name) ? "zh-Hans" : "");

/** The sentence under the table: the formula, then the promises of all channels. */
export function formula(definition) {
  return t("answered within the queue’s target ÷ (answered + abandoned − abandoned within {short}), by time of arrival.", {
    short: span(definition?.short_ms ?? 5000),
  });
}

/** What each channel promises: one goal and target, or that its queues have each their own. */
export function promises(queues) {
  const channels = new Map();
  for (const { channel, goal, target_ms: target } of queues) {
    if (goal == null || !target) continue;
    const known = channels.get(channel) ?? { goals: [], targets: [] };
    known.goals.push(goal);
    known.targets.push(target);
    channels.set(channel, known);
  }
  return [...channels].map(([channel, { goals, targets }]) => (new Set(goals).size + new Set(targets).size > 2
    ? t("{channel}: different per queue.", { channel: channelName(channel) })
    : t("{channel} {goal} in {target}.", { channel: channelName(channel), goal: ratio(goals[0]), target: span(targets[0]) }))).join(" ");
}

const UNITS = [
  [3_600_000, (count) => t("{count} h", { count: number(count) })],
  [60_000, (count) => t("{count} min", { count: number(count) })],
  [1000, (count) => n("{count} s", "{count} s", count)],
];

/** A length of time in a sentence: 5 s, 3 min, 8 h. */
export function span(ms) {
  const [size, words] = UNITS.find(([size]) => ms >= size && ms % size === 0) ?? UNITS[2];
  return words(ms / size).replaceAll(" ", "\u00a0"); // a line never ends inside of it
}

const MINUTE = 60_000;

/** A likely wait in the numbers that people say: under 1 min, 3–6 min, 1.5–2 h. Nothing is known: –. */
export function likely(range) {
  if (!range) return NONE;
  const { low_ms: low, high_ms: high } = range;
  if (high >= 120 * MINUTE) return t("{low}–{high} h", { low: hours(low), high: hours(high) });
  if (!low) return t("under {high} min", { high: number(high / MINUTE) });
  return t("{low}–{high} min", { low: number(low / MINUTE), high: number(high / MINUTE) });
}

const hours = (ms) => number(ms / (60 * MINUTE), { maximumFractionDigits: 1 });

/** What somebody who comes to a queue now can expect; none where an agent is idle and nobody waits. */
export const likelyHere = (queue) => (!queue.waiting && queue.idle ? t("none") : likely(queue.likely));

/** Each hero figure's own definition: what is counted, over which sample. */
export function definitions(totals, definition, interval) {
  const recent = interval === "recent";
  const counted = { count: number(totals.counted ?? 0) };
  const answered = { count: number(totals.answered ?? 0) };
  const left = {
    count: number(totals.offered ?? 0), short: number(totals.short_abandoned ?? 0), limit: span(definition?.short_ms ?? 5000),
  };
  return {
    level: [
      t("Service level = {formula}", { formula: formula(definition) }),
      recent ? t("Sample: {count} contacts that came to any queue in the last 30 minutes. The last minute is provisional.", counted)
        : t("Sample: {count} contacts of all queues since midnight. The last minute is provisional.", counted),
    ],
    waiting: [t("Waiting now = contacts in a queue that nobody has accepted."), t("The line shows the last 60 minutes.")],
    oldest: [t("Oldest = the longest wait among contacts that wait now, from the time they were queued.")],
    speed: [
      t("Answer speed = mean of queued to accepted."),
      recent ? t("Sample: {count} answered contacts of the last 30 minutes. Abandoned contacts do not count.", answered)
        : t("Sample: {count} answered contacts today. Abandoned contacts do not count.", answered),
    ],
    abandoned: [
      t("Abandoned = left the queue before acceptance ÷ offered."),
      recent ? t("Sample: {count} offered contacts of the last 30 minutes. {short} left within {limit} and do not count in the service level.", left)
        : t("Sample: {count} offered contacts today. {short} left within {limit} and do not count in the service level.", left),
    ],
  };
}
