// The wallboard on a wall, five metres away: four figures, the five worst queues, one line for the worst alert. It shows no
// name of a person, never scrolls, and comes back by itself after the network was gone.
import { LitElement, html, nothing } from "lit";
import { wallWords } from "./board/alerts.js";
import { BoardModel } from "./board/model.js";
import { TONE, pressure, standing } from "./board/limits.js";
import { NONE, ratio, span } from "./board/words.js";
import { now, onTick, sync } from "./clock.js";
import { Screen } from "./tv/screen.js";
import { Worst, rows } from "./tv/queues.js";
import { duration, number, t, time } from "./words.js";

class Tv extends LitElement {
  static properties = { link: {}, company: {} };

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    this.model = new BoardModel();
    this.worst = new Worst();
    const island = document.getElementById("first-data"); // without figures the link has ended
    if (island) this.#begin(JSON.parse(island.textContent));
    this.screen = new Screen(this.link, (frame) => this.#take(frame), { ended: !island });
    onTick(() => this.requestUpdate());
  }

  #begin(first) {
    sync(first.at);
    this.model.reset(first.state);
  }

  #take(frame) {
    if (frame.type === "snapshot") this.model.reset(frame.state);
    else if (frame.type === "delta") this.model.apply(frame.changes);
  }

  render() {
    const { totals, queues, definition } = this.model;
    const { age, ended } = this.screen;
    if (ended) return html`<main class="tv tv-ended"><h1>${t("This screen’s link is no longer in use.")}</h1><p>${t("Ask an admin for the new one, and open it here.")}</p></main>`;
    const late = TONE[pressure(totals.oldest_since, totals.oldest_target_ms, now())];
    const short = span(definition.short_ms ?? 5000);
    return html`<main class="tv ${age ? "is-stale" : ""}"><h1 class="visually-hidden">${t("Wallboard of {company}", { company: this.company })}</h1>
      <header class="tv-line"><b class="el" lang="">${this.company}</b>${this.#alert()}<span class="tv-clock">${date(now())} <b>${time(now())}</b></span></header>
      <dl class="tv-heroes">${hero(totals.goal == null ? t("Service level") : t("Service level, goal {goal}", { goal: ratio(totals.goal) }), ratio(totals.service_level, totals.service_level > 0.9994 ? 0 : 1), standing(totals.service_level, totals.goal))}
        ${hero(t("Waiting"), number(totals.waiting ?? 0), "")}
        ${hero(t("Oldest"), totals.oldest_since == null ? NONE : duration(now() - totals.oldest_since), late)}
        ${hero(t("Idle agents"), number(totals.idle ?? 0), totals.idle ? "is-ok" : totals.waiting ? "is-bad" : "")}</dl>
      ${rows(this.worst.of(queues), now())}
      <footer class="tv-line"><span>${t("answered in time ÷ (answered + abandoned − under {short}), today", { short })}</span>
        <span class="tv-live ${age ? "is-old" : ""}"><i></i>${age ? t("{seconds} s old", { seconds: number(age) }) : t("live")}</span></footer></main>`;
  }

  /** The worst alert, with the number of the others. */
  #alert() {
    const [first, ...others] = this.model.worst;
    if (!first) return nothing;
    const words = wallWords(first, this.model.queues);
    return html`<b class="tv-alert el ${first.severity === "bad" ? "is-bad" : "is-warn"}">▲ ${others.length ? t("{alert} (+{count})", { alert: words, count: number(others.length) }) : words}</b>`;
  }
}

function hero(label, value, tone) {
  return html`<div class="tv-hero ${tone}"><dt>${label}</dt><dd>${value}</dd></div>`;
}

const { lang } = document.documentElement;
/** As the screen's own country writes it, where that speaks the page's language. */
const country = navigator.languages.find((tag) => tag.startsWith(`${lang}-`)) ?? lang;
const dates = new Intl.DateTimeFormat(country, { weekday: "short", day: "numeric", month: "short" });
const date = (at) => dates.format(at);

customElements.define("hub-tv", Tv);
