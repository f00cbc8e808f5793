// The parts that come after the first picture (rest.js): loaded when the page has nothing better to do, or when one of
// them is first asked for.
import { t } from "../words.js";
import * as ahead from "./ahead.js";

const load = () => import("./rest.js");

/** Opens the dialog of this name, which stands in the page as an empty element until its code is there; Esc before takes it back. */
export async function openDialog(desk, name, ...about) {
  let wanted = true;
  ahead.begin(() => (wanted = false));
  try {
    await load();
  } catch {
    return desk.problem({ detail: t("This needs the connection to the hub. Try again when it is back.") });
  }
  if (!wanted) return;
  await desk.page.part(name).open(...about);
  ahead.end();
}

/** One of these parts is about to be shown. */
export const need = () => void load().catch(() => {});

/** Loads them once the page stands. */
export function loadRest() {
  const idle = globalThis.requestIdleCallback ?? ((fn) => setTimeout(fn, 2_000));
  idle(need);
}

/** A click on the veil closes, as Esc does. */
export function veil(event) {
  if (event.target === event.currentTarget && event.detail) event.currentTarget.close();
}
