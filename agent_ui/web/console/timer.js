// One clock ticks all timers of the page: a timer changes its own text and nothing else, a time bar its own transform.
import { now, onTick } from "../clock.js";
import { duration, n } from "../words.js";
import { tone } from "./sections.js";

const live = new Set();
onTick(() => {
  for (const one of live) one.tick();
});

class Ticking extends HTMLElement {
  connectedCallback() {
    live.add(this);
    this.tick();
  }

  disconnectedCallback() {
    live.delete(this);
  }
}

/** `kind`: up (since `at`), left (until `at`, m:ss), seconds (until `at`, in words), wait (like up, with the tone of `target`). */
class Timer extends Ticking {
  #spec = null;

  set spec(spec) {
    this.#spec = spec;
    if (this.isConnected) this.tick();
  }

  connectedCallback() {
    this.setAttribute("role", "timer");
    this.setAttribute("aria-live", "off");
    super.connectedCallback();
  }

  tick() {
    if (!this.#spec) return;
    const text = this.#text();
    if (this.textContent !== text) this.textContent = text;
    this.#colour();
  }

  #text() {
    const { kind, at, say = (time) => time } = this.#spec;
    if (!at) return "";
    const gone = Math.max(0, now() - at);
    const left = Math.max(0, at - now());
    if (kind === "seconds") return say(n("{count} s", "{count} s", Math.ceil(left / 1000), { count: Math.ceil(left / 1000) }));
    return say(duration(kind === "left" ? Math.ceil(left / 1000) * 1000 : gone));
  }

  #colour() {
    const { kind, at, target, low } = this.#spec;
    const left = at - now();
    let found = "";
    if (kind === "wait") found = tone(now() - at, target);
    else if (low && left <= low.bad) found = "bad";
    else if (low && left <= low.warn) found = "warn";
    const host = this.closest("[data-tone]") ?? this;
    if (host.dataset.tone !== found) host.dataset.tone = found;
  }
}

/** The share of an offer's time that is left; red in the last five seconds. */
class TimeBar extends Ticking {
  #spec = null;

  set spec(spec) {
    this.#spec = spec;
    if (this.isConnected) this.tick();
  }

  connectedCallback() {
    if (!this.firstChild) this.append(document.createElement("i"));
    this.setAttribute("aria-hidden", "true");
    super.connectedCallback();
  }

  tick() {
    if (!this.#spec) return;
    const { from, until } = this.#spec;
    const left = Math.max(0, until - now());
    this.firstChild.style.transform = `scaleX(${Math.min(1, left / Math.max(1, until - from)).toFixed(4)})`;
    this.classList.toggle("is-low", left <= 5_000);
  }
}

customElements.define("hub-timer", Timer);
customElements.define("hub-timebar", TimeBar);

