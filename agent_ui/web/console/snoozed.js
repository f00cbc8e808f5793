// A snoozed interaction in the middle pane: what was said, to be read; open it now, put it off, or say that it is done.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { icon } from "../icons.js";
import { t } from "../words.js";
import { run } from "./actions.js";
import { withDays } from "./days.js";
import { drawer } from "./head.js";
import { bubble, eventLine, languageOf } from "./message.js";
import { Part } from "./part.js";
import { channelName, nameOf } from "./terms.js";
import { when } from "./times.js";

class Snoozed extends Part {
  static properties = { snoozed: { attribute: false } };

  render() {
    const { desk, snoozed } = this;
    const { asleep, line } = desk;
    const me = desk.me?.id;
    return html`<header class="chead"><span class="chan">${icon(snoozed.channel)}</span>
        <div class="grow"><h1 lang=${languageOf(nameOf(snoozed))} title=${nameOf(snoozed)}>${nameOf(snoozed)}</h1><p class="meta">${[channelName(snoozed.channel), snoozed.subject, t("snoozed until {time}", { time: when(snoozed.due_at) })].filter(Boolean).join(" · ")}</p></div>
        <button type="button" class="btn primary" data-act="wake" ?disabled=${!line} @click=${() => run(desk, "wake")}>${icon("play")}<span>${t("Open it now")}</span></button>
        <button type="button" class="btn" title=${t("Later…")} ?disabled=${!line} @click=${() => run(desk, "later")}>${icon("moon")}<span class="wide">${t("Later…")}</span></button>
        <button type="button" class="btn" title=${t("Done")} ?disabled=${!line} @click=${() => run(desk, "done")}>${icon("check")}<span class="wide">${t("Done")}</span></button>${drawer(desk)}</header>
      ${snoozed.note ? html`<p class="asleep-note" dir="auto">${icon("moon")}<span>${snoozed.note}</span></p>` : nothing}
      <div class="log is-read" tabindex="0" role="region" aria-label=${t("What was said")}><div class="log-in">${this.#words(asleep, me)}</div></div>`;
  }

  #words(asleep, me) {
    const { loading, failed } = asleep.page;
    if (loading) return html`<span class="skeleton"></span><span class="skeleton"></span>`;
    if (failed) return html`<p class="event">${t("The conversation could not be loaded.")} <button type="button" class="btn small" @click=${() => asleep.load(this.snoozed.customer.id)}>${t("Try again")}</button></p>`;
    const entries = asleep.messages(this.snoozed.interaction);
    return repeat(withDays(entries), (one) => one.id, (one) => (one.day ? html`<p class="day"><span>${one.day}</span></p>` : one.kind === "event" ? eventLine(one, me) : bubble(one, { me })));
  }

  updated(changed) {
    super.updated(changed);
    const box = this.querySelector(".log");
    const { asleep } = this.desk;
    if (this.shown === asleep.id || asleep.page.loading) return;
    this.shown = asleep.id;
    box.scrollTop = box.scrollHeight;
  }
}

customElements.define("hub-snoozed", Snoozed);
