// Ctrl K: every action that is possible now, and my contacts. Typing filters, arrows choose, Enter does it.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { keysOf } from "../keys.js";
import { t } from "../words.js";
import { actsOf } from "./acts.js";
import { Part } from "./part.js";
import { channelName, nameOf } from "./terms.js";
import { veil } from "./transfer.js";

class Palette extends Part {
  static properties = { hub: { attribute: false }, shown: { state: true }, filter: { state: true }, at: { state: true } };

  async open() {
    Object.assign(this, { shown: true, filter: "", at: 0 });
    await this.updateComplete;
    this.querySelector("dialog").showModal();
  }

  get items() {
    const acts = actsOf(this.hub)
      .filter((act) => !act.hidden && act.possible())
      .map((act) => ({ ...act, keys: act.key ? keysOf(act.key.code, act.key.ctrl, act.key.shift) : [] }));
    const contacts = this.hub.mine.map((contact, place) => ({
      words: nameOf(contact), about: `${channelName(contact.channel)} · ${contact.last?.text ?? contact.queue.name}`, group: t("My contacts"),
      icon: contact.channel, keys: place < 9 ? ["Ctrl", "⇧", String(place + 1)] : [], run: () => this.hub.go(contact.id),
    }));
    const all = [...acts, ...contacts].sort((one, other) => order(one.group) - order(other.group));
    const wanted = (this.filter ?? "").trim().toLocaleLowerCase();
    return wanted ? all.filter(({ words, about = "" }) => `${words} ${about}`.toLocaleLowerCase().includes(wanted)) : all;
  }

  render() {
    if (!this.shown) return nothing;
    const { items } = this;
    const groups = [...new Set(items.map((item) => item.group))];
    return html`<dialog class="dialog palette" aria-label=${t("All actions and contacts")} @close=${() => (this.shown = false)} @click=${veil} @keydown=${this.#key}>
      <div class="palette-field">${icon("search")}<input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant=${`act-${this.at}`} autocomplete="off" spellcheck="false"
        .value=${this.filter} @input=${this.#type} placeholder=${t("Action or contact")} aria-label=${t("Action or contact")}><kbd>Esc</kbd></div>
      <div class="dialog-list" id="palette-list" role="listbox" aria-label=${t("All actions and contacts")}>${groups.map((group, at) => html`<div role="group" aria-labelledby=${`acts-${at}`}>
        <h3 id=${`acts-${at}`} role="presentation">${group}</h3>${items.map((item, place) => (item.group === group ? this.#row(item, place) : nothing))}</div>`)}${items.length ? nothing : html`<p class="dialog-none">${t("No action and no contact has these letters.")}</p>`}</div>
      <p class="palette-foot"><span><kbd>↑</kbd> <kbd>↓</kbd> ${t("choose")}</span><span><kbd>${t("Enter")}</kbd> ${t("do it")}</span><span class="grow"></span><span>${t("every action of the console is here")}</span></p></dialog>`;
  }

  #row(item, place) {
    const on = place === this.at;
    return html`<div role="option" id=${`act-${place}`} class="pick ${on ? "is-on" : ""}" aria-selected=${on} @click=${() => this.#run(item)} @pointermove=${() => (this.at = place)}>
      ${icon(item.icon)}<span class="pick-name"><span lang="">${marked(item.words, this.filter)}</span> <span class="meta" lang="">${item.about ?? ""}</span></span>
      <span>${item.keys.map((cap) => html`<kbd>${cap}</kbd>`)}</span></div>`;
  }

  #type = ({ target }) => {
    this.filter = target.value;
    this.at = 0;
  };

  #key = (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      const { length } = this.items;
      this.at = length ? (this.at + step + length) % length : 0;
      this.updateComplete.then(() => this.querySelector(".pick.is-on")?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") this.#run(this.items[this.at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  #run(item) {
    this.querySelector("dialog").close();
    item?.run();
  }
}

const order = (group) => [t("This contact"), t("My contacts"), t("My work"), t("Presence"), t("The page")].indexOf(group);

/** The letters that were found, in bold. */
function marked(words, filter) {
  const wanted = (filter ?? "").trim().toLocaleLowerCase();
  const at = wanted ? words.toLocaleLowerCase().indexOf(wanted) : -1;
  if (at < 0) return words;
  return html`${words.slice(0, at)}<b>${words.slice(at, at + wanted.length)}</b>${words.slice(at + wanted.length)}`;
}

customElements.define("hub-palette", Palette);
