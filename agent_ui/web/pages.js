// On every page with a header: the search and the palette, the keys, the person's settings; and on pages other than the
// console and the wallboard the agent's line, so that he stays present and hears what rings.
import { bind, setKeys } from "./keys.js";
import { settings } from "./settings.js";
import { sayBlocked } from "./soundbar.js";
import { t } from "./words.js";
import "./console/keysheet.js";
import { openPalette } from "./console/palette.js";

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

// ---- search, palette, keys ---------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const finder = event.target.closest?.(".finder");
  if (!finder || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPalette();
});

if (!document.querySelector("hub-console")) {
  const sheet = () => document.querySelector("hub-keys") ?? document.body.appendChild(document.createElement("hub-keys"));
  bind("Ctrl K", () => openPalette(), { id: "palette", group: "go", label: t("All actions, pages and customers") });
  bind("?", () => sheet().open(), { id: "keys", group: "go", label: t("The keys on this page") });
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

if (dataset.works && !OWN_LINE.test(location.pathname)) line();
else if (dataset.user && !document.querySelector("hub-console")) settings.fetch();
