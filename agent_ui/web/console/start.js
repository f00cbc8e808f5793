// The agent's console begins: reads the first data out of the page, opens the line to the hub, hands both to the parts.
import { bindFinder } from "../finder.js";
import "../person.js";
import { settings } from "../settings.js";
import { sayBlocked } from "../soundbar.js";
import { tabs } from "../tabs.js";
import { Bell } from "./bell.js";
import "./console.js";
import { Desk } from "./desk.js";
import { openDialog } from "./dialogs.js";
import { keepSummaries } from "./lastcall.js";
import { guard } from "./press.js";
import { keepSelected, lastSelected } from "./selected.js";

const island = document.getElementById("first-data");
const desk = new Desk(island ? JSON.parse(island.textContent) : null);
settings.drawn(desk.state.settings);
settings.connect(desk.socket);
guard();
// Another page sends a person here for one contact: /work#contact=<id>. A page that is loaded anew goes on where it was.
const wanted = new URLSearchParams(location.hash.slice(1)).get("contact");
if (wanted) history.replaceState(null, "", location.pathname + location.search);
desk.select(wanted ?? lastSelected());
desk.addEventListener("selected", ({ detail }) => keepSelected(detail));
document.querySelector("hub-console").start(desk);
bindFinder(() => openDialog(desk, "hub-palette"));
tabs.start();
new Bell(desk);
keepSummaries(desk);
sayBlocked(() => desk.me?.presence === "available");
desk.open();
addEventListener("visibilitychange", () => desk.current && !document.hidden && desk.read(desk.current));
