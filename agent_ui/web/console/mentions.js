// Notes that ask for this agent's attention, under the work: they wait there whatever else is open.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { repeat } from "../repeat.js";
import { day, number, t, time } from "../words.js";

export function mentionsOf(desk) {
  const list = [...(desk.state.mentions?.values() ?? [])].sort((one, other) => one.at - other.at);
  if (!list.length) return nothing;
  return html`<section aria-labelledby="mentions-head"><h2 id="mentions-head" tabindex="-1"><span>${t("Mentions")}</span><span class="num">${number(list.length)}</span></h2>
    <ul>${repeat(list, ({ id }) => id, (one) => html`<li><button type="button" class="row" @click=${() => readMention(desk, one)}>
      <span class="chan" title=${t("Note")}>${icon("note")}</span><span class="row-name" lang="">${one.by.name}</span><span class="row-time num">${when(one.at)}</span>
      <span class="row-words" lang="" dir="auto">${one.text}</span></button></li>`)}</ul></section>`;
}

/** Read is read on every device; the note stands in the customer's history. */
export async function readMention(desk, { id, customer, at }) {
  await desk.act("mention.read", { mention: id });
  location.assign(`/customers/${customer.id}?at=${at}`);
}

export const when = (at) => (new Date(at).toDateString() === new Date().toDateString() ? time(at) : day(at));
