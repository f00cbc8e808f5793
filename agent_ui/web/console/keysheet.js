// The keys on this page ("?"), as they are in force.
import { LitElement, html, nothing } from "lit";
import { list } from "../keys.js";
import { sendKey, settings } from "../settings.js";
import { t } from "../words.js";
import { cap } from "./caps.js";

const NO_GROUP = "";

class Keys extends LitElement {
  static properties = { shown: { state: true } };

  createRenderRoot() {
    return this;
  }

  async open() {
    this.opener = document.activeElement;
    this.shown = true;
    await this.updateComplete;
    this.querySelector("dialog").showModal();
  }

  render() {
    if (!this.shown) return nothing;
    const rows = [...list().filter(({ keys }) => keys.length), ...sending()];
    const names = { contact: t("This contact"), work: t("My work"), me: t("Presence"), go: t("The page"), [NO_GROUP]: t("The page") };
    const groups = [...new Set(Object.values(names))].map((name) => [name, rows.filter((row) => names[row.group ?? NO_GROUP] === name)]).filter(([, found]) => found.length);
    return html`<dialog class="dialog keysheet" aria-labelledby="keys-head" @close=${this.#closed} @click=${veil}>
      <div class="dialog-head"><h2 id="keys-head">${t("The keys on this page")}</h2><button type="button" class="cap" autofocus aria-label=${t("Close")} @click=${() => this.querySelector("dialog").close()}><kbd>Esc</kbd></button></div>
      <div class="keysheet-list" tabindex="0" role="group" aria-labelledby="keys-head">${groups.map(([name, found]) => html`<section><h3>${name}</h3><dl class="keys">${found.map(row)}</dl></section>`)}</div>
      <p class="keys-foot meta">${settings.get("keys", {}).off ? t("Single letters are switched off.") : t("Single letters act only while no field has the focus.")} <a href="/settings#keys">${t("Change the keys")}</a></p></dialog>`;
  }

  #closed = () => {
    this.shown = false;
    if (this.opener?.isConnected) this.opener.focus();
  };
}

/** What the composer does with Enter is a setting and no action of the list. */
function sending() {
  if (!document.querySelector("hub-console")) return [];
  const rows = { enter: [], ctrl: [] };
  for (const [channel, name] of [["chat", t("chat")], ["sms", t("SMS")], ["email", t("e-mail")], ["note", t("note")]]) rows[sendKey(channel)].push(name);
  const listed = (names) => new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(names);
  return Object.entries(rows).filter(([, names]) => names.length).map(([how, names]) => ({
    group: "contact", keys: how === "enter" ? ["↵"] : ["Ctrl", "↵"], label: t("Send: {channels}", { channels: listed(names) }),
  }));
}

const row = ({ label, keys, off }) => html`<div class=${off ? "is-off" : ""}><dt>${label}</dt><dd>${keys.map((key, at) => html`<kbd>${key === "1" && at === keys.length - 1 ? "1 … 9" : cap(key)}</kbd>`)}</dd></div>`;

/** A press on the veil closes. */
export const veil = (event) => event.target === event.currentTarget && event.detail && event.currentTarget.close();

customElements.define("hub-keys", Keys);
