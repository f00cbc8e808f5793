// The TV button: the screens on walls, each with its signed link to open and to copy. Read when somebody asks.
import { LitElement, html, nothing } from "lit";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { placeMenu } from "./menu.js";
import { toast } from "./toast.js";

class Screens extends LitElement {
  static properties = { items: { state: true }, failed: { state: true } };

  createRenderRoot() {
    return this;
  }

  render() {
    return html`<button type="button" class="chip" popovertarget="screens-menu" aria-haspopup="dialog">${icon("tv")}${t("TV")}</button>
      <div id="screens-menu" class="menu board-screens" popover role="dialog" aria-label=${t("Screens on walls")} @beforetoggle=${this.#toggled} @toggle=${this.#focus}>
        <p class="menu-head" tabindex="-1">${t("Screens on walls: figures only, no names, no log-in")}</p>${this.#list()}</div>`;
  }

  #list() {
    if (this.failed) return html`<p class="board-empty">${t("The screens could not be read. Close this and try again.")}</p>`;
    if (!this.items) return html`<p class="board-empty">${t("Loading…")}</p>`;
    if (!this.items.length) return html`<p class="board-empty">${t("No screen yet. An admin makes one under Admin, Screens.")}</p>`;
    return this.items.map(({ name, path }) => html`<p class="board-screen"><a href=${path} target="_blank" rel="noopener">${name}</a>
      ${navigator.clipboard ? html`<button type="button" class="btn small" aria-label=${t("Copy the link of {name}", { name })} @click=${() => this.#copy(path)}>${t("Copy link")}</button>` : nothing}</p>`);
  }

  #toggled = async (event) => {
    if (event.newState !== "open") return;
    placeMenu(event.target, this.querySelector("button"));
    try {
      const answer = await fetch("/api/v1/screens");
      if (!answer.ok) throw new Error(String(answer.status));
      this.items = (await answer.json()).items;
      this.failed = false;
    } catch {
      this.failed = true;
    }
  };

  #focus = (event) => event.newState === "open" && event.target.querySelector("[tabindex]").focus();

  async #copy(path) {
    await navigator.clipboard.writeText(new URL(path, location.href).href);
    toast(t("Link copied. Whoever has it sees these figures, until an admin renews it."));
  }
}

customElements.define("hub-screens", Screens);
