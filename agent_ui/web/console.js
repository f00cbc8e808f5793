// The agent's console: reads the first data out of the page, opens the line to the hub, hands both to the parts.
import { Bell } from "./console/bell.js";
import "./console/console.js";
import { Desk } from "./console/desk.js";
import { keepSummaries } from "./console/lastcall.js";
import { guard } from "./console/press.js";

const island = document.getElementById("first-data");
const desk = new Desk(island ? JSON.parse(island.textContent) : null);
guard();
document.querySelector("hub-console").start(desk);
new Bell(desk);
keepSummaries(desk);
desk.open();
addEventListener("visibilitychange", () => desk.current && !document.hidden && desk.read(desk.current));
