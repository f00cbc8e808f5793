// How a chat site comes onto a web site: the line to paste, the secret to sign visitors with, code that signs.
import { LitElement, html, nothing } from "lit";
import { read } from "./api.js";
import { copyBlock, copyField } from "./copy.js";
import { signing } from "./signing.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

class Install extends LitElement {
  static properties = { site: { attribute: false }, save: { attribute: false }, secret: { state: true }, version: { state: true }, tongue: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.secret = "";
    this.problem = "";
    this.tongue = "Python";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    // A secret that was shown is of another version now: it must be asked for again.
    if (changed.has("site") && changed.get("site") && changed.get("site").secret_version !== this.site.secret_version) this.secret = "";
  }

  render() {
    const { key } = this.site;
    const snippet = `<script src="${location.origin}/widget.js" data-site="${key}" async></script>`;
    return html`
      <section class="card"><header class="card-head"><h2>${t("Paste this line")}</h2><p class="meta">${t("before </body>, on every page that shall have the chat")}</p></header>
        <div class="card-body is-wide">${copyBlock("", snippet)}
          ${this.site.origins.length ? nothing : html`<p class="notice warn">${icon("warning")}<span>${t("No site may carry it yet. Add yours under Chat.")}</span></p>`}
          <p class="row-buttons"><a class="btn" href="/chat/${key}" target="_blank" rel="noopener">${t("Try it on its own page")}</a></p></div></section>
      <section class="card"><header class="card-head"><h2>${t("The secret")}</h2><p class="meta">${t("version {version}", { version: this.site.secret_version })}</p></header>
        <div class="card-body is-wide"><p>${t("With it your own server signs who a visitor is. It belongs on your server, never into a page.")}</p>
          ${this.problem ? html`<p class="notice bad" role="alert">${icon("warning")}<span>${this.problem}</span></p>` : nothing}
          ${this.secret ? copyField(t("Secret"), this.secret) : nothing}
          ${this.site.secret_overlap ? html`<p class="notice warn">${icon("clock")}<span>${t("Version {version} is still taken, while your server is changed over.", { version: this.site.secret_version - 1 })}</span></p>` : nothing}
          <p class="row-buttons">${this.secret ? nothing : html`<button type="button" class="btn" @click=${this.#show}>${t("Show the secret")}</button>`}
            <button type="button" class="btn" @click=${this.#renew}>${t("New secret")}</button>
            ${this.site.secret_overlap ? html`<button type="button" class="btn" @click=${this.#endOld}>${t("End the old one")}</button>` : nothing}</p></div></section>
      <section class="card"><header class="card-head"><h2>${t("Say who the visitor is")}</h2><p class="meta">${t("if he is signed in on your site")}</p></header>
        <div class="card-body is-wide"><p class="chips" role="group" aria-label=${t("Programming language")}>${Object.keys(signing).map((name) => html`<button type="button" class="chip" aria-pressed=${String(name === this.tongue)} @click=${() => (this.tongue = name)}>${name}</button>`)}</p>
          ${copyBlock(t("On your server"), signing[this.tongue])}
          ${copyBlock(t("In the page, after the line above"), `<script>\n  HubChat.identify("THE TOKEN FROM YOUR SERVER");\n</script>`)}</div></section>`;
  }

  #show = async () => {
    try {
      const found = await read(`sites/${encodeURIComponent(this.site.key)}/secret`);
      [this.secret, this.version, this.problem] = [found.secret, found.version, ""];
    } catch (problem) {
      this.problem = problem.message;
    }
  };

  #renew = () => this.save({ secret_version: this.site.secret_version + 1, secret_overlap: true });

  #endOld = () => this.save({ secret_overlap: false });
}

customElements.define("hub-site-install", Install);
