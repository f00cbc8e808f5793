// The bar for a lost connection: what happened, what it means, what goes on. And once it is back, for a while, that.
import { html, nothing } from "lit";
import { icon } from "../icons.js";
import { duration, n, t } from "../words.js";
import { now, onTick } from "../clock.js";
import { Part } from "./part.js";

const GRACE_MS = 1_500;
const BACK_MS = 8_000;

class Cut extends Part {
  static properties = { back: { state: true }, over: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.stop = onTick(() => this.desk && !this.desk.line && this.requestUpdate());
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stop();
  }

  /** The hub is back after `lost` ms; `kept` texts wait to be sent. */
  returned({ lost, kept }) {
    this.back = { lost, kept };
    setTimeout(() => (this.back = null), BACK_MS);
    return backWords(this.back);
  }

  get about() {
    return null;
  }

  willUpdate(changed) {
    if (changed.has("over") && this.over) this.desk.changed(); // others say it in their own words (over.js)
  }

  render() {
    if (this.over) return html`<div class="banner bad" role="alert">${icon("warning")}<p><b>${this.over === "elsewhere" ? t("Opened in another window.") : t("You are signed out.")}</b> <span>${this.over === "elsewhere" ? t("This one is still.") : t("What you wrote is kept in this tab.")}</span></p><span class="grow"></span>
      <button type="button" class="btn small" @click=${() => location.reload()}>${this.over === "elsewhere" ? t("Use it here") : t("Sign in")}</button></div>`;
    if (this.desk.line) return this.back ? html`<div class="banner ok">${icon("check")}<p>${backWords(this.back)}</p></div>` : nothing;
    const lost = now() - this.desk.cutAt;
    if (lost < GRACE_MS) return nothing;
    const kept = this.desk.outbox.entries.filter((entry) => entry.state === "kept").length;
    return html`<div class="banner">${icon("warning")}<p><b>${t("Connection to the hub lost {time} ago.", { time: duration(lost) })}</b>
      <span>${t("What you write is kept in this tab and sent in order. No new contacts come meanwhile.")}</span></p><span class="grow"></span>
      ${kept ? html`<span class="meta">${n("{count} message kept", "{count} messages kept", kept)}</span>` : nothing}
      <button type="button" class="btn small" @click=${() => dispatchEvent(new Event("online"))}>${t("Try now")}</button></div>`;
  }
}

function backWords({ lost, kept }) {
  const time = duration(lost);
  if (!kept) return t("Back after {time}. Nothing was lost.", { time });
  return n("Back after {time}. {count} message is sent, nothing was lost.", "Back after {time}. {count} messages are sent, nothing was lost.", kept, { time });
}

customElements.define("hub-cut", Cut);
