// The conversation as rows of the log: days, events, messages. A message of the visitor keeps its key from the moment it was
// typed, so that its element stays the same while it goes from "sending" to "read".
import { day, t } from "../words.js";

const ENDS = new Set(["ended", "customer_ended", "left"]);
/** Lines of one person within this time stand together, with one time under them. */
const TOGETHER_MS = 5 * 60_000;

export function rowsOf(talk) {
  const said = toldOnce(talk.ordered.map(fromLine).filter(Boolean));
  markRead(said);
  const kept = talk.outbox.shown.map(fromOutbox);
  const rows = [];
  let shownDay = "";
  for (const row of [...said, ...kept]) {
    const date = new Date(row.at).toDateString();
    if (date !== shownDay && (shownDay || date !== new Date().toDateString())) rows.push({ key: `day ${date}`, kind: "day", words: day(row.at) });
    shownDay = date;
    rows.push(row);
  }
  rows.forEach((row, place) => (row.last = !together(row, rows[place + 1])));
  return rows;
}

/** Whoever ends a chat and the wrap-up that begins by it are two lines of the hub's, and one end. */
function toldOnce(rows) {
  let ended = false;
  return rows.filter((row) => {
    const again = ended && row.end;
    ended = row.kind === "message" ? false : ended || Boolean(row.end);
    return !again;
  });
}

/** Has somebody of ours written after the end? Then the visitor may answer at once. */
export const answeredAfterEnd = (rows) => rows.slice(rows.findLastIndex((row) => row.end) + 1).some((row) => row.from === "agent") && rows.some((row) => row.end);

function together(row, next) {
  return row.kind === "message" && next?.kind === "message" && row.from === next.from && row.name === next.name && next.at - row.at < TOGETHER_MS && Boolean(next.pending) === Boolean(row.pending);
}

function fromLine({ id, at, kind, from, name, text, state, event, files, client_id, score }) {
  if (kind === "message") return { key: client_id || id, id, kind, at, from, name, text, state, files: files ?? [] };
  const words = kind === "event" ? eventWords(event, name) : kind === "survey" && score ? t("You gave {score} of 5.", { score }) : "";
  return words ? { key: id, kind: "event", at, words, end: ENDS.has(event) } : null;
}

function fromOutbox({ id, at, text, files, taken, error }) {
  return { key: id, id, kind: "message", at, from: "me", name: "", text, files: files ?? [], local: true, pending: !taken, state: taken ? "sent" : "sending", error };
}

/** Whoever answered has read what stood before. */
function markRead(rows) {
  let answered = false;
  for (const row of rows.toReversed()) {
    if (row.kind !== "message") continue;
    if (row.from === "agent") answered = true;
    else if (answered && row.from === "me") row.state = "read";
  }
}

function eventWords(event, name) {
  switch (event) {
    case "accepted":
      return name ? t("{name} is here for you.", { name }) : "";
    case "joined":
      return name ? t("{name} has joined the chat.", { name }) : "";
    case "taken_over":
      return name ? t("{name} goes on with the chat.", { name }) : "";
    case "transferred":
      return t("We are passing you on. You need not say it again.");
    case "ended":
      return t("This chat has ended.");
    case "customer_ended":
    case "left":
      return t("You ended this chat.");
    default:
      return "";
  }
}
