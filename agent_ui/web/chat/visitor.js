// By what the browser's storage names a visitor: the subject of his signature, or a stranger's credential; "" for nobody yet.
// The signature is checked by the hub alone: here it only keeps people apart.
import { digest } from "./kept.js";

export function visitorOf({ identity, credential }) {
  if (identity) return `v${digest(subject(identity))}`;
  return credential ? `s${digest(credential)}` : "";
}

function subject(jwt) {
  try {
    const claims = atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    return JSON.stringify(JSON.parse(claims).sub ?? jwt);
  } catch {
    return jwt;
  }
}
