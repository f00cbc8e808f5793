// On every page with a header: the search and the palette, the keys, the person's settings; and on pages other than the
// console and the wallboard the agent's line, so that he stays present and hears what rings.
import { bind, setKeys } from "./keys.js";
import { settings } from "./settings.js";
import { sayBlocked } from "./soundbar.js";
import { t } from "./words.js";

const { dataset } = document.documentElement;
const OWN_LINE = /^\/(work|board|admin|play|tv)(\/|$)/;

// ---- settings ---------------------------------------------------------------------------------------------------------
function take(key, value) {
  if (key === "keys") setKeys(value ?? {});
  if (key === "screen" && value?.theme && value.theme !== window.hubTheme.get()) window.hubTheme.set(value.theme);
}

for (const key of ["keys", "screen"]) take(key, settings.get(key));
settings.addEventListener("change", ({ detail }) => take(detail.key, detail.value));
addEventListener("hub-theme", ({ detail }) => {
  const screen = settings.get("screen") ?? {};
  // Kept on this computer whatever happens; a hub that is away hears it with the next change.
  if (screen.theme !== detail && dataset.user) settings.save("screen", { ...screen, theme: detail }).catch(() => {});
});

/** The palette and the sheet of keys come when they are asked for. */
const openPalette = async (filter) => (await import("./console/palette.js")).openPalette(filter);

// ---- search, palette, keys ---------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const finder = event.target.closest?.(".finder");
  if (!finder || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});

if (!document.querySelector("hub-console")) {
  const sheet = () => document.querySelector("hub-keys") ?? document.body.appendChild(document.createElement("hub-keys"));
  const openSheet = async () => (await import("./console/keysheet.js")) && sheet().open();
  bind("Ctrl K", () => openPalette(), { id: "palette", group: "go", label: t("All actions, pages and customers") });
  bind("?", openSheet, { id: "keys", group: "go", label: t("The keys on this page") });
  const find = () => {
    const field = document.querySelector("input[data-find]");
    if (field) field.focus();
    else openPalette();
  };
  bind("/", find, { id: "find", group: "go", label: t("Find a customer") });
}

// ---- the agent's line ----------------------------------------------------------------------------------------------------
async function line() {
  const [{ Watch }, { Bell }, { tabs }] = await Promise.all([import("./watch.js"), import("./console/bell.js"), import("./tabs.js"), import("./ringing.js")]);
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

if ("works" in dataset && !OWN_LINE.test(location.pathname)) line();
else if (dataset.user && !document.querySelector("hub-console")) settings.fetch();
