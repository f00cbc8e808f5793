// The sentences of the hub's alerts: what it is, how it stands, and where one can do something about it. No markup.
import { channelName } from "../console/terms.js";
import { now } from "../clock.js";
import { duration, n, number, t } from "../words.js";
import { ratio, span } from "./words.js";

const name = (rows, id) => rows.get(id)?.name ?? id;

function crew({ waiting, idle }) {
  return t("{waiting}, {idle}", {
    waiting: n("{count} waits", "{count} wait", waiting), idle: idle ? n("{count} idle", "{count} idle", idle) : t("nobody idle"),
  });
}

const RULES = {
  oldest: ({ queue, values }, board) => [t("{queue}: oldest over {limit}", { queue: name(board.queues, queue), limit: span(values.limit_ms) }), crew(values)],
  waiting: ({ queue, values }, board) => [t("{queue}: more than {limit} wait", { queue: name(board.queues, queue), limit: number(values.limit) }), crew(values)],
  nobody: ({ queue, values }, board) => [t("{queue}: nobody is there", { queue: name(board.queues, queue) }),
    n("{count} waits, and no agent who serves it is available", "{count} wait, and no agent who serves it is available", values.waiting)],
  level: ({ queue, values }, board) => [t("{queue}: service level {level}", { queue: name(board.queues, queue), level: ratio(values.level) }),
    t("{in_time} of {counted} in time in the last 30 minutes", { in_time: number(values.in_time), counted: number(values.counted) })],
  missed: ({ agent, values, since }, board) => [
    values.reason === "agent_lost" ? t("{agent}: console lost", { agent: name(board.agents, agent) }) : t("{agent} missed {count} and is away", { agent: name(board.agents, agent), count: values.missed || 1 }),
    t("away for {time}", { time: duration(now() - since) })],
  wrap: ({ agent, values }, board) => [t("{agent} is over the wrap-up limit", { agent: name(board.agents, agent) }),
    t("{time} of {limit}", { time: duration(now() - values.began), limit: duration(values.limit_ms) })],
  account: ({ values, since }) => [t("Account “{account}” does not get messages out", { account: values.account }),
    t("{count}, for {time}. None is lost.", { count: n("{count} message is tried again", "{count} messages are tried again", values.waiting), time: duration(now() - since) })],
};

/** [what it is, how it stands]. A rule of a newer hub is named as it is. */
export const sentences = (alert, board) => (RULES[alert.rule] ?? (() => [alert.rule, ""]))(alert, board);

/** On a wall: a few words, no name of a person. */
export function wallWords(alert, queues) {
  const values = { queue: wallName(queues.get(alert.queue) ?? { name: alert.queue }) };
  if (alert.rule === "nobody") return t("{queue}: nobody is there", values);
  if (alert.rule === "oldest") return t("{queue}: oldest over {limit}", { ...values, limit: span(alert.values.limit_ms) });
  if (alert.rule === "waiting") return t("{queue}: more than {limit} wait", { ...values, limit: number(alert.values.limit) });
  return t("{queue}: service level {level}", { ...values, level: ratio(alert.values.level) });
}

/** A queue with its channel, since queues of several channels share a name. */
export const wallName = ({ name: queue, channel }) => (channel ? t("{queue}, {channel}", { queue, channel: channelName(channel) }) : queue);
