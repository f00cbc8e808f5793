// Which key sends, for each kind of channel.
import { html } from "lit";
import { sendKey, settings } from "../settings.js";
import { t } from "../words.js";

export function sending(page) {
  const kinds = [["chat", t("Chat")], ["sms", t("SMS")], ["email", t("E-mail")], ["note", t("Note")]];
  const choose = (kind, how) => page.save("send", { ...settings.get("send"), [kind]: how });
  const radio = (kind, how, words) => html`<label class="check"><input type="radio" name=${`send-${kind}`} .checked=${sendKey(kind) === how} @change=${() => choose(kind, how)}> <span>${words}</span></label>`;
  return kinds.map(([kind, name]) => html`<fieldset class="set-row"><legend>${name}</legend>
    ${radio(kind, "enter", html`<kbd>${t("Enter")}</kbd> ${t("sends, with Shift it is a new line")}`)}
    ${radio(kind, "ctrl", html`<kbd>Ctrl</kbd> <kbd>${t("Enter")}</kbd> ${t("sends, alone it is a new line")}`)}</fieldset>`);
}
