// What a person sees of a tab that is not in front: its title, its icon, and the system's own notices.
import { t } from "./words.js";

const home = globalThis.document?.title ?? "";
const icon = globalThis.document?.querySelector("link[rel=icon]");
const plainIcon = icon?.getAttribute("href") ?? "";
const DOT = "%3Ccircle cx='15.5' cy='4.5' r='4.5' fill='%23E5484D'/%3E%3C/svg%3E";
const shown = new Map();
let last = "";

/**
 * The tab's title: "(2) Ringing: Chen Meiling" while something rings, "(2) Work" while something is unread. Changes at
 * events, not every second.
 */
export function title({ ringing = "", count = 0 } = {}) {
  const words = ringing ? t("Ringing: {name}", { name: ringing }) : home;
  const text = count ? t("({count}) {title}", { count, title: words }) : words;
  if (text === last) return; // the title is asked for at every change of the page
  last = document.title = text;
  const picture = count ? plainIcon.replace(/%3C\/svg%3E$/, DOT) : plainIcon;
  if (icon && icon.getAttribute("href") !== picture) icon.setAttribute("href", picture);
}

/** "granted", "denied", "default", or "missing" where the browser has no notices (or the page is not secure). */
export const permission = () => globalThis.Notification?.permission ?? "missing";

export async function ask() {
  return globalThis.Notification ? Notification.requestPermission() : "missing";
}

/** A notice of the system, only while the tab is hidden. One per tag; a press on it brings the tab to the front. */
export function show(tag, text, { body = "", press = () => {} } = {}) {
  if (!document.hidden || permission() !== "granted") return false;
  close(tag);
  try {
    const notice = new Notification(text, { tag, body, requireInteraction: false, silent: true });
    notice.onclick = () => {
      window.focus();
      press();
      close(tag);
    };
    notice.onclose = () => shown.get(tag) === notice && shown.delete(tag);
    shown.set(tag, notice);
  } catch {
    return false; // Android allows notices only to service workers
  }
  return true;
}

/** The offer ended: its notice goes with it. */
export function close(tag) {
  shown.get(tag)?.close();
  shown.delete(tag);
}

// Whoever looks at the page needs no notice of what is on it.
globalThis.document?.addEventListener("visibilitychange", () => {
  if (!document.hidden) for (const tag of [...shown.keys()]) close(tag);
});
