// Files of the conversation. They are fetched with the visitor's token, so no address of a file works for anybody else; the
// bytes live under a blob: address as long as the element does.
import { LitElement, html, nothing } from "lit";
import { t } from "../words.js";
import { bytes, shortName } from "./phrases.js";
import { sign } from "./signs.js";

async function load(talk, { id }) {
  await talk.session.token();
  const answer = await fetch(talk.session.address(`files/${encodeURIComponent(id)}`), { headers: talk.session.headers });
  if (!answer.ok) throw new Error(`the hub answered ${answer.status}`);
  return URL.createObjectURL(await answer.blob());
}

class Picture extends LitElement {
  static properties = { talk: { attribute: false }, file: { attribute: false }, address: { state: true }, failed: { state: true } };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    // Pictures far up in a long conversation are not fetched before somebody scrolls there.
    this.watch = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && this.#load(), { rootMargin: "400px" });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.watch.disconnect();
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = "";
  }

  #load = async () => {
    this.watch.disconnect();
    this.failed = false;
    try {
      const address = await load(this.talk, this.file);
      if (this.isConnected) this.address = address;
      else URL.revokeObjectURL(address);
    } catch {
      this.failed = true;
    }
  };

  render() {
    const { name } = this.file;
    if (this.failed) return html`<button type="button" class="c-file" @click=${this.#load}>${sign("warning")}<span title=${name}>${shortName(name)}<small>${t("Not loaded. Try again")}</small></span></button>`;
    if (!this.address) return html`<div class="c-shape" role="img" aria-label=${name}></div>`;
    return html`<a class="c-picture" href=${this.address} download=${name} title=${t("Save {name}", { name })}><img src=${this.address} alt=${name} /></a>`;
  }
}

class Download extends LitElement {
  static properties = { talk: { attribute: false }, file: { attribute: false }, words: { state: true } };

  createRenderRoot() {
    return this;
  }

  #save = async () => {
    this.words = t("Loading…");
    try {
      const address = await load(this.talk, this.file);
      const link = Object.assign(document.createElement("a"), { href: address, download: this.file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      this.words = "";
    } catch {
      this.words = t("Not loaded. Try again");
    }
  };

  render() {
    const { name, size } = this.file;
    return html`<button type="button" class="c-file" @click=${this.#save}>${sign("file")}<span title=${name}>${shortName(name)}<small>${this.words || (size ? bytes(size) : nothing)}</small></span></button>`;
  }
}

customElements.define("chat-picture", Picture);
customElements.define("chat-download", Download);
