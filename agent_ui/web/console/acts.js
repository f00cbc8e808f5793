// Everything the console can do by name: for the keys, the palette and the buttons. Each act says when it can be done.
import { t } from "../words.js";

/** `[{name, words, group, icon, key, run, possible}]` for this console. */
export function actsOf(hub) {
  const { desk } = hub;
  const top = () => desk.sections.ringing[0];
  const at = () => (desk.preview ? null : desk.current);
  const active = () => at()?.state === "active";
  const wrapping = () => at()?.state === "wrapping";
  const this_ = t("This contact");
  const work = t("My work");
  return [
    { name: "accept", words: t("Accept the top offer"), group: work, icon: "check", key: { code: "Enter", ctrl: true, shift: true }, possible: top, run: () => desk.accept() },
    { name: "decline", words: t("Decline the top offer…"), group: work, icon: "close", key: { code: "Backspace", ctrl: true, shift: true }, possible: top, run: () => hub.decline() },
    { name: "reply", words: t("Reply"), group: this_, icon: "sms", key: { code: "KeyR" }, possible: active, run: () => hub.compose("message") },
    { name: "note", words: t("Write a note"), group: this_, icon: "note", key: { code: "KeyN" }, possible: active, run: () => hub.compose("note") },
    { name: "transfer", words: t("Transfer…"), about: t("to an agent or a queue"), group: this_, icon: "transfer", key: { code: "KeyT" }, possible: active, run: () => hub.querySelector("hub-transfer").open(at()) },
    { name: "hold", words: at()?.mode === "held" ? t("Resume") : t("Hold"), label: t("Hold or resume"), group: this_, icon: "pause", key: { code: "F8", inFields: true }, possible: active, run: () => desk.act(at().mode === "held" ? "contact.resume" : "contact.hold", { contact: at().id }) },
    { name: "end", words: t("End the conversation"), group: this_, icon: "check", key: { code: "KeyE" }, possible: active, run: () => hub.end() },
    { name: "wrap-up", words: t("To wrap-up"), group: this_, icon: "check", key: { code: "KeyW" }, possible: at, run: () => (wrapping() ? hub.focusWork() : hub.end()) },
    { name: "extend", words: t("Extend wrap-up"), group: this_, icon: "clock", possible: wrapping, run: () => desk.act("contact.extend", { contact: at().id }) },
    { name: "finish", words: t("Finish"), group: this_, icon: "check", key: { code: "Enter", ctrl: true }, possible: wrapping, run: () => hub.querySelector("hub-wrap-up")?.finish() },
    { name: "history", words: t("History of the customer"), group: this_, icon: "clock", key: { code: "KeyH" }, possible: () => desk.shown, run: () => hub.history() },
    { name: "customer", words: t("Customer"), group: this_, icon: "user", possible: () => desk.shown, run: () => hub.drawer() },
    { name: "next", words: t("Next contact"), group: work, icon: "arrow-down", key: { code: "KeyJ" }, possible: () => hub.mine.length, run: () => hub.step(1) },
    { name: "previous", words: t("Previous contact"), group: work, icon: "arrow-down", key: { code: "KeyK" }, possible: () => hub.mine.length, run: () => hub.step(-1) },
    { name: "waits", words: t("Next contact that waits for me"), group: work, icon: "clock", key: { code: "KeyU" }, possible: () => hub.mine.some((one) => one.customer_waits_since), run: () => hub.waits() },
    { name: "available", words: desk.me?.presence === "available" ? t("Go away…") : t("Become available"), label: t("Available or away"), group: t("Presence"), icon: "user", key: { code: "KeyA" }, possible: () => desk.me, run: () => hub.presence() },
    { name: "away", words: t("Go away…"), group: t("Presence"), icon: "user", hidden: true, possible: () => desk.me, run: () => hub.querySelector("hub-presence").open("away") },
    { name: "presence", words: t("Presence menu"), group: t("Presence"), icon: "user", key: { code: "F2", ctrl: true, shift: true }, possible: () => desk.me, run: () => hub.querySelector("hub-presence").open() },
    { name: "left", words: t("Fold the work list"), group: t("The page"), icon: "more", key: { code: "BracketLeft" }, possible: () => true, run: () => hub.fold("left") },
    { name: "right", words: t("Fold the customer pane"), group: t("The page"), icon: "more", key: { code: "BracketRight" }, possible: () => true, run: () => hub.fold("right") },
    { name: "keys", words: t("The keys on this page"), group: t("The page"), icon: "keyboard", key: { code: "Slash", shift: true }, possible: () => true, run: () => hub.querySelector("hub-keys").open() },
    { name: "palette", words: t("All actions and contacts"), group: t("The page"), icon: "search", hidden: true, key: { code: "KeyK", ctrl: true }, possible: () => true, run: () => hub.querySelector("hub-palette").open() },
  ];
}
