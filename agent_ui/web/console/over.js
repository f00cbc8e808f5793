// Whether this window's line is over for good, and why: "revoked" (signed out), "elsewhere" (another window has it), or "".

export const lineOver = () => document.querySelector("hub-cut")?.over ?? "";
