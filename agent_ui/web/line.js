// The agent's line to the hub on pages other than the console and the wallboard: he stays present and hears what rings.
import { Bell } from "./console/bell.js";
import "./ringing.js";
import { settings } from "./settings.js";
import { sayBlocked } from "./soundbar.js";
import { tabs } from "./tabs.js";
import { Watch } from "./watch.js";

export function openLine() {
  const watch = new Watch();
  settings.connect(watch.socket);
  const ringing = document.createElement("hub-ringing");
  document.body.append(ringing);
  ringing.start(watch);
  tabs.start();
  new Bell(watch);
  sayBlocked(() => watch.me?.presence === "available");
  watch.addEventListener("frame", () => dispatchEvent(new CustomEvent("hub-watch", { detail: watch })));
  watch.open();
}
