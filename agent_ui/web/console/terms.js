// The hub's words for channels, states, events and reasons, as people read them. Codes that are not known stay as they are.
import { failureOf } from "./failures.js";
import { n, t } from "../words.js";

export function channelName(channel) {
  const names = { sms: t("SMS"), chat: t("Chat"), webchat: t("Chat"), email: t("E-mail"), voice: t("Call"), call: t("Call") };
  return names[channel] ?? channel;
}

/** The name, or the number of somebody without one. */
export function nameOf(contact) {
  return contact.customer?.name || contact.display || contact.address || t("Unknown customer");
}

/** A document's key that people read: "no_time" → "No time"; sample ones are translated. */
export function reasonName(key) {
  const names = {
    lunch: t("Lunch"), break: t("Break"), training: t("Training"), meeting: t("Meeting"), coaching: t("Coaching"), technical: t("Technical trouble"),
    busy: t("Busy"), missed: t("Missed an offer"), agent_lost: t("Console lost"), not_my_skill: t("Not my skill"),
    known_conflict: t("Known conflict"), finishing_a_case: t("Finishing a case"), driver_desk: t("Driver desk"), other: t("Other"),
  };
  return names[key] ?? humane(key);
}

function humane(key) {
  const text = String(key ?? "").replaceAll("_", " ");
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

export function tierName(tier) {
  const names = { gold: t("Gold"), silver: t("Silver"), standard: t("Standard"), business: t("Business"), vip: t("VIP"), platinum: t("Platinum") };
  return names[tier] ?? humane(tier);
}

export function presenceName(presence) {
  const names = { available: t("Available"), away: t("Away"), offline: t("Offline") };
  return names[presence] ?? humane(presence);
}

export function activityName(activity) {
  const names = { idle: t("idle"), reserved: t("being offered a contact"), engaged: t("engaged"), wrapping: t("wrapping up"), away: t("away"), offline: t("offline") };
  return names[activity] ?? activity;
}

/** The name of a language in the reader's language. */
export function languageName(code) {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(document.documentElement.lang || "en", { type: "language" }).of(code);
  } catch {
    return code;
  }
}

export function ruleName(rule) {
  const names = { longest_idle: t("longest idle"), preferred_agent: t("asks for you"), assigned: t("assigned by a supervisor") };
  return names[rule] ?? humane(rule);
}

export function missedWords(missed) {
  return missed === "next_agent_and_away" ? t("next agent; you go away") : t("next agent");
}

export function requirement(skill, level, name = "") {
  return `${name || skill} ≥ ${level}`;
}

/** Why a message did not arrive: the adapter's reason, with the provider's code. */
export function failureWords(error) {
  const reason = reasonWords(error).replace(/[.。]$/, "");
  return error?.code ? t("{reason} ({code})", { reason, code: error.code }) : reason;
}

/** The adapter's reason as a sentence. */
export function reasonWords(error) {
  const reason = failureOf(error) ?? humane(error?.reason || t("The carrier gave no reason"));
  return /[.。!?]$/.test(reason) ? reason : `${reason}.`;
}

export function unreadWords(count) {
  return n("{count} unread", "{count} unread", count, { count });
}
