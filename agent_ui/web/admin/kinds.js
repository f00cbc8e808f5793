// Every kind of document that has a page of the common form: its words, columns, tabs and fields.
import { queues } from "./kinds/queue.js";
import { sites } from "./kinds/site.js";
import { agents, company, dispositions, hours, replies, roles, screens, skills } from "./kinds/small.js";

export const KINDS = { queues, skills, hours, sites, agents, roles, dispositions, replies, company, screens };

/** Every field of a kind by its name, for lists of changes. */
export function fieldsOf(section) {
  const groups = KINDS[section].tabs.flatMap((tab) => tab.groups ?? []);
  return Object.fromEntries(groups.flatMap((group) => group.fields).map((field) => [field.name, field]));
}
