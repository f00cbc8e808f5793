// Who left the queue last: when, how, after how long, and by which rule. A row opens the conversation.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { duration, t, time } from "../words.js";
import { NONE, langOf } from "./words.js";

const RULES = {
  longest_idle: () => t("longest idle"),
  preferred_agent: () => t("preferred agent"),
  assigned: () => t("assigned by a supervisor"),
};
const HOW = {
  answered: ({ agent }) => [t("answered by {name}", { name: agent?.name ?? t("an agent") }), "is-ok"],
  abandoned: () => [t("abandoned"), "is-bad"],
  short: () => [t("abandoned within the short limit"), ""],
  moved: ({ queue }) => [t("moved to {queue}", { queue: queue?.name ?? "" }), ""],
  transferred: () => [t("transferred"), ""],
};

export function left(rows) {
  if (!rows.length) return html`<p class="board-empty">${t("Nobody has left this queue yet.")}</p>`;
  return html`<div class="board-scroll"><table class="board-left" aria-labelledby="left-head"><thead class="visually-hidden"><tr><th scope="col">${t("Customer")}</th><th scope="col">${t("When")}</th>
      <th scope="col">${t("How")}</th><th scope="col">${t("Waited")}</th><th scope="col">${t("Rule")}</th></tr></thead>
    <tbody>${repeat(rows, (row) => `${row.contact}${row.at}`, line)}</tbody></table></div>`;
}

function line(row) {
  const [words, tone] = (HOW[row.how] ?? (() => [row.how, ""]))(row);
  return html`<tr><td><a href=${`/board/contacts/${row.contact}`} lang=${langOf(row.customer)}>${row.customer}</a></td>
    <td class="at-start board-meta"><time datetime=${new Date(row.at).toISOString()}>${time(row.at)}</time></td>
    <td class="at-start ${tone}">${words}</td><td>${row.waited_ms == null ? NONE : duration(row.waited_ms)}</td>
    <td class="at-start board-meta">${row.rule ? (RULES[row.rule]?.() ?? row.rule) : row.how === "short" ? t("not counted") : nothing}</td></tr>`;
}
