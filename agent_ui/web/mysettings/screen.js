// Theme (follows the person) and language (of this browser; the form comes with the page, mysettings.js puts it here).
import { html } from "lit";
import { t } from "../words.js";

export function screen(page) {
  const now = window.hubTheme.get();
  const themes = [["light", t("Light")], ["dark", t("Dark")], ["system", t("As the system")]];
  return html`<fieldset class="set-row themes"><legend>${t("Theme")}</legend>${themes.map(([theme, words]) => html`<label class="check"><input type="radio" name="theme" .checked=${now === theme} @change=${() => (window.hubTheme.set(theme), page.say(t("Saved")))}> <span>${words}</span></label>`)}</fieldset>
    <div class="set-row"><span id="language-head">${t("Language")}</span><div class="language-place" role="group" aria-labelledby="language-head"></div></div>`;
}
