// The agent's console: reads the first data out of the page, opens the line to the hub, hands both to the parts.
import { Bell } from "./console/bell.js";
import "./console/console.js";
import { Desk } from "./console/desk.js";
import { keepSummaries } from "./console/lastcall.js";
import { guard } from "./console/press.js";
import { settings } from "./settings.js";
import { sayBlocked } from "./soundbar.js";
import { tabs } from "./tabs.js";
import { openDialog } from "./console/dialogs.js";
import { bindFinder } from "./finder.js";
import "./person.js";

const island = document.getElementById("first-data");
const desk = new Desk(island ? JSON.parse(island.textContent) : null);
settings.connect(desk.socket, desk.state.settings);
guard();
// Another page sends a person here for one contact: /work#contact=<id>.
const wanted = new URLSearchParams(location.hash.slice(1)).get("contact");
if (wanted) {
  desk.select(wanted);
  history.replaceState(null, "", location.pathname + location.search);
}
document.querySelector("hub-console").start(desk);
bindFinder(() => openDialog(desk, "hub-palette"));
tabs.start();
new Bell(desk);
keepSummaries(desk);
sayBlocked(() => desk.me?.presence === "available");
desk.open();
addEventListener("visibilitychange", () => desk.current && !document.hidden && desk.read(desk.current));
