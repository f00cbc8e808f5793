// P, V and G act on the focused waiting contact (else the one that waits longest). Single letters, so that they act only
// while no field has the focus; each is a button in the row as well.
import { bind } from "../keys.js";
import { t } from "../words.js";

const ACTS = {
  KeyP: ["prioritise", () => t("Priority…")],
  KeyV: ["move", () => t("Move…")],
  KeyG: ["assign", () => t("Assign to…")],
};

export function bindKeys(board) {
  for (const [code, [act, label]] of Object.entries(ACTS)) {
    const open = () => {
      const contact = board.querySelector("hub-waiting")?.current;
      if (contact) board.open(act, contact);
    };
    bind(code, open, { id: `board-${act}`, label: label() });
  }
}
