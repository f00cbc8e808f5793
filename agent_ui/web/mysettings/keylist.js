// The list of keys in "My settings": change one by pressing it, take it away, set it back.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { announce } from "../announce.js";
import { cap } from "../console/caps.js";
import { capsOf, pressed, setKeys, write } from "../keys.js";
import { settings } from "../settings.js";
import { t } from "../words.js";
import { changed, lines, refusal, single } from "./lines.js";

class KeyList extends LitElement {
  static properties = { taking: { state: true }, trouble: { state: true }, off: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    settings.addEventListener("change", this.#changed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    settings.removeEventListener("change", this.#changed);
  }

  #changed = ({ detail }) => {
    if (detail.key !== "keys") return;
    setKeys(detail.value ?? {});
    this.requestUpdate();
  };

  get value() {
    return { off: false, map: {}, ...settings.get("keys") };
  }

  render() {
    const all = lines();
    const { off, map } = this.value;
    const groups = { contact: t("This contact"), work: t("My work"), me: t("Presence"), go: t("The page") };
    if (document.documentElement.dataset.role !== "agent") groups.board = t("Live");
    return html`<p><label class="check"><input type="checkbox" .checked=${!off} @change=${({ target }) => this.#save({ off: !target.checked, map })}> ${t("Single letters act while no field has the focus")}</label></p>
      <p class="hint">${t("Switch them off if you speak to the computer, or if letters set things off by mistake. Keys with Ctrl and function keys stay.")}</p>
      ${Object.entries(groups).map(([group, name]) => html`<h3>${name}</h3><ul class="key-lines">${repeat(all.filter((line) => line.group === group), (line) => line.ids[0], (line) => this.#line(line, off, map))}</ul>`)}
      <p class="key-reset"><button type="button" class="btn" ?disabled=${!Object.keys(map).length} @click=${() => this.#save({ off, map: {} })}>${t("Set all keys back")}</button></p>`;
  }

  #line(line, off, map) {
    const [id] = line.ids;
    const taking = this.taking === id;
    const own = map[id] !== undefined;
    return html`<li class=${off && single(line.now) ? "is-off" : ""}><span id=${`name-${id}`}>${line.label}</span>
      <span class="key-now">${this.#caps(line)}</span>
      <button type="button" class="btn small" id=${`key-${id}`} aria-pressed=${taking} aria-describedby=${this.trouble?.id === id ? "key-trouble" : nothing} aria-label=${taking ? t("Press the new key for “{action}”. Escape keeps the old one.", { action: line.label }) : t("Change the key of “{action}”", { action: line.label })}
        @click=${() => this.#take(id)} @keydown=${(event) => this.#press(event, line)} @blur=${() => taking && (this.taking = "")}>${taking ? t("Press the new key…") : t("Change")}</button>
      <button type="button" class="btn small quiet" ?disabled=${!line.now} aria-label=${t("No key for “{action}”", { action: line.label })} @click=${() => this.#set(line, "")}>${t("No key")}</button>
      <button type="button" class="btn small quiet" ?disabled=${!own} aria-label=${t("Set the key of “{action}” back", { action: line.label })} @click=${() => this.#set(line, null)}>${t("Set back")}</button>
      ${this.trouble?.id === id ? html`<p class="hint is-bad" id="key-trouble">${this.trouble.text}</p>` : nothing}</li>`;
  }

  #caps({ now, family }) {
    if (!now) return html`<span class="meta">${t("none")}</span>`;
    const caps = capsOf(now);
    return caps.map((key, at) => html`<kbd>${family && at === caps.length - 1 ? "1 … 9" : cap(key)}</kbd>`);
  }

  #take(id) {
    this.taking = this.taking === id ? "" : id;
    this.trouble = null;
    if (this.taking) announce(t("Press the new key. Escape keeps the old one."));
  }

  #press(event, line) {
    if (this.taking !== line.ids[0]) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return void (this.taking = "");
    if (event.altKey || event.getModifierState("AltGraph")) return this.#refuse(line, t("Alt and AltGr type letters in many languages. Choose a key without them."));
    const at = pressed(event);
    if (!at) return;
    const text = refusal(at, line, lines().map((one) => (one.ids[0] === line.ids[0] ? line : one)));
    if (text) return this.#refuse(line, text);
    this.taking = "";
    this.#set(line, write(at));
  }

  #refuse(line, text) {
    this.trouble = { id: line.ids[0], text };
    announce(text, { assertive: true });
  }

  #set(line, chord) {
    const { off, map } = this.value;
    const came = chord === null && lines().find((one) => one.ids[0] !== line.ids[0] && one.now && one.now === line.chord && one.group !== "board" && line.group !== "board");
    if (came) return this.#refuse(line, t("{key} is taken by “{action}”. Change that one first, or choose another key.", { key: line.chord, action: came.label }));
    this.trouble = null;
    this.#save({ off, map: changed(map, line, chord) });
  }

  #save(value) {
    this.dispatchEvent(new CustomEvent("setting", { bubbles: true, detail: { key: "keys", value } }));
  }
}

customElements.define("hub-key-list", KeyList);
