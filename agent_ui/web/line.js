// The agent's line to the hub on pages other than the console and the wallboard: he stays present and hears what rings.
import { Bell } from "./console/bell.js";
import "./ringing.js";
import { settings } from "./settings.js";
import { sayBlocked } from "./soundbar.js";
import { tabs } from "./tabs.js";
import { Watch } from "./watch.js";

const VIEW_MS = 20_000;

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
  tellWhoIsRead(watch.socket);
  watch.open();
}

/** On a customer's page colleagues hear who is read here, again and again as long as the page is in front. */
function tellWhoIsRead(socket) {
  const customer = document.querySelector("hub-customer-page")?.dataset.customer;
  if (!customer) return;
  const look = () => document.hidden || socket.sign("view", { customer, typing: false });
  socket.addEventListener("state", ({ detail }) => detail === "open" && look());
  document.addEventListener("visibilitychange", look);
  setInterval(look, VIEW_MS);
}
