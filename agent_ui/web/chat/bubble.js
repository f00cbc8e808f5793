// One row of the log, and the picture or link of a file in it.
import { html, nothing } from "lit";
import { t, time } from "../words.js";
import "./picture.js";
import { bytes, shortName, stateOf } from "./phrases.js";
import { sign } from "./signs.js";
import { linked, tongueOf } from "./text.js";

const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

export function rowOf(row, chat) {
  if (row.kind === "day") return html`<p class="c-line is-day">${row.words}</p>`;
  if (row.kind === "event") return html`<p class="c-line">${row.words}</p>`;
  const mine = row.from === "me";
  return html`<div class="c-msg ${mine ? "is-mine" : ""} ${row.pending ? "is-pending" : ""}" data-message=${row.key}>
    <span class="visually-hidden">${mine ? t("You:") : t("{name}:", { name: row.name })}</span>
    ${row.files.map((file) => fileOf(file, row, chat.talk))}
    ${row.text ? html`<div class="c-bubble" dir="auto" lang=${tongueOf(row.text) || nothing}>${linked(row.text)}</div>` : nothing}
    ${row.error ? refused(row, chat.talk) : row.last ? underneath(row, chat.talk) : nothing}
  </div>`;
}

function underneath(row, talk) {
  if (row.pending) return onItsWay(talk);
  return html`<p class="c-when">${row.from === "me" ? stateOf(row.at, row.state) : time(row.at)}</p>`;
}

function onItsWay({ line }) {
  return html`<p class="c-when">${sign("clock")}<span>${line.state === "open" ? t("sending") : t("waits for the connection")}</span></p>`;
}

function refused({ id, error }, talk) {
  return html`<p class="c-when is-bad">${sign("warning")}<span>${t("Not sent: {reason}", { reason: error })}</span></p>
    <p class="c-again"><button type="button" class="btn" @click=${() => talk.retry(id)}>${t("Try again")}</button>
    <button type="button" class="btn quiet" @click=${() => talk.drop(id)}>${t("Discard")}</button></p>`;
}

function fileOf(file, row, talk) {
  if (file.state === "refused" || file.state === "failed") return html`<p class="c-file is-off">${sign("file")}<span>${t("{name} cannot be shown.", { name: shortName(file.name) })}</span></p>`;
  // What is still on its way here has no bytes to show; its own page knows it by its name.
  if (row.local || file.state === "pending") return html`<p class="c-file is-off">${sign("file")}<span title=${file.name}>${shortName(file.name)}<small>${bytes(file.size)}</small></span></p>`;
  if (PICTURE.test(file.type)) return html`<chat-picture .talk=${talk} .file=${file}></chat-picture>`;
  return html`<chat-download .talk=${talk} .file=${file}></chat-download>`;
}
