// Where a contact can go: queues and agents with what they are doing now, one field to filter, a note for the next agent.
import { html, nothing } from "lit";
import { announce } from "../announce.js";
import { icon } from "../icons.js";
import { day, n, number, t, weekTime } from "../words.js";
import { veil } from "./dialogs.js";
import { rangeWords } from "./idle.js";
import { Part } from "./part.js";
import { activityName, channelName, nameOf, reasonName } from "./terms.js";
import "./timer.js";

const REFRESH_MS = 4_000;
const SAID_MS = 6_000;
const MINUTE = 60_000;
const MOST_SKILLS = 3;

class Transfer extends Part {
  static properties = { contact: { state: true }, found: { state: true }, filter: { state: true }, at: { state: true }, note: { state: true }, trouble: { state: true }, busy: { state: true }, gone: { state: true } };
  #timer = 0;
  #fade = 0;
  #order = new Map();

  async open(contact) {
    Object.assign(this, { contact, found: null, filter: "", at: null, note: "", trouble: "", busy: false });
    this.#order.clear();
    await this.updateComplete;
    this.querySelector("dialog").showModal();
    this.querySelector("input[type=search]").focus();
    this.#read();
    this.#timer = setInterval(() => this.#read(), REFRESH_MS);
  }

  get targets() {
    const wanted = (this.filter ?? "").trim().toLocaleLowerCase();
    const has = ({ name }) => !wanted || name.toLocaleLowerCase().includes(wanted);
    const { queues = [], agents = [] } = this.found ?? {};
    return {
      queues: queues.filter((one) => one.channel === this.contact?.channel && has(one)),
      agents: agents.filter((one) => one.id !== this.desk.me?.id && has(one)).sort((one, other) => this.#order.get(one.id) - this.#order.get(other.id)),
    };
  }

  get chosen() {
    const { queues, agents } = this.targets;
    return [...queues, ...agents].find((one) => one.id === this.at) ?? null;
  }

  render() {
    return html`${this.contact ? this.#dialog() : nothing}${this.gone ? html`<p class="undo was-done"><span class="el">${goneWords(this.gone)}</span></p>` : nothing}`;
  }

  #dialog() {
    const { queues, agents } = this.targets;
    const { chosen } = this;
    return html`<dialog class="dialog transfer" aria-labelledby="transfer-head" @close=${this.#closed} @click=${veil}><form @submit=${this.#send} @keydown=${this.#key}>
      <div class="dialog-head"><h2 id="transfer-head" lang="">${t("Transfer {customer}", { customer: nameOf(this.contact) })}</h2><button type="button" class="cap" aria-label=${t("Close")} @click=${this.close}><kbd>Esc</kbd></button></div>
      <label class="box">${icon("search")}<input type="search" role="combobox" aria-expanded="true" aria-controls="transfer-list" aria-activedescendant=${this.at ? `to-${this.at}` : ""} autocomplete="off"
        .value=${this.filter} @input=${this.#type} placeholder=${t("Name or queue")} aria-label=${t("Name or queue")}></label>
      <div class="dialog-list" id="transfer-list" role="listbox" aria-label=${t("Where to")}>
        ${queues.length ? html`<div role="group" aria-labelledby="to-queues"><h3 id="to-queues" role="presentation">${t("Queues")}</h3>${queues.map((one) => this.#row(one, queueSign(one), channelName(one.channel), queueWords(one)))}</div>` : nothing}
        ${agents.length ? html`<div role="group" aria-labelledby="to-agents"><h3 id="to-agents" role="presentation">${t("Agents")}</h3>${agents.map((one) => this.#row(one, agentSign(one), agentKind(one, this.found.last), agentWords(one)))}</div>` : nothing}
        ${this.found && !queues.length && !agents.length ? html`<p class="dialog-none">${t("Nobody and no queue has these letters.")}</p>` : nothing}
        ${this.found ? nothing : html`<p class="dialog-none">${this.trouble || t("Loading…")}</p>`}</div>
      <div class="dialog-foot"><label><span class="label">${t("What the next agent should know")}</span>
          <input class="field" dir="auto" .value=${this.note} @input=${({ target }) => (this.note = target.value)} maxlength="1000"></label>
        ${this.trouble ? html`<p class="is-bad" role="alert">${this.trouble}</p>` : nothing}
        <div class="dialog-acts"><button class="btn primary" ?disabled=${!chosen || this.busy || !this.desk.line}>${chosen ? t("Transfer to {name}", { name: chosen.name }) : t("Transfer")}</button>
          <button type="button" class="btn" @click=${this.close}>${t("Cancel")}</button>
          <span class="grow"></span><span class="meta">${t("The history goes along.")}</span></div></div></form></dialog>`;
  }

  #row(one, sign, kind, words) {
    const on = one.id === this.at;
    return html`<div role="option" id=${`to-${one.id}`} class="pick ${on ? "is-on" : ""}" aria-selected=${on} @click=${() => (this.at = one.id)} @dblclick=${this.#send}>
      <span class="dot ${sign}"></span><span class="pick-name"><b lang="">${one.name}</b> <span class="meta">${kind}</span></span><span class="meta ${sign === "ok" ? "is-ok" : ""}">${words}</span></div>`;
  }

  async #read() {
    try {
      const answer = await fetch(`/api/v1/directory?${new URLSearchParams({ contact: this.contact.id })}`);
      if (!answer.ok) throw new Error(String(answer.status));
      this.found = await answer.json();
    } catch {
      if (!this.found) this.trouble = t("The list could not be loaded. It is tried again.");
      return;
    }
    this.#keepOrder();
    if (!this.chosen) this.#first();
  }

  /** Who can take it now comes first, who is offline last; once shown, nobody moves under a hand. */
  #keepOrder() {
    const order = this.#order;
    for (const one of [...this.found.agents].sort((a, b) => readiness(a) - readiness(b))) if (!order.has(one.id)) order.set(one.id, order.size);
  }

  /** Where somebody can take it now: another queue, an agent, this queue; else another open queue, where it waits. */
  #first() {
    const { queues, agents } = this.targets;
    const [others, same] = [queues.filter((one) => one.id !== this.contact.queue.id), queues.filter((one) => one.id === this.contact.queue.id)];
    const now = others.find((one) => one.open && one.idle) ?? agents.find((one) => !readiness(one)) ?? (this.filter ? same.find((one) => one.idle) : null);
    this.at = (now ?? others.find((one) => one.open) ?? (this.filter ? same[0] : null) ?? agents.find((one) => one.presence !== "offline") ?? agents[0] ?? same[0] ?? others[0])?.id ?? null;
  }

  #type = ({ target }) => {
    this.filter = target.value;
    if (!this.chosen || this.filter) this.#first();
  };

  #key = (event) => {
    if (event.key === "Escape" && !event.isComposing) return this.#escape(event);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) return event.preventDefault();
    if (!step) return;
    event.preventDefault();
    const { queues, agents } = this.targets;
    const all = [...queues, ...agents];
    const next = all[(all.findIndex((one) => one.id === this.at) + step + all.length) % all.length];
    this.at = next?.id ?? null;
    this.updateComplete.then(() => this.querySelector(".pick.is-on")?.scrollIntoView({ block: "nearest" }));
  };

  /** A search field takes the first Esc for itself, to empty itself. */
  #escape(event) {
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  #send = async (event) => {
    event.preventDefault();
    const { chosen, contact } = this;
    if (!chosen || this.busy) return;
    this.busy = true;
    const where = this.targets.queues.includes(chosen) ? { queue: chosen.id } : { agent: chosen.id };
    try {
      await this.desk.command("contact.transfer", { contact: contact.id, ...where, note: this.note.trim() });
      this.close();
      this.#say(chosen.name);
    } catch (problem) {
      this.trouble = problem.detail || problem.title;
    }
    this.busy = false;
  };

  /** Said where an act is said that can be taken back: over the day's figures, so that no row moves. */
  #say(name) {
    clearTimeout(this.#fade);
    this.gone = name;
    announce(goneWords(name));
    this.#fade = setTimeout(() => (this.gone = null), SAID_MS);
  }

  close = () => this.querySelector("dialog").close();

  #closed = () => {
    clearInterval(this.#timer);
    this.contact = null;
  };
}

const goneWords = (name) => t("Transferred to {name}", { name });

/** 0: can take it now; then those at work, away, offline. Whose console is lost is as good as offline. */
const readiness = ({ presence, activity }) => (activity === "offline" ? 3 : presence === "available" ? (activity === "idle" ? 0 : 1) : presence === "away" ? 2 : 3);

const queueSign = ({ open, idle, waiting }) => (!open ? "" : idle ? "ok" : waiting ? "warn" : "");

/** A range, never a point; nothing of it where somebody can take it now, or nobody comes. */
function queueWords({ idle, waiting, likely, open, opens_at: opens }) {
  if (!open) return opens ? t("closed until {time}", { time: weekTime(opens) }) : t("closed");
  const people = idle ? n("{count} idle", "{count} idle", idle) : t("nobody idle");
  if (!waiting) return idle ? n("{count} idle, now", "{count} idle, now", idle) : withWait(people, likely);
  const state = idle ? t("{people} · {waiting} waiting", { people, waiting: number(waiting) }) : t("{waiting} waiting", { waiting: number(waiting) });
  return withWait(state, likely);
}

function withWait(state, likely) {
  if (!likely) return state;
  return likely.high_ms <= MINUTE ? t("{state}, less than a minute", { state }) : t("{state}, about {range}", { state, range: rangeWords(likely) });
}

const agentSign = (one) => ["ok", "warn", "warn", ""][readiness(one)];

/** Skills in short, behind the mark of who the customer knows. */
function agentKind({ id, skills = [] }, last) {
  const able = skills.slice(0, MOST_SKILLS).map(({ name, level }) => `${name} ${number(level)}`).join(", ");
  const known = last?.agent === id ? t("spoke with the customer last, {day}", { day: day(last.at) }) : "";
  return html`${known}${known && able ? " · " : nothing}<span lang="">${able}</span>`;
}

function agentWords(one) {
  const words = stateWords(one);
  if (readiness(one) === 3 || !one.since || (one.presence === "away" && one.activity !== "away")) return words;
  return html`<hub-timer class="num" .spec=${{ kind: "up", at: one.since, say: (time) => t("{state} {time}", { state: words, time }) }}></hub-timer>`;
}

function stateWords(one) {
  if (readiness(one) === 3) return t("offline");
  if (one.presence !== "away") return activityName(one.activity);
  return one.reason ? t("away: {reason}", { reason: reasonName(one.reason).toLocaleLowerCase() }) : t("away");
}

customElements.define("hub-transfer", Transfer);
