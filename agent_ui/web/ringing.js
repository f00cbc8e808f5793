// What rings while the agent is on another page than the console: who, where, how long, and one chord that accepts it.
// It lies over the page, so that nothing moves, and never takes the keyboard.
import { LitElement, html, nothing } from "lit";
import { caps } from "./console/caps.js";
import { channelName, nameOf } from "./console/terms.js";
import "./console/timer.js";
import { bind, keyFor } from "./keys.js";
import { announce } from "./announce.js";
import { icon } from "./icons.js";
import { t } from "./words.js";

const ACCEPT = "Ctrl ⇧ Enter";

class Ringing extends LitElement {
  static properties = { watch: { attribute: false }, trouble: { state: true }, taking: { state: true } };

  createRenderRoot() {
    return this;
  }

  start(watch) {
    this.watch = watch;
    watch.addEventListener("change", () => this.requestUpdate());
    bind(ACCEPT, this.#accept, { id: "accept", group: "work", label: t("Accept the top offer"), when: () => watch.sections.ringing.length > 0 });
  }

  render() {
    const contact = this.watch?.sections.ringing[0];
    if (!contact) return this.trouble ? html`<div class="ringing" role="alert"><p>${this.trouble}</p><button type="button" class="btn small" @click=${() => (this.trouble = "")}>${t("Put away")}</button></div>` : nothing;
    const { offer, queue, channel } = contact;
    const chord = keyFor("accept", ACCEPT);
    return html`<section class="ringing" aria-label=${t("Ringing")}><hub-timebar .spec=${{ from: offer.made_at, until: offer.deadline }}></hub-timebar>
      <span class="chan is-ringing">${icon(channel)}</span><p><b lang="">${nameOf(contact)}</b><span class="meta">${channelName(channel)} · ${queue.name} · <hub-timer .spec=${{ kind: "seconds", at: offer.deadline, say: (time) => t("{time} left", { time }) }}></hub-timer></span></p>
      <a class="btn small" href="/work">${t("Look at it")}</a><button type="button" class="btn small primary" ?disabled=${this.taking} @click=${this.#accept}>${this.taking ? t("Accepting…") : t("Accept")} ${chord ? caps(chord) : nothing}</button></section>`;
  }

  #accept = async () => {
    if (this.taking) return;
    this.taking = true;
    try {
      await this.watch.accept();
    } catch (problem) {
      this.trouble = problem.detail || t("That did not work. Try again.");
      announce(this.trouble, { assertive: true });
    }
    this.taking = false;
  };
}

customElements.define("hub-ringing", Ringing);

