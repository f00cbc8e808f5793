// Something to be copied: shown as it is, with a button that says when it is done.
import { html, nothing } from "lit";
import { announce } from "../announce.js";
import { icon } from "../icons.js";
import { t } from "../words.js";

async function copy(event, text) {
  const button = event.currentTarget;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = button.parentElement.querySelector("input, textarea, code");
    getSelection().selectAllChildren(field); // a page without the right to the clipboard: it is marked, Ctrl C takes it
    return;
  }
  button.querySelector("span").textContent = t("Copied");
  announce(t("Copied"));
  setTimeout(() => (button.querySelector("span").textContent = t("Copy")), 2_000);
}

const button = (text) => html`<button type="button" class="btn small" @click=${(event) => copy(event, text)}>${icon("note")}<span>${t("Copy")}</span></button>`;

export const copyField = (label, text) => html`<div class="copy"><span class="label">${label}</span><code class="copy-line" tabindex="0">${text}</code>${button(text)}</div>`;
export const copyBlock = (label, text) => html`<figure class="copy-block"><figcaption>${label ? html`<span class="label">${label}</span>` : nothing}${button(text)}</figcaption><pre tabindex="0"><code>${text}</code></pre></figure>`;
