// Finding letters in names and words: without regard to case and accents, so that "tra" finds "Trần", and character by
// character, so that 美玲 finds 陈美玲. Marks what was found.
import { html } from "lit";

const MARKS = /\p{M}/gu;
const fold = (text) => text.normalize("NFD").replace(MARKS, "").toLocaleLowerCase();

/** Where `wanted` stands in `text`: [from, to] in UTF-16 units, or null. */
export function place(text, wanted) {
  const sought = fold(wanted.trim());
  if (!sought || !text) return null;
  let folded = "";
  const origins = [];
  let at = 0;
  for (const { segment } of segments(text)) {
    const plain = fold(segment);
    for (let unit = 0; unit < plain.length; unit += 1) origins.push([at, at + segment.length]);
    folded += plain;
    at += segment.length;
  }
  const found = folded.indexOf(sought);
  return found < 0 ? null : [origins[found][0], origins[found + sought.length - 1][1]];
}

const cutter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const segments = (text) => (/^[\x20-\x7e]*$/.test(text) ? [...text].map((segment) => ({ segment })) : cutter.segment(text));

export const has = (text, wanted) => !wanted.trim() || wanted.trim().split(/\s+/).every((word) => place(text, word));

/** The letters that were found, in bold: the whole of what was typed, else its first word. */
export function marked(text, wanted = "") {
  const at = place(text, wanted) ?? place(text, wanted.trim().split(/\s+/)[0] ?? "");
  if (!at) return text;
  return html`${text.slice(0, at[0])}<mark>${text.slice(at[0], at[1])}</mark>${text.slice(at[1])}`;
}
