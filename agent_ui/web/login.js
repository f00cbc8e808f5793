// The log-in page: the day, "Show" for the password, and what is checked before work begins.
import { LitElement, html, nothing } from "lit";
import { icon } from "./icons.js";
import { ask, permission } from "./notice.js";
import { play, unlock } from "./sound.js";
import { number, t, wholeDay } from "./words.js";

const SLOW_MS = 300;

class Checks extends LitElement {
  static properties = { hub: { state: true }, notices: { state: true }, sound: { state: true } };

  constructor() {
    super();
    this.hub = null;
    this.notices = permission();
    this.sound = "";
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#measure();
  }

  render() {
    return html`<section class="checks" aria-labelledby="checks-head"><h2 id="checks-head">${t("Before you begin")}</h2><ul>
        ${this.#hub()}${this.#notices()}${this.#sound()}</ul>
      <p>${t("You say when you are available. Nothing rings before that.")}</p></section>`;
  }

  #line(tone, words, answer) {
    const sign = { ok: "check", warn: "warning", bad: "warning" }[tone] ?? "clock";
    return html`<li class="is-${tone}">${icon(sign)}<span>${words}</span>${answer}</li>`;
  }

  #hub() {
    const words = t("Connection to the hub");
    if (this.hub === null) return this.#line("open", words, nothing);
    if (this.hub === false) return this.#line("bad", words, html`<output>${t("no answer")}</output>`);
    const answer = html`<output>${t("{count} ms", { count: number(Math.round(this.hub)) })}</output>`;
    return this.#line(this.hub > SLOW_MS ? "warn" : "ok", words, answer);
  }

  #notices() {
    const words = t("Notices while the tab is hidden");
    const said = { granted: t("allowed"), denied: t("blocked in the browser"), missing: t("not possible here") }[this.notices];
    if (said) return this.#line(this.notices === "granted" ? "ok" : "warn", words, html`<output>${said}</output>`);
    return this.#line("warn", words, html`<button type="button" @click=${this.#askNotices}>${t("allow")}</button>`);
  }

  #sound() {
    const words = t("Sound for offers");
    if (this.sound) return this.#line("ok", words, html`<button type="button" @click=${this.#play}>${this.sound}</button>`);
    return this.#line("warn", words, html`<button type="button" @click=${this.#play}>${t("play it")}</button>`);
  }

  #askNotices = async () => {
    this.notices = await ask();
  };

  #play = async () => {
    await unlock().catch(() => false);
    if (play("offer")) this.sound = t("played");
  };

  /** The second round trip: the first one pays for name, line and keys. */
  async #measure() {
    try {
      let from = 0;
      for (const _round of [1, 2]) {
        from = performance.now();
        await fetch("/healthz", { cache: "no-store" });
      }
      this.hub = performance.now() - from;
    } catch {
      this.hub = false;
    }
  }
}

customElements.define("hub-checks", Checks);

const today = document.getElementById("today");
today.dateTime = new Date().toISOString();
today.textContent = wholeDay(Date.now());

const [password, show] = [document.getElementById("password"), document.getElementById("show")];
show.hidden = false;
show.addEventListener("click", () => {
  const open = password.type === "password";
  password.type = open ? "text" : "password";
  show.setAttribute("aria-pressed", String(open));
  show.textContent = open ? t("Hide") : t("Show");
  password.focus();
});
password.form.addEventListener("submit", () => (password.type = "password"));
