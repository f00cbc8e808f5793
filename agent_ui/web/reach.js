// Search, palette and the sheet of keys, on pages other than the console. Both layers come when they are asked for.
import { bindFinder } from "./finder.js";
import { bind } from "./keys.js";
import { t } from "./words.js";

const openPalette = async (filter) => (await import("./layers.js")).openPalette(filter);
const sheet = () => document.querySelector("hub-keys") ?? document.body.appendChild(document.createElement("hub-keys"));
const openSheet = async () => (await import("./layers.js")) && sheet().open();

function find() {
  const field = document.querySelector("input[data-find]");
  if (field) field.focus();
  else openPalette();
}

bindFinder(openPalette);
bind("Ctrl K", () => openPalette(), { id: "palette", group: "go", label: t("All actions, pages and customers") });
bind("?", openSheet, { id: "keys", group: "go", label: t("The keys on this page") });
bind("/", find, { id: "find", group: "go", label: t("Find a customer") });
