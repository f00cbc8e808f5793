// "My settings": each change is saved at once and holds in every tab and on every computer of this person. What belongs to
// this computer alone (the loudspeaker, permission for notices) says so.
import { LitElement, html, nothing } from "lit";
import { announce } from "../announce.js";
import { settings } from "../settings.js";
import { t } from "../words.js";
import { notices } from "./notices.js";
import { screen } from "./screen.js";
import { sending } from "./sending.js";
import { sounds } from "./sounds.js";
import "./keylist.js";
import "../pages.js";

const SHOWN_MS = 4_000;
const SECTIONS = () => [["sending", t("Sending"), sending], ["sounds", t("Sounds"), sounds], ["notices", t("Notices"), notices], ["screen", t("Screen"), screen], ["keys", t("Keys"), () => html`<hub-key-list></hub-key-list>`]];

class MySettings extends LitElement {
  static properties = { said: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    settings.drawn(JSON.parse(document.getElementById("first-data").textContent));
    settings.addEventListener("change", () => this.requestUpdate());
    for (const event of ["hub-theme", "focus"]) addEventListener(event, () => this.requestUpdate());
    this.addEventListener("setting", ({ detail }) => this.save(detail.key, detail.value));
  }

  render() {
    return html`<div class="sheet-head"><h1>${t("My settings")}</h1><p class="meta saved ${this.said?.bad ? "is-bad" : "is-ok"}">${this.said ? this.said.text : nothing}</p></div>
      ${SECTIONS().map(([id, name, part]) => html`<section class="set" id=${id} aria-labelledby=${`${id}-head`}><h2 id=${`${id}-head`}>${name}</h2><div class="set-body">${part(this)}</div></section>`)}`;
  }

  firstUpdated() {
    const form = document.getElementById("language-form");
    this.querySelector(".language-place")?.append(form);
    form.hidden = false;
    if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }

  /** Holds at once; the word says when the hub has it. */
  async save(key, value) {
    try {
      await settings.save(key, value);
      this.say(t("Saved"));
    } catch (problem) {
      this.say(problem?.detail || t("The hub could not save this. It holds on this computer until the page is closed; try again."), true);
    }
  }

  say(text, bad = false) {
    const said = { text, bad };
    this.said = said;
    announce(text, { assertive: bad });
    if (!bad) setTimeout(() => this.said === said && (this.said = null), SHOWN_MS);
  }
}

customElements.define("hub-settings", MySettings);
