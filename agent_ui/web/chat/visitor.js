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

function subject(jwt) {
  try {
    const claims = atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.stringify(JSON.parse(claims).sub ?? jwt);
  } catch {
    return jwt;
  }
}
