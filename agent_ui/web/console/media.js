// Files in the conversation: pictures in a box of fixed size, so that nothing shifts when they come, and cards for the rest.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { number, t } from "../words.js";

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

export function media(files = []) {
  if (!files.length) return nothing;
  const shown = files.filter((one) => one.url && PICTURE.test(one.type));
  const rest = files.filter((one) => !shown.includes(one));
  return html`${shown.length ? html`<span class="thumbs">${shown.map(thumb)}</span>` : nothing}${rest.map(card)}`;
}

/** A click opens it in the page; with Ctrl, or without a script, it is a link like others. */
const thumb = (file) => html`<a class="thumb" href=${file.url} target="_blank" rel="noopener" data-name=${file.name ?? ""} aria-label=${file.name ? t("Picture {name}, open it", { name: file.name }) : t("Picture, open it")}><img src=${file.url} alt="" loading="lazy" decoding="async"></a>`;

function card(file) {
  const name = file.name || t("File");
  if (!file.url) {
    const words = ["refused", "failed"].includes(file.state) ? t("File refused: {reason}", { reason: file.reason || t("no reason given") }) : t("File is being fetched…");
    return html`<span class="file is-gone">${icon(["refused", "failed"].includes(file.state) ? "warning" : "clock")}<span class="file-words"><b class="el" lang="">${name}</b><span>${words}</span></span></span>`;
  }
  return html`<a class="file" href=${file.url} target="_blank" rel="noopener" download=${name}>${icon("file")}<span class="file-words"><b class="el" lang="" title=${name}>${name}</b><span>${[kind(file.type), fileSize(file.size)].filter(Boolean).join(" · ")}</span></span>${icon("arrow-down")}</a>`;
}

const kind = (type = "") => ({ "application/pdf": "PDF", "text/plain": t("Text") })[type] ?? type.split("/").at(-1).toUpperCase();

/** 812 B, 34 kB, 1.2 MB. */
export function fileSize(bytes) {
  if (bytes === undefined || bytes === null) return "";
  if (bytes < 1000) return t("{size} B", { size: number(bytes) });
  if (bytes < 1_000_000) return t("{size} kB", { size: number(Math.round(bytes / 1000)) });
  return t("{size} MB", { size: number(bytes / 1_000_000, { maximumFractionDigits: 1 }) });
}
