// P, V and G act on the focused or selected waiting contact (else on the one that waits longest), M reads a conversation:
// that contact's, or the one of the focused agent. Each is a button or a link as well.
import { bind } from "../keys.js";
import { t } from "../words.js";

const ACTS = {
  P: ["prioritise", () => t("Priority…")],
  V: ["move", () => t("Move…")],
  G: ["assign", () => t("Assign to…")],
};

export function bindKeys(page) {
  const line = () => page.querySelector("hub-waiting, hub-queue-line");
  for (const [chord, [act, label]] of Object.entries(ACTS)) {
    bind(chord, () => page.open(act, line()?.current), { id: `board-${act}`, label: label(), when: () => Boolean(line()) });
  }
  bind("M", () => read(page, line()), { id: "board-read", label: t("Read the conversation silently") });
}

function read(page, line) {
  // On an agent's own page there is no line: the agent is the page's.
  const agent = document.activeElement?.closest("[data-agent]")?.dataset.agent ?? (line ? "" : page.key);
  const contact = agent ? page.model.agents.get(agent)?.contacts[0]?.id : line?.current?.id;
  if (contact) location.assign(`/board/contacts/${contact}`);
}
