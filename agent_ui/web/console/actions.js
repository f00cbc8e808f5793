// Everything the console can do, one entry each; buttons, keys and the palette run the same entries.
//
//   {id, group: "contact" | "work" | "go" | "me", words: () => string, key: default chord as in ui.md 6, or "",
//    when: (desk) => bool, run: (desk) => void}
//   and where it helps: icon (a name of icons.js), about: () => string (a second, grey part), label: () => string (for the
//   sheet of keys, where the words change with the state), family (entries that a sheet shows as one line, "1 … 9"),
//   inFields: true (a function key that acts while typing), hidden: true (not offered in the palette).
//
// A chord is its caps with spaces between them: "Ctrl ⇧ Enter", "R", "[", "?", "F8", "⇧ F8", "Ctrl ⇧ 1", "Ctrl K".
// `desk.page` is the console's element: what needs a place on the screen asks it.
import { t } from "../words.js";
import { openDialog } from "./dialogs.js";

const open = (desk) => (desk.preview || desk.snoozed ? null : desk.current);
const active = (desk) => open(desk)?.state === "active";
const wrapping = (desk) => open(desk)?.state === "wrapping";
const ringing = (desk) => Boolean(desk.sections.ringing[0]);
const always = () => true;
/** The field for customers in the right pane; the palette where it is not shown. */
const finder = () => [...document.querySelectorAll("input[data-find]")].find((field) => field.checkVisibility({ visibilityProperty: true }));
const places = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const actions = [
  // ---- this contact
  { id: "reply", group: "contact", icon: "sms", key: "R", words: () => t("Reply"), when: active, run: (desk) => desk.page.compose("message") },
  { id: "note", group: "contact", icon: "note", key: "N", words: () => t("Write a note"), when: active, run: (desk) => desk.page.compose("note") },
  { id: "replies", group: "contact", icon: "list", key: ".", words: () => t("Saved replies…"), when: active, run: (desk) => desk.page.replies() },
  { id: "attach", group: "contact", icon: "clip", key: "", words: () => t("Attach a file…"), when: (desk) => active(desk) && desk.mayAttach(open(desk).id), run: (desk) => desk.page.attach() },
  { id: "transfer", group: "contact", icon: "transfer", key: "T", words: () => t("Transfer…"), about: () => t("to an agent or a queue"), when: active, run: (desk) => openDialog(desk, "hub-transfer", open(desk)) },
  { id: "hold", group: "contact", icon: "pause", key: "F8", inFields: true, words: () => t("Hold"), label: () => t("Hold or resume"), when: (desk) => active(desk) && open(desk).mode !== "held", run: (desk) => desk.hold(open(desk)) },
  { id: "resume", group: "contact", icon: "play", key: "F8", inFields: true, label: () => "", words: () => t("Resume"), when: (desk) => active(desk) && open(desk).mode === "held", run: (desk) => desk.hold(open(desk)) },
  { id: "snooze", group: "contact", icon: "moon", key: "S", words: () => t("Snooze…"), about: () => t("comes back to you"), when: active, run: (desk) => openDialog(desk, "hub-snooze", { contact: open(desk) }) },
  { id: "end", group: "contact", icon: "check", key: "E", words: () => t("End the conversation"), when: active, run: (desk) => desk.page.end() },
  { id: "wrap-up", group: "contact", icon: "check", key: "W", words: () => t("To wrap-up"), when: (desk) => active(desk) || wrapping(desk), run: (desk) => (wrapping(desk) ? desk.page.focusWork() : desk.page.end()) },
  { id: "extend", group: "contact", icon: "clock", key: "", words: () => t("Extend wrap-up"), when: wrapping, run: (desk) => desk.act("contact.extend", { contact: open(desk).id }) },
  { id: "finish", group: "contact", icon: "check", key: "Ctrl Enter", words: () => t("Finish"), label: () => t("In wrap-up: finish"), when: wrapping, run: (desk) => desk.page.part("hub-wrap-up")?.finish() },
  ...places.map((place) => ({
    id: `disposition-${place}`, family: "disposition", group: "contact", icon: "check", key: String(place), hidden: true, words: () => t("In wrap-up: disposition 1 to 9"),
    when: wrapping, run: (desk) => desk.page.part("hub-wrap-up")?.pick(place),
  })),
  { id: "wake", group: "contact", icon: "play", key: "", words: () => t("Open it now"), when: (desk) => Boolean(desk.snoozed), run: (desk) => desk.wake(desk.snoozed) },
  { id: "later", group: "contact", icon: "moon", key: "", words: () => t("Later…"), when: (desk) => Boolean(desk.snoozed), run: (desk) => openDialog(desk, "hub-snooze", { snoozed: desk.snoozed }) },
  { id: "done", group: "contact", icon: "check", key: "", words: () => t("Done, no follow-up"), when: (desk) => Boolean(desk.snoozed), run: (desk) => desk.finishSnoozed(desk.snoozed) },
  { id: "history", group: "contact", icon: "clock", key: "H", words: () => t("History of the customer"), when: (desk) => Boolean(desk.shown), run: (desk) => desk.page.history() },
  { id: "customer", group: "contact", icon: "user", key: "", words: () => t("Customer"), when: always, run: (desk) => desk.page.drawer() },

  // ---- my work
  { id: "accept", group: "work", icon: "check", key: "Ctrl ⇧ Enter", words: () => t("Accept the top offer"), when: ringing, run: (desk) => desk.accept() },
  { id: "decline", group: "work", icon: "close", key: "Ctrl ⇧ Backspace", words: () => t("Decline the top offer…"), when: ringing, run: (desk) => desk.page.decline() },
  { id: "next", group: "work", icon: "arrow-down", key: "J", words: () => t("Next contact"), when: (desk) => desk.mine.length > 0, run: (desk) => desk.page.step(1) },
  { id: "previous", group: "work", icon: "arrow-down", key: "K", words: () => t("Previous contact"), when: (desk) => desk.mine.length > 0, run: (desk) => desk.page.step(-1) },
  { id: "waits", group: "work", icon: "clock", key: "U", words: () => t("Next contact that waits for me"), when: (desk) => desk.mine.some((one) => one.customer_waits_since), run: (desk) => desk.page.waits() },
  ...places.map((place) => ({
    id: `open-${place}`, family: "open", group: "work", icon: "chat", key: `Ctrl ⇧ ${place}`, hidden: true, words: () => t("Contact 1 to 9 of my work"),
    when: (desk) => desk.mine.length >= place, run: (desk) => desk.page.open(place),
  })),

  // ---- the page
  { id: "left", group: "go", icon: "more", key: "[", words: () => t("Fold the work list"), when: always, run: (desk) => desk.page.fold("left") },
  { id: "right", group: "go", icon: "more", key: "]", words: () => t("Fold the customer pane"), when: always, run: (desk) => desk.page.fold("right") },
  { id: "palette", group: "go", icon: "search", key: "Ctrl K", hidden: true, words: () => t("All actions and contacts"), when: always, run: (desk) => openDialog(desk, "hub-palette") },
  { id: "find", group: "go", icon: "search", key: "/", hidden: true, words: () => t("Find a customer"), when: always, run: (desk) => (finder() ?? { focus: () => openDialog(desk, "hub-palette") }).focus() },
  { id: "keys", group: "go", icon: "keyboard", key: "?", words: () => t("The keys on this page"), when: always, run: (desk) => openDialog(desk, "hub-keys") },

  // ---- me
  { id: "available", group: "me", icon: "user", key: "A", words: () => t("Become available"), label: () => t("Available or away"), when: (desk) => Boolean(desk.me) && desk.me.presence !== "available", run: (desk) => desk.page.presence() },
  { id: "away", group: "me", icon: "user", key: "A", label: () => "", words: () => t("Go away…"), when: (desk) => desk.me?.presence === "available", run: (desk) => desk.page.part("hub-presence").open("away") },
  { id: "presence", group: "me", icon: "user", key: "Ctrl ⇧ F2", words: () => t("Presence menu"), when: (desk) => Boolean(desk.me), run: (desk) => desk.page.part("hub-presence").open() },
];

/** Runs the entry of this name if it can be done now; true if it was. */
export function run(desk, id) {
  const found = actions.find((one) => one.id === id);
  if (!found?.when(desk)) return false;
  found.run(desk);
  return true;
}

/** Of the entries with this chord, the one that can be done now: F8 holds or resumes, A is available or away. */
export function possible(desk, ids) {
  return actions.find((one) => ids.includes(one.id) && one.when(desk)) ?? null;
}
