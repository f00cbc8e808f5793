// What the console does not need for its first picture: dialogs, offers, wrap-up, history. Each is loaded when the
// page has nothing better to do, or when it is first asked for.
import { t } from "../words.js";

const LOAD = {
  "hub-transfer": () => import("./transfer.js"),
  "hub-snooze": () => import("./snooze.js"),
  "hub-palette": () => import("./palette.js"),
  "hub-keys": () => import("./keysheet.js"),
  "hub-lightbox": () => import("./lightbox.js"),
  "hub-history": () => import("./history.js"),
  "hub-preview": () => import("./preview.js"),
  "hub-wrap-up": () => import("./wrapup.js"),
  "hub-snoozed": () => import("./snoozed.js"),
};

/** Opens the dialog of this name, which stands in the page as an empty element until its code is there. */
export async function openDialog(desk, name, ...about) {
  try {
    await LOAD[name]();
  } catch {
    return desk.problem({ detail: t("This needs the connection to the hub. Try again when it is back.") });
  }
  return desk.page.part(name).open(...about);
}

/** The element of this name is about to be shown. */
export const need = (name) => void LOAD[name]().catch(() => {});

/** Loads all of it once the page stands. */
export function loadRest() {
  const idle = globalThis.requestIdleCallback ?? ((fn) => setTimeout(fn, 2_000));
  idle(() => Object.values(LOAD).forEach((load) => load().catch(() => {})));
}

/** A click on the veil closes, as Esc does. */
export function veil(event) {
  if (event.target === event.currentTarget && event.detail) event.currentTarget.close();
}
