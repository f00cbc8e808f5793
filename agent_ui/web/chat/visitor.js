// By what the browser's storage names a visitor: the subject of his signature, or a stranger's id at the hub; "" for nobody
// yet. Signatures are checked by the hub alone: here they only keep people apart.
import { digest } from "./kept.js";

/** The person behind a signature. */
export const signedName = (identity) => `v${digest(subject(identity))}`;

/** A stranger, by the hub's answer. */
export const strangerName = (id) => `s${digest(id)}`;

/** What the embedding page keeps for a stranger: his name in our storage, needed before the hub answers, and the credential. */
export const pack = (name, credential) => `${name} ${credential}`;

export function unpack(kept) {
  const [, name, credential] = /^(s[a-z0-9]+) (\S+)$/.exec(kept ?? "") ?? [];
  return { name: name ?? "", credential: credential ?? null };
}

/** When a signature ends, in Unix milliseconds; never, if it does not say so: then the hub refuses it. */
export function endOf(identity) {
  const { exp } = claims(identity);
  return typeof exp === "number" ? exp * 1000 : Infinity;
}

const subject = (jwt) => JSON.stringify(claims(jwt).sub ?? jwt);

function claims(jwt) {
  try {
    return JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"))) ?? {};
  } catch {
    return {};
  }
}
