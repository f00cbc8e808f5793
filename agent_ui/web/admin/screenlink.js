// The signed link of a wall screen, asked for by a press.
import { LitElement, html, nothing } from "lit";
import { read } from "./api.js";
import { copyField } from "./copy.js";
import { t } from "../words.js";

class ScreenLink extends LitElement {
  static properties = { screen: { attribute: false }, save: { attribute: false }, link: { state: true }, problem: { state: true } };

  createRenderRoot() {
    return this;
  }

  updated(changed) {
    if (changed.has("screen") && changed.get("screen")?.link_version !== this.screen.link_version) this.#load();
  }

  render() {
    if (this.problem) return html`<p class="notice bad" role="alert">${this.problem}</p>`;
    return html`${this.link ? copyField(t("Link of the screen"), this.link) : nothing}
      <p class="hint">${t("Whoever has the link sees the figures. Open it on the screen, full screen with F11.")}</p>
      <p class="row-buttons">${this.link ? html`<a class="btn small" href=${this.link} target="_blank" rel="noopener">${t("Open the screen")}</a>` : nothing}
        <button type="button" class="btn small" @click=${() => this.save({ link_version: (this.screen.link_version ?? 1) + 1 })}>${t("New link, end the old one")}</button></p>`;
  }

  async #load() {
    try {
      const { link } = await read(`screens/${encodeURIComponent(this.screen.key)}/link`);
      this.link = new URL(`/tv/${encodeURIComponent(link)}`, location.href).href;
    } catch (problem) {
      this.problem = problem.message;
    }
  }
}

customElements.define("hub-screen-link", ScreenLink);

export const screenLink = ({ base, save }) => html`<hub-screen-link .screen=${base} .save=${save}></hub-screen-link>`;
