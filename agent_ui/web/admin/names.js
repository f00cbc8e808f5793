// Words for what has a key of its own: channels, weekdays, permissions, roles.
import { t } from "../words.js";

const CHANNELS = { sms: t("SMS"), chat: t("Chat"), voice: t("Calls"), email: t("E-mail") };
export const channelName = (key) => CHANNELS[key] ?? key;
/** The channels there are accounts for, and the two that every hub has. */
export const channels = ({ options }) => [...new Set(["sms", "chat", ...(options?.accounts ?? []).map((one) => one.channel)])];
export const channelIcon = (key) => ({ sms: "sms", chat: "chat", voice: "voice", email: "email" })[key] ?? "chat";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const day = (style) => (key) => new Intl.DateTimeFormat(document.documentElement.lang, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + DAYS.indexOf(key)));
export const shortDay = day("short");
export const longDay = day("long");

const ROLES = { agent: t("Agent"), supervisor: t("Supervisor"), admin: t("Admin") };
export const roleName = (key) => ROLES[key] ?? "";

export const PERMISSIONS = {
  signed_in: [t("Sign in and out"), t("See who one is, change the own password. Everybody may.")],
  work: [t("Work"), t("Take contacts, answer, see customers and their history.")],
  watch: [t("Watch"), t("The wallboard, and every conversation, silently.")],
  steer: [t("Steer"), t("Move, assign and prioritise waiting contacts, whisper, step in, set presence.")],
  read_log: [t("Read the log"), t("The event log of all that happened.")],
  configure: [t("Configure"), t("Everything under Admin: queues, people, roles.")],
};
export const permissionName = (key) => PERMISSIONS[key]?.[0] ?? key;

const KINDS = { skill: t("Skill"), queue: t("Queue"), disposition: t("Disposition"), agent: t("Agent"), reply: t("Saved reply"), screen: t("Wall screen"), site: t("Chat site"), hours: t("Hours") };
const SECTIONS = { skill: "skills", queue: "queues", disposition: "dispositions", agent: "agents", reply: "replies", screen: "screens", site: "sites", hours: "hours" };
export const kindName = (kind) => KINDS[kind] ?? kind;
export const sectionOf = (kind) => SECTIONS[kind] ?? kind;

/** The name of a document in one of the lists; what is not there is called by its key. */
export const nameIn = (items, key) => (items ?? []).find((one) => one.key === key)?.document.name ?? key;

/** Who did it: a person, or the hub by what it calls itself. */
const SYSTEM = { "system:init": t("the first set-up"), "system:demo": t("the sample company"), "system:cli": t("the command line") };
export const whoName = ({ id, name }) => (id ? name || t("somebody who is gone") : (SYSTEM[name] ?? t("the hub")));
