// Queues: who and when, order and target, wrap-up, alerts.
import { html, nothing } from "lit";
import { channelIcon, channelName, nameIn } from "../names.js";
import { openNow } from "../values.js";
import { weekView } from "../week.js";
import { duration, number, percent, t } from "../../words.js";

const named = (items) => (items ?? []).map(({ key, document }) => [key, document.name]);

/** The chosen hours, to look at. */
function hoursView({ draft, lists }) {
  const found = (lists.hours ?? []).find(({ key }) => key === draft.hours)?.document;
  if (!found) return nothing;
  const { open, until } = openNow(found);
  const now = open ? t("open now, closes {time}", { time: until }) : t("closed now");
  return html`<p class="meta hours-now">${found.time_zone}, ${now} · <a href="/admin/hours/${found.key}">${t("Change these hours")}</a></p>${weekView(found)}`;
}

export const queues = {
  one: t("Queue"),
  add: t("New queue"),
  none: t("No queue yet. Make one, or load the sample company."),
  about: t("Lines in which customers wait, and who may serve them."),
  needs: ["skills", "hours", "sites", "options"],
  icon: (draft) => channelIcon(draft.channel),
  fresh: { key: "", name: "", channel: "sms", entries: [], requires: {}, target: 60, goal: 0.8 },
  columns: [
    { head: t("Channel"), cell: ({ channel }) => channelName(channel) },
    { head: t("Needs"), cell: ({ requires }, { skills }) => Object.entries(requires).map(([key, level]) => `${nameIn(skills, key)} ≥ ${level}`).join(", ") || t("nothing special") },
    { head: t("Target"), end: true, cell: ({ goal, target }) => `${percent(goal)} · ${number(target)} s` },
    { head: t("Priority"), end: true, cell: ({ band }) => number(band) },
    { head: t("Hours"), cell: ({ hours }, lists) => (hours ? nameIn(lists.hours, hours) : t("always open")) },
  ],
  tabs: [
    { id: "plan", name: t("Who and when"), groups: [
      { head: t("What comes here"), fields: [
        { name: "name", label: t("Name"), kind: "text", most: 120, needed: true },
        { name: "key", label: t("Key"), kind: "text", most: 60, code: true, needed: true, hint: t("For programs and files. It never changes.") },
        { name: "channel", label: t("Channel"), kind: "channel" },
        { name: "entries", label: t("Our addresses"), kind: "lines", when: ({ channel }) => channel !== "chat", example: "+44…", hint: t("One a line: our numbers that lead here. * takes what no other queue of the channel does.") },
        { name: "entries", label: t("Chat sites"), kind: "picks", when: ({ channel }) => channel === "chat", options: ({ lists }) => [...named(lists.sites), ["*", t("every other site")]], none: t("No chat site yet."), all: t("None chosen: nothing leads here.") },
      ] },
      { head: t("Who may serve"), note: t("all of these, at this level or above"), fields: [
        { name: "requires", label: t("Skills"), kind: "levels", add: t("Add a skill…"), first: 2, none: t("Nothing special is needed: whoever takes this channel may serve.") },
      ] },
      { head: t("Hours"), after: hoursView, fields: [
        { name: "hours", label: t("Opening hours"), kind: "select", options: ({ lists }) => [["", t("always open")], ...named(lists.hours)] },
      ] },
    ] },
    { id: "order", name: t("Order and target"), groups: [
      { head: t("Order"), fields: [
        { name: "band", label: t("Priority"), kind: "number", hint: t("0 is served before 1, and so on to 9. Within one, whoever came first.") },
        { name: "preferred_hold", label: t("Last agent, held for"), kind: "seconds", hint: t("Who comes back waits so long for the agent he knows, before everybody is asked.") },
        { name: "grace", label: t("Place is kept for"), kind: "seconds", hint: t("Who leaves the queue and comes back within this time has his old place.") },
      ] },
      { head: t("Target"), note: ({ draft: { goal, target } }) => (typeof goal === "number" && typeof target === "number" ? t("{share} answered within {time}", { share: percent(goal), time: duration(target * 1000) }) : ""), fields: [
        { name: "goal", label: t("Share of contacts"), kind: "percent" },
        { name: "target", label: t("Answered within"), kind: "seconds" },
      ] },
      { head: t("Offers"), fields: [
        { name: "offer_timeout", label: t("An offer rings for"), kind: "seconds" },
        { name: "away_after_missed", label: t("Away after"), kind: "number", unit: t("missed in a row") },
        { name: "back_off", label: t("Not again for"), kind: "seconds", hint: t("A missed contact is not offered to the same agent again for so long.") },
      ] },
      { head: t("Alerts for supervisors"), fields: [
        { name: "alert_wait", label: t("Oldest wait passes"), kind: "seconds", zero: t("three targets") },
        { name: "alert_waiting", label: t("More wait than"), kind: "number", zero: t("never") },
        { name: "alert_level", label: t("Service level under"), kind: "percent", zero: t("a tenth under the goal") },
      ] },
    ] },
    { id: "wrap", name: t("Wrap-up"), groups: [
      { head: t("After the conversation"), fields: [
        { name: "wrap_up", label: t("Time to file"), kind: "seconds" },
        { name: "wrap_up_extension", label: t("One click more gives"), kind: "seconds" },
        { name: "park_after", label: t("Silent customers"), kind: "seconds", hint: t("A conversation in which the customer falls silent is put aside after this time.") },
      ] },
    ] },
  ],
};

export { named };
