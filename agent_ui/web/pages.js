// What every page with a header has, other than the console and the wallboard: a person's settings, search and keys; and
// the agent's line, so that he stays present and hears what rings.
import "./person.js";
import "./reach.js";
import { settings } from "./settings.js";

const { dataset } = document.documentElement;

if ("works" in dataset && !location.pathname.startsWith("/admin")) import("./line.js").then(({ openLine }) => openLine());
else if (dataset.user) settings.fetch();
