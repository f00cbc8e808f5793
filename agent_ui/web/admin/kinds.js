// Every kind of document that has a page of the common form: its words, columns, tabs and fields.
import { queues } from "./kinds/queue.js";
import { sites } from "./kinds/site.js";
import { agents, company, dispositions, hours, replies, roles, screens, skills } from "./kinds/small.js";

export const KINDS = { queues, skills, hours, sites, agents, roles, dispositions, replies, company, screens };

/** Every field of a kind by its name, for lists of changes; of two with one name the one that fits the document. */
export function fieldsOf(section, document = null) {
  const fields = KINDS[section].tabs.flatMap((tab) => tab.groups ?? []).flatMap((group) => group.fields);
  return Object.fromEntries(fields.filter((field) => !document || !field.when || field.when(document)).map((field) => [field.name, field]));
}
