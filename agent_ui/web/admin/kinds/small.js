// The kinds with few fields: skills, hours, dispositions, saved replies, roles, agents' abilities, the company, screens.
import { html } from "lit";
import { channelName, channels, nameIn, permissionName } from "../names.js";
import { languageName } from "../../console/terms.js";
import { openNow } from "../values.js";
import { named } from "./queue.js";
import { preview } from "../preview.js";
import { screenLink } from "../screenlink.js";
import { number, t } from "../../words.js";

const name = { name: "name", label: t("Name"), kind: "text", most: 120, needed: true };
const key = { name: "key", label: t("Key"), kind: "text", most: 60, code: true, needed: true, hint: t("For programs and files. It never changes.") };
const queuesOf = { name: "queues", label: t("Queues"), kind: "picks", options: ({ lists }) => named(lists.queues), none: t("No queue yet."), all: t("None chosen: it fits all queues.") };
const allOr = (keys, items) => keys.map((one) => nameIn(items, one)).join(", ") || t("all");

export const skills = {
  one: t("Skill"), add: t("New skill"), none: t("No skill yet. Queues ask for skills, agents have them at a level from 1 to 5."),
  about: t("What agents can do, at a level from 1 (learning) to 5 (asked by the others)."),
  fresh: { key: "", name: "" }, columns: [],
  tabs: [{ id: "plan", name: t("Skill"), groups: [{ head: t("Skill"), fields: [name, key] }] }],
};

export const hours = {
  one: t("Hours"), add: t("New hours"), none: t("No hours yet: every queue is always open."),
  about: t("When queues are open, in a zone of their own."),
  fresh: { key: "", name: "", time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone, week: { mon: ["08:00-18:00"], tue: ["08:00-18:00"], wed: ["08:00-18:00"], thu: ["08:00-18:00"], fri: ["08:00-18:00"] } },
  columns: [
    { head: t("Zone"), cell: ({ time_zone: zone }) => zone },
    { head: t("Now"), cell: (one) => (one.closed ? t("closed by hand") : openNow(one).open ? t("open") : t("closed")) },
    { head: t("Holidays"), end: true, cell: ({ exceptions }) => number(Object.keys(exceptions ?? {}).length) },
  ],
  tabs: [{ id: "plan", name: t("Week"), groups: [
    { head: t("Hours"), fields: [name, key, { name: "time_zone", label: t("Time zone"), kind: "zone" },
      { name: "closed", label: t("Closed at once, whatever the time"), kind: "toggle", hint: t("For a fire alarm or a lost line. New chats see that we are closed.") }] },
    { head: t("Week"), wide: true, fields: [{ name: "week", label: t("Opening hours"), kind: "week", hint: t("Such as 08:00-12:30, 13:30-20:00. Empty is closed. Midnight at the end is 24:00.") }] },
    { head: t("Holidays and other days"), wide: true, fields: [{ name: "exceptions", label: t("Dates"), kind: "dates" }] },
  ] }],
};

export const dispositions = {
  one: t("Disposition"), add: t("New disposition"), none: t("No disposition yet. Without one agents file nothing."),
  about: t("Result codes: an agent files one for each contact."), needs: ["queues"],
  fresh: { key: "", name: "", queues: [] },
  columns: [{ head: t("Queues"), cell: ({ queues }, lists) => allOr(queues, lists.queues) }],
  tabs: [{ id: "plan", name: t("Disposition"), groups: [{ head: t("Disposition"), fields: [name, key, queuesOf] }] }],
};

export const replies = {
  one: t("Saved reply"), add: t("New reply"), none: t("No saved reply yet. Agents find them with the dot key."),
  about: t("What agents say often. They find a reply by its name, its key and its words."), needs: ["queues", "options", "company"],
  icon: () => "note", fresh: { key: "", name: "", text: "", channels: [], queues: [], language: "" },
  columns: [{ head: t("Text"), wide: true, cell: ({ text }) => text }, { head: t("Language"), cell: ({ language }) => languageName(language) || t("any") }, { head: t("Queues"), cell: ({ queues }, lists) => allOr(queues, lists.queues) }],
  tabs: [{ id: "plan", name: t("Text"), groups: [
    { head: t("Text"), after: preview, fields: [name, key, { name: "text", label: t("Text"), kind: "area", rows: 6, hint: t("{{customer}}, {{agent}} and {{company}} stand for the names.") },
      { name: "language", label: t("Language"), kind: "text", most: 20, code: true, example: "en", hint: t("Such as en or zh-Hans; empty fits all.") }] },
    { head: t("Where it fits"), fields: [
      { name: "channels", label: t("Channels"), kind: "picks", options: ({ lists }) => channels(lists).map((one) => [one, channelName(one)]), all: t("None chosen: it fits all channels.") }, queuesOf] },
  ] }],
};

