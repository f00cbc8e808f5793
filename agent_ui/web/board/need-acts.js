// What one can do about an alert: its real act first, then a look at what stands behind it. An account has no page to open.
import { html, nothing } from "lit";
import { t } from "../words.js";
import { activityOf, byName, isHere } from "./limits.js";
import { toast } from "./toast.js";

/** `needs` has the board, `command`, `open` (an act's dialog for a contact) and `people` (the list at one agent). */
export const needActs = (alert, needs) => (ACTS[alert.rule] ?? look)(alert, needs);

const ACTS = {
  oldest: (alert, needs) => html`${forLongest("assign", t("Assign to…"), alert, needs)}${forLongest("move", t("Move…"), alert, needs)}${look(alert, needs)}`,
  nobody: (alert, needs) => html`${someone(alert, needs)}${look(alert, needs)}`,
  wrap: ({ agent, values }, { board }) => {
    const name = nameIn(board, agent);
    return html`${openAgent(agent, name)}<a class="btn small" href=${`/board/contacts/${values.contact}#whisper`} aria-label=${t("Message to {name}", { name })}>${t("Message")}</a>`;
  },
  missed: ({ agent }, { board, command }) => {
    const name = nameIn(board, agent);
    // Whose console is gone cannot be made available: nothing would ring.
    const again = html`<button type="button" class="btn small" @click=${() => command("agent.presence", { agent, presence: "available", reason: "" }, t("{name} is available again.", { name }))}>${t("Make available")}</button>`;
    return html`${board.agents.get(agent)?.confirmed ? again : nothing}${openAgent(agent, name)}`;
  },
};

const nameIn = (board, agent) => board.agents.get(agent)?.name ?? "";

function look({ queue }, { board }) {
  if (!queue) return nothing;
  const name = board.queues.get(queue)?.name ?? queue;
  return html`<a class="btn small" href=${`/board/queues/${encodeURIComponent(queue)}`} aria-label=${t("Look at {name}", { name })}>${t("Look")}</a>`;
}

const openAgent = (agent, name) => html`<a class="btn small" href=${`/board/agents/${agent}`} aria-label=${t("Open the agent {name}", { name })}>${t("Open the agent")}</a>`;

function forLongest(act, words, { queue }, { board, open }) {
  const press = async () => {
    const contact = board.longest(board.queues.get(queue)) ?? (await first(queue));
    if (contact) open(act, contact);
    else toast(t("Nobody waits there any more."));
  };
  return html`<button type="button" class="btn small" title=${t("The contact that waits longest")} @click=${press}>${words}</button>`;
}

/** The board knows only those who wait longest of all; the queue itself knows who is first in it. */
async function first(queue) {
  try {
    const answer = await fetch(`/api/v1/queues/${encodeURIComponent(queue)}`);
    const { waiting = [] } = answer.ok ? await answer.json() : {};
    return waiting.reduce((longest, row) => (longest && longest.since <= row.since ? longest : row), undefined);
  } catch {
    return undefined;
  }
}

/** Who is signed in and could serve the queue, those who are away first; the console must be there to ring. */
function someone({ queue }, { board, people }) {
  const busy = (agent) => (activityOf(agent) === "away" ? 0 : 1);
  const able = [...board.agents.values()].filter((agent) => isHere(agent) && agent.confirmed && agent.presence !== "available" && agent.serves.includes(queue));
  const [best] = able.sort((one, two) => busy(one) - busy(two) || byName(one, two));
  return best ? html`<button type="button" class="btn small" @click=${() => people(best.id)}>${t("Set somebody available")}</button>` : nothing;
}
