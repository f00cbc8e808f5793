// One agent: what he holds now, his day, and his presence today as the log has it; and what a supervisor can do about it.
import { html, nothing } from "lit";
import { channelName, reasonName } from "../console/terms.js";
import { now } from "../clock.js";
import { icon } from "../icons.js";
import { duration, n, number, t, time } from "../words.js";
import "./agent-menu.js";
import "./live.js";
import { Drill } from "./drill.js";
import { activityOf } from "./limits.js";
import { bindKeys } from "./keys.js";
import { BoardPage, island } from "./page.js";
import { NONE, activityName, doing, langOf } from "./words.js";

class AgentPage extends BoardPage {
  connectedCallback() {
    super.connectedCallback();
    const first = island("page-data");
    this.key = first.agent.id;
    this.drill = new Drill(`/api/v1/agents/${this.key}`, first);
    this.drill.addEventListener("changed", () => this.requestUpdate());
    bindKeys(this);
  }

  render() {
    const agent = this.model.agents.get(this.key) ?? this.drill.data.agent;
    const { held, day, log, capacity } = this.drill.data;
    return html`<div class="board-page"><header class="board-head"><a class="btn icon small" href="/board" aria-label=${t("Back to all queues")}>${icon("back")}</a>
      <i class="board-swatch does-${activityOf(agent)}"></i>
      <div class="board-title"><h1 lang=${langOf(agent.name)}>${agent.name}</h1><p class="board-meta el">${activityName(activityOf(agent))} · ${doing(agent, this.model)} · ${duration(now() - agent.since)}</p></div>
      <hub-live .line=${this.line}></hub-live>
      <button type="button" class="btn small" aria-haspopup="menu" @click=${(event) => this.querySelector("hub-agent-menu").open(this.key, event.currentTarget)}>${t("Set the presence…")}</button></header>
      <div class="board board-queue"><main class="board-pane" id="main" tabindex="-1" data-agent=${this.key}>
        <section class="board-section is-flush"><div class="board-bar"><h2 id="held-head">${t("Holds now")}</h2><span class="board-meta">${capacity.map((one) => t("{channel} {used} of {limit}", { channel: channelName(one.channel), used: one.used, limit: one.limit })).join(" · ")}</span></div>
          ${held.length ? html`<ul class="board-held" aria-labelledby="held-head">${held.map((contact) => this.#contact(contact))}</ul>` : html`<p class="board-empty">${t("Holds no contact.")}</p>`}</section>
        <section class="board-section"><h2>${t("Today")}</h2><dl class="board-day">${figure(t("Handled"), number(day.handled))}${figure(t("Handle time, mean"), day.handle_ms == null ? NONE : duration(day.handle_ms))}
          ${figure(t("Missed"), number(day.missed))}${figure(t("Rating, mean"), day.rating ? t("{mean} of 5 ({count})", { mean: number(day.rating.mean, { maximumFractionDigits: 1 }), count: day.rating.n }) : NONE)}</dl></section>
        <section class="board-section is-flush"><div class="board-bar"><h2 id="done-head">${t("Finished today")}</h2></div>${finished(day.contacts)}</section></main>
      <aside class="board-pane" aria-label=${t("Log of today")}><div class="board-log"><h2 id="log-head">${t("Today in the log")}</h2>
        ${log.length ? html`<ol aria-labelledby="log-head">${log.map((line) => html`<li><time datetime=${new Date(line.at).toISOString()}>${time(line.at)}</time><span>${said(line)}</span></li>`)}</ol>` : html`<p class="board-meta">${t("Nothing yet today.")}</p>`}</div></aside></div></div>
      <hub-agent-menu .board=${this.model} .command=${this.command}></hub-agent-menu>`;
  }

  #contact(contact) {
    const name = contact.customer.name || contact.display || contact.address;
    const since = contact.customer_waits_since;
    return html`<li><span class="chan board-chan" title=${channelName(contact.channel)}>${icon(contact.channel)}</span>
      <span class="board-held-who"><a href=${`/board/contacts/${contact.id}`} lang=${langOf(name)}>${name}</a><span class="board-meta el" dir="auto">${contact.last?.text ?? ""}</span></span>
      <span class="board-meta">${contact.queue.name}</span>
      <span class="board-meta">${contact.state === "wrapping" ? t("wrapping, {time} left", { time: duration(contact.wrap_until - now()) }) : since ? t("customer waits {time}", { time: duration(now() - since) }) : t("waits for the customer")}</span>
      <a class="btn small" href=${`/board/contacts/${contact.id}`} aria-label=${t("Read the conversation with {name}", { name })}>${t("Read")}</a>
      <a class="btn small" href=${`/board/contacts/${contact.id}#whisper`} aria-label=${t("Whisper about {name}", { name })}>${t("Whisper")}</a></li>`;
  }

  changed(kinds) {
    super.changed(kinds);
    const before = this.seen;
    this.seen = JSON.stringify(this.model.agents.get(this.key));
    if (before !== this.seen) {
      this.drill.touch();
      this.requestUpdate();
    }
  }

  tick() {
    super.tick();
    this.requestUpdate();
  }
}

const figure = (label, value) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`;

function finished(contacts) {
  if (!contacts.length) return html`<p class="board-empty">${t("Nothing yet today.")}</p>`;
  return html`<div class="board-scroll"><table class="board-left" aria-labelledby="done-head"><thead class="visually-hidden"><tr><th scope="col">${t("Customer")}</th><th scope="col">${t("When")}</th>
      <th scope="col">${t("Queue")}</th><th scope="col">${t("Handle time")}</th><th scope="col">${t("Disposition")}</th></tr></thead>
    <tbody>${contacts.map(({ contact, customer, queue, at, handle_ms: took, disposition }) => html`<tr><td><a href=${`/board/contacts/${contact}`} lang=${langOf(customer.name)}>${customer.name || customer.display}</a></td>
      <td class="at-start board-meta"><time datetime=${new Date(at).toISOString()}>${time(at)}</time></td><td class="at-start board-meta">${queue.name}</td>
      <td>${duration(took)}</td><td class="at-start board-meta">${disposition?.name ?? t("No disposition")}</td></tr>`)}</tbody></table></div>`;
}

/** One line of the log as a sentence. */
function said({ what, values }) {
  if (what === "missed") return html`<b class="is-warn">${t("missed an offer of {queue}", values)}</b>`;
  if (what === "declined") return t("declined an offer of {queue}: {reason}", { queue: values.queue, reason: reasonName(values.reason).toLocaleLowerCase() });
  if (what === "lost") return t("no connection");
  const words = values.presence === "away" && values.reason ? t("away: {reason}", { reason: reasonName(values.reason).toLocaleLowerCase() })
    : { available: t("available"), away: t("away"), offline: t("offline") }[values.presence] ?? values.presence;
  const by = values.set_by === "system" ? t("set by the hub") : values.by ? t("set by {name}", { name: values.by }) : "";
  return html`${words}${by ? html` <span class="board-meta">${by}</span>` : nothing}`;
}

customElements.define("hub-agent-page", AgentPage);
