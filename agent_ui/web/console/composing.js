// What the composer's list offers for the text as it stands: saved replies after "." or "/" at its start, people after
// "@" in a note. Pure: text and caret go in, items come out; and what the text is after one was chosen.
import { findReplies, inOrder } from "./saved.js";

const REPLY = /^[./]([^\n]*)$/;
const PERSON = /(^|\s)@([\p{L}\p{N} .'-]{0,40})$/u;
const MOST = 20;

/**
 * `{kind, items}`, or nothing where no list belongs. `asked`: the list of replies was opened by hand at this place of the
 * text; what was typed since looks for one.
 */
export function offered(text, caret, { noting, replies, people, asked = null }) {
  const before = text.slice(0, caret);
  if (asked !== null && !noting && caret >= asked) return { kind: "asked", items: rows(findReplies(replies, before.slice(asked))) };
  const wanted = !noting && caret === text.length && REPLY.exec(text);
  if (wanted) {
    const items = rows(findReplies(replies, wanted[1]));
    return items.length ? { kind: "reply", items } : null;
  }
  const person = noting && PERSON.exec(before);
  if (!person) return null;
  const letters = person[2].toLocaleLowerCase().trim();
  const items = people.filter(({ name }) => !letters || name.toLocaleLowerCase().includes(letters) || inOrder(name.toLocaleLowerCase(), letters));
  return items.length ? { kind: "person", items: items.slice(0, MOST) } : null;
}

const rows = (replies) => replies.slice(0, MOST).map((reply) => ({ ...reply, about: reply.text }));

/** The text and the caret with a person put in for what stands after the "@". */
export function withPerson(text, caret, name) {
  const before = text.slice(0, caret).replace(/@[^@]*$/u, `@${name} `);
  return { text: before + text.slice(caret), caret: before.length };
}

/** The ids of the people whose names stand in the note with an "@" before them. */
export const mentionsIn = (text, people) => people.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id);
