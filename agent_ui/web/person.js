// On every page of a person who is signed in: his settings for keys and the screen take effect, whoever changes them.
import { setKeys } from "./keys.js";
import { settings } from "./settings.js";

function take(key, value) {
  if (key === "keys") setKeys(value ?? {});
  if (key === "screen" && value?.theme && value.theme !== window.hubTheme.get()) window.hubTheme.set(value.theme);
}

for (const key of ["keys", "screen"]) take(key, settings.get(key));
settings.addEventListener("change", ({ detail }) => take(detail.key, detail.value));
addEventListener("hub-theme", ({ detail }) => {
  const screen = settings.get("screen") ?? {};
  // Kept on this computer whatever happens; a hub that is away hears it with the next change.
  if (screen.theme !== detail && document.documentElement.dataset.user) settings.save("screen", { ...screen, theme: detail }).catch(() => {});
});
