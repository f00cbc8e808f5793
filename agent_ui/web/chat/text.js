// Text is only ever text. Addresses in it become links, of http and https alone, and to nowhere that could reach back.
import { html } from "lit";

const ADDRESS = /https?:\/\/[^\s<>"'“”‘’（），。；！？、]+[^\s<>"'“”‘’（），。；！？、.,:;!?)\]}]/gi;

export function linked(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = safe(found[0]);
    if (!address) continue;
    parts.push(text.slice(from, found.index), html`<a href=${address} target="_blank" rel="noopener noreferrer nofollow ugc">${found[0]}</a>`);
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

function safe(text) {
  try {
    const { protocol, href } = new URL(text);
    return protocol === "http:" || protocol === "https:" ? href : null;
  } catch {
    return null;
  }
}

/** The language as far as the letters tell it, so that fonts and voices fit. */
export const tongueOf = (text) => (/\p{Script=Han}/u.test(text) ? "zh-Hans" : "");
