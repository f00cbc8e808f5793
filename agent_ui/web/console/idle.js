// The middle pane when no contact is selected: what is the case, how soon the next contact is likely, the agent's own
// figures of the day, and what waits without hurry.
import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { capsOf, keyFor } from "../keys.js";
import { muted, soundOn, unlocked } from "../sound.js";
import { duration, n, number, t } from "../words.js";
import { cap } from "./caps.js";
import { readMention, when } from "./mentions.js";
import { Part } from "./part.js";
import { presenceLine } from "./presence.js";
import { nameOf } from "./terms.js";

const MINUTE = 60_000;

class Idle extends Part {
  #deaf = () => {};

  connectedCallback() {
    super.connectedCallback();
    this.#deaf = soundOn(() => this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#deaf();
  }

  get about() {
    return null;
  }

  render() {
    const { me } = this.desk;
    if (!me) return nothing;
    return html`<div class="idle"><div class="idle-words">${words(me, this.desk)}</div>
      <dl class="card figures">
        ${figure(t("Handled today"), number(me.day?.handled ?? 0), t("contacts"))}
        ${figure(t("Handle time"), me.day?.handle_ms ? duration(me.day.handle_ms) : "–", t("average of today"))}
        ${figure(t("Rating"), me.day?.rating ? number(me.day.rating.mean, { minimumFractionDigits: 1, maximumFractionDigits: 1 }) : "–", me.day?.rating ? n("{count} answer this week", "{count} answers this week", me.day.rating.n) : t("no answers this week"))}
        ${figure(t("Missed offers"), number(me.day?.missed ?? 0), t("today"))}
      </dl>
      ${this.#waits()}
      <p class="idle-foot">${sound()} · ${keys()}</p></div>`;
  }

  /** Snoozed interactions by their time, then mentions: opened without leaving the line. */
  #waits() {
    const snoozed = this.desk.sections.snoozed ?? [...(this.desk.state.snoozed?.values() ?? [])];
    const asleep = [...snoozed].sort((one, other) => one.due_at - other.due_at);
    const mentions = [...(this.desk.state.mentions?.values() ?? [])].sort((one, other) => other.at - one.at);
    if (!asleep.length && !mentions.length) return nothing;
    return html`<section class="card waits" aria-labelledby="waits-head"><div class="waits-head"><h2 id="waits-head">${t("Waits for you, not urgent")}</h2><span class="meta">${t("opens without leaving the line")}</span></div>
      <ul>${repeat(asleep, (one) => one.interaction, (one) => html`<li><button type="button" @click=${() => this.desk.lookAsleep(one.interaction)}>${icon("moon")}<b lang="">${nameOf(one)}</b><span class="el" dir="auto">${t("Snoozed: {words}", { words: one.note || one.subject || one.last?.text || one.last || "–" })}</span><span class="meta num">${t("due {time}", { time: when(one.due_at) })}</span></button></li>`)}
      ${repeat(mentions, (one) => one.id, (one) => html`<li><button type="button" @click=${() => readMention(this.desk, one)}>${icon("note")}<b lang="">${t("{name} mentioned you", { name: one.by.name })}</b><span class="el" lang="" dir="auto">“${one.text}”</span><span class="meta num">${when(one.at)}</span></button></li>`)}</ul></section>`;
  }
}

function words(me, desk) {
  if (me.presence === "offline") return html`<h1>${t("You are offline.")}</h1>${line(t("No contacts come until you are available."))}${again(desk)}`;
  if (me.presence === "away") return html`<h1>${t("You are {presence}.", { presence: presenceLine(me).toLocaleLowerCase() })}</h1>${line(crowd(me) ?? t("No contacts come until you are available."))}${me.set_by === "system" || me.set_by === "supervisor" ? nothing : again(desk)}`;
  if (!me.capacity?.length) return html`<h1>${t("You are available. Nothing is ringing.")}</h1>${line(t("No queue gives you contacts yet: a supervisor has to give you channels and skills."))}`;
  return html`<h1>${t("You are available. Nothing is ringing.")}</h1>${line(next(me))}`;
}

/** A sentence; another one is a new element, because words in the middle of a line would jump. */
const line = (text) => keyed(text, html`<p>${text}</p>`);

/** A range, never a point; and who waits, where it is known. */
function next(me) {
  if (!me.likely) return crowd(me) ?? t("The next contact is shown here and in your work list.");
  const range = rangeWords(me.likely);
  const crowded = crowd(me);
  return crowded ? t("The next contact for you is likely in {range}. {waiting}", { range, waiting: crowded }) : t("The next contact for you is likely in {range}.", { range });
}

export function rangeWords({ low_ms: low, high_ms: high }) {
  const [from, to] = [Math.floor(low / MINUTE), Math.ceil(high / MINUTE)];
  if (to <= 1) return t("less than a minute");
  return from >= to ? t("{count} min", { count: number(to) }) : t("{low}–{high} min", { low: number(Math.max(from, 1)), high: number(to) });
}

/** "2 people wait in Returns." for the fullest of my queues; null where nobody waits. */
function crowd({ waiting = [] }) {
  const [most] = waiting.filter((one) => one.waiting > 0).sort((one, other) => other.waiting - one.waiting);
  return most ? n("{count} person waits in {queue}.", "{count} people wait in {queue}.", most.waiting, { queue: most.name }) : null;
}

function sound() {
  if (muted()) return t("Sound off on this computer");
  return unlocked() ? t("Sound on") : t("Sound waits for a press on this page");
}

function keys() {
  const chord = keyFor("keys", "?");
  if (!chord) return html`<a href="/settings#keys">${t("Change the keys")}</a>`;
  return html`<span>${t("press")}</span> ${capsOf(chord).map((key) => html`<kbd>${cap(key)}</kbd>`)} <span>${t("for the keys")}</span>`;
}

const again = (desk) => html`<button type="button" class="btn primary" @click=${() => desk.act("presence.set", { presence: "available", reason: "", after_contact: false })}>${desk.me.presence === "offline" ? t("Become available") : t("Available again")}</button>`;

const figure = (name, value, sample) => html`<div class="figure"><dt>${name}</dt><dd><b>${value}</b><span>${sample}</span></dd></div>`;

customElements.define("hub-idle", Idle);
