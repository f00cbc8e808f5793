// Reads and changes over the JSON API, for pages that follow no stream of their own.
import { uuid } from "../uuid.js";

/** The answer's JSON; a problem (`detail`, `code`) is thrown. */
export async function ask(path, { signal, method = "GET", body } = {}) {
  const headers = body ? { "Content-Type": "application/json", "Idempotency-Key": uuid() } : {};
  const answer = await fetch(path, { signal, method, headers, body: body && JSON.stringify(body) });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw found;
  return found;
}

/** The words for a part that could not be loaded, with the reference by which the log knows it. */
export const reference = (problem) => problem?.instance?.split("/").at(-1) ?? problem?.correlation ?? "";

/** The first data of the page; null where the browser is to ask by itself. */
export function firstData() {
  const island = document.getElementById("first-data");
  return island ? JSON.parse(island.textContent) : null;
}
