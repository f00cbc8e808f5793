// The admin's part of the API. What is wrong comes back as a Problem with the words, and by field what would be right.
import { wrongWords } from "./faults.js";
import { t } from "../words.js";

export class Problem extends Error {
  constructor(found, status) {
    super(found.detail || t("The hub did not answer. Try again."));
    this.status = status;
    this.code = found.code ?? "";
    this.current = found.current ?? null;
    this.fields = byField(found);
  }
}

/** {field: words in the page's language}; what has no translation is said as the hub said it. */
export function byField({ fields = {}, wrong = {} }) {
  return Object.fromEntries(Object.entries(fields).map(([name, words]) => [name, wrongWords(wrong[name]) || words]));
}

export async function call(method, path, body, headers = {}) {
  let answer;
  try {
    const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } };
    answer = await fetch(`/api/v1/${path}`, { method, headers, cache: "no-store", ...sent });
  } catch {
    throw new Problem({ detail: t("The hub does not answer. What you wrote is kept in this page; try again.") }, 0);
  }
  const found = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.reload();
  if (!answer.ok) throw new Problem(found, answer.status);
  return found;
}

export const read = (path) => call("GET", `admin/${path}`);
const one = (section, key) => `admin/${section}/${encodeURIComponent(key)}`;
export const check = (section, key, body) => call("POST", `${one(section, key)}/check`, body);
export const save = (section, key, body, version, waiting) =>
  call("PUT", `${one(section, key)}${waiting === "stay" ? "?waiting=stay" : ""}`, body, version ? { "If-Match": `"${version}"` } : { "If-None-Match": "*" });
export const remove = (section, key, version) => call("DELETE", one(section, key), undefined, { "If-Match": `"${version}"` });
export const history = (section, key) => read(`${section}/${encodeURIComponent(key)}/history`);

/** The lists that forms choose from, read once a page. */
const lists = new Map();
export function list(section) {
  if (!lists.has(section)) lists.set(section, read(section).then((found) => found.items ?? found));
  return lists.get(section);
}