export const roles = {
  one: t("Role"), add: t("New role"), none: t("No role of your own. The three above are always there."),
  about: t("What people may do. A change reaches everybody within seconds."), fixed: true, needs: ["options"],
  icon: () => "users", fresh: { key: "", name: "", permissions: ["work"] },
  columns: [{ head: t("May"), wide: true, cell: ({ permissions }) => permissions.filter((one) => one !== "signed_in").map(permissionName).join(", ") || t("only sign in and out") }],
  tabs: [{ id: "plan", name: t("Role"), groups: [
    { head: t("Role"), fields: [name, { ...key, most: 20 }] },
    { head: t("What it may do"), fields: [{ name: "permissions", label: t("May"), kind: "permissions" }] },
  ] }],
};

export const abilities = [
  { head: t("Skills"), fields: [{ name: "skills", label: t("Skills"), kind: "levels", add: t("Add a skill…"), none: t("No skill: this agent is asked only by queues that need none.") }] },
  { head: t("Capacity"), note: ({ draft }) => t("{count} units; 100 is a person’s whole attention", { count: typeof draft.capacity === "number" ? number(draft.capacity) : "–" }), fields: [
    { name: "capacity", label: t("Units"), kind: "number", hint: t("A call takes 100, a chat or message as much as the company says.") },
    { name: "channels", label: t("At once, at most"), kind: "amounts", unit: t("contacts") }] },
  { head: t("What visitors see"), fields: [
    { name: "public_name", label: t("Name for visitors"), kind: "text", most: 60, hint: t("Empty: the whole name.") },
    { name: "languages", label: t("Languages"), kind: "lines", example: "en" }] },
];

export const agents = {
  one: t("Agent"), add: "", none: t("No agent yet. Add a person, then say what he can do."),
  about: t("What each agent can do and how much at once. People are added under People."), needs: ["skills", "options"],
  icon: () => "user", fresh: { key: "", name: "", skills: {}, capacity: 100, channels: { sms: 4, chat: 2 } },
  columns: [
    { head: t("Skills"), wide: true, cell: ({ skills: found }, lists) => Object.entries(found).map(([one, level]) => `${nameIn(lists.skills, one)} ${level}`).join(", ") || "–" },
    { head: t("Units"), end: true, cell: ({ capacity }) => number(capacity) },
    { head: t("At once"), cell: ({ channels: most }) => Object.entries(most).map(([one, count]) => `${channelName(one)} ${count}`).join(", ") || "–" },
  ],
  tabs: [{ id: "plan", name: t("Skills and capacity"), groups: [{ head: t("Agent"), fields: [name, { ...key, label: t("Sign-in name"), hint: "" }] }, ...abilities] }],
};

export const company = {
  one: t("Company"), add: "", none: "", about: "", needs: ["options"], icon: () => "users",
  fresh: { key: "company", name: "Interaction Hub" }, columns: [],
  tabs: [
    { id: "plan", name: t("Company"), groups: [
      { head: t("Company"), fields: [name, { name: "time_zone", label: t("Time zone"), kind: "zone", hint: t("“Today” in figures begins at midnight here.") },
        { name: "names_in_notices", label: t("System notices may show customers’ names"), kind: "toggle" }] },
      { head: t("Reasons to choose from"), fields: [
        { name: "away_reasons", label: t("For going away"), kind: "lines", hint: t("One a line.") }, { name: "decline_reasons", label: t("For declining an offer"), kind: "lines" }] },
    ] },
    { id: "limits", name: t("Capacity and times"), groups: [
      { head: t("Units that one contact takes"), note: t("100 is a person’s whole attention"), fields: [{ name: "weights", label: t("Units"), kind: "amounts", rows: ["voice", "chat", "sms", "email"], unit: t("units") }] },
      { head: t("Times"), fields: [
        { name: "short_abandon", label: t("Left within"), kind: "seconds", hint: t("Who leaves the queue within this time is counted apart.") },
        { name: "close_after", label: t("Closed after silence of"), kind: "seconds" },
        { name: "visitor_gone_after", label: t("Visitor gone for"), kind: "seconds", hint: t("A visitor who waits and is gone for so long has left the queue.") }] },
      { head: t("Files"), fields: [{ name: "file_bytes", label: t("Largest file"), kind: "number", unit: t("bytes") }] },
    ] },
  ],
};

export const screens = {
  one: t("Wall screen"), add: t("New screen"), none: t("No wall screen yet. One shows the queues to a whole room, without any name of a customer."),
  about: t("Wallboards for five metres, opened by a link, without names of customers."), needs: ["queues"],
  icon: () => "tv", fresh: { key: "", name: "", queues: [] },
  columns: [{ head: t("Queues"), cell: ({ queues }, lists) => allOr(queues, lists.queues) }],
  tabs: [{ id: "plan", name: t("Screen"), groups: [
    { head: t("Screen"), fields: [name, key, { ...queuesOf, all: t("None chosen: it shows all queues.") }] },
    { head: t("Link"), when: (_draft, form) => form.keyFixed, fields: [], after: (form) => html`${screenLink(form)}` },
  ] }],
};
