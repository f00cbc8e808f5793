// The demo page: you are the customer at the left, the agent's console stands at the right. Loaded by play.html, which
// interaction_hub/demo renders and serves together with these endpoints (all of the same origin, session of the demo):
//
// GET  /play/state   -> {customers: [{number, display?, name, language}], numbers: [{number, display?, name}], pace, site}.
//                       `numbers` are ours to write to, first = default. E.164; `display` is grouped for people.
//                       `site` is the key of the chat site, "" if there is none.
//                       The same object stands in the page as <script type="application/json" id="first-data">.
// POST /play/sms     {from, to, body} -> 202 {id}; the message then arrives by the stream with the same id.
// POST /play/burst   {count} -> 202 {}      count of customers who write within some seconds, 1 to 100.
// POST /play/pace    {pace} -> 200 {pace}   stopped | calm | busy
//   POST takes and gives JSON; errors are RFC 9457 problems, whose `detail` is shown. A header `X-Requested-With: play`
//   goes with each, so that no foreign form can send one.
// GET  /play/stream?number=+44…  (the + escaped as %2B) -> text/event-stream. It begins with the conversation so far of
//   that number, oldest first, and the last 20 events of the log, then goes on live; a comment line every 15 s. Repeats
//   after a reconnect do no harm: both kinds are keyed. A number never seen before is an empty conversation, not a 404.
//   event: message  data: {id, direction, text, at, state, other}   from the customer's point of view: direction `out` =
//     the customer wrote it, `in` = it came from the hub; `other` = our number; at = Unix ms; state of `out`: sent (the
//     carrier has it), delivered (the hub answered 2xx), failed; of `in`: delivered. Sent again when the state changes.
//   event: event    data: {position, kind, at, subject}   one line of the event log, all customers; subject is short and
//     for people ("→ Amara", "sms"), may be "".
//   event: pace     data: {pace}   when another window has changed it (optional).
import { LitElement, html, nothing } from "lit";
import { icon } from "./icons.js";
import { isChinese } from "./play/text.js";
import { EventTail } from "./play/log.js";
import { Thread } from "./play/thread.js";
import { wire } from "./play/controls.js";
import { post } from "./play/post.js";
import { stranger } from "./play/stranger.js";
import { t, time } from "./words.js";
import { passChords } from "./play/chords.js";

class Play extends LitElement {
  static properties = { number: { state: true }, to: { state: true }, notice: { state: true }, text: { state: true } };

  createRenderRoot() {
    return this;
  }

  constructor() {
    super();
    this.thread = new Thread();
    this.tail = new EventTail();
    this.text = "";
    this.notice = { text: "", bad: false };
  }

  connectedCallback() {
    super.connectedCallback();
    this.first = JSON.parse(document.getElementById("first-data").textContent);
    this.people = [...this.first.customers, stranger(this.first.customers, this.first.numbers)];
    this.to = this.first.numbers[0]?.number ?? "";
    this.#be(this.people[0].number);
    wire(this.first, (text, bad) => (this.notice = { text, bad }));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.stream?.close();
  }

  #be(number) {
    this.number = number;
    this.stream?.close();
    this.thread.clear();
    this.stream = new EventSource(`/play/stream?number=${encodeURIComponent(number)}`);
    const on = (kind, act) => this.stream.addEventListener(kind, (event) => {
      act(JSON.parse(event.data));
      this.requestUpdate();
    });
    on("message", (message) => this.thread.put(message));
    on("event", (line) => this.tail.put(line));
    on("pace", ({ pace }) => dispatchEvent(new CustomEvent("play-pace", { detail: pace })));
    this.stream.onopen = () => (this.notice = { text: "", bad: false });
    this.stream.onerror = () => (this.notice = { text: t("Connection to the demo lost. It is tried again."), bad: true });
  }

  render() {
    const to = this.first.numbers.find(({ number }) => number === this.to);
    return html`<div class="play-who"><label for="who">${t("You are")}</label>
        <select id="who" .value=${this.number} @change=${(event) => this.#be(event.target.value)}>
          ${this.people.map(({ number, name }) => html`<option value=${number} ?selected=${number === this.number}>${name || t("a stranger")}</option>`)}
        </select><span class="play-number">${this.people.find(({ number }) => number === this.number)?.display ?? this.number}</span></div>
      <div class="play-to">${icon("sms")}<span><b>${t("SMS")}</b> ${t("to {name}, {number}", { name: to?.name ?? "", number: to?.display ?? this.to })}</span>
        ${this.first.numbers.length > 1 ? this.#targets() : nothing}</div>
      ${this.first.site ? this.#chatLink() : nothing}
      <p class="play-notice ${this.notice.bad ? "is-bad" : ""}" role="status">${this.notice.text}</p>
      <div class="play-thread" role="log" aria-label=${t("Your messages")} tabindex="0">
        <p class="play-line">${t("The carrier is simulated: no SMS leaves this computer.")}</p>
        ${this.thread.of(this.to).map((message) => this.#message(message))}</div>
      <div class="play-composer"><div class="play-box">
        <textarea rows="1" aria-label=${t("Your message")} placeholder=${t("Write as the customer")} maxlength="1600" .value=${this.text}
          @input=${(event) => (this.text = event.target.value)} @keydown=${this.#key}></textarea>
        <button type="button" aria-label=${t("Send")} ?disabled=${!this.text.trim()} @click=${this.#send}>${icon("send")}</button>
      </div></div>
      <div class="play-log"><h2><span>${t("What the hub did")}</span><span>${t("event log")}</span></h2>
        <ol tabindex="0" aria-label=${t("Event log")}>${this.tail.lines.map(({ position, kind, subject, after }) => html`<li>
          <span>${position}</span><span title="${kind} ${subject}">${kind} ${subject}</span><span>${after}</span></li>`)}</ol></div>`;
  }

  willUpdate() {
    // A log sticks to its end only where it was there (ui.md 9.4).
    this.atEnd = [...this.querySelectorAll(".play-thread, .play-log ol")].filter((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 24);
  }

  updated() {
    for (const box of this.atEnd.length ? this.atEnd : []) box.scrollTop = box.scrollHeight;
  }

  #targets() {
    return html`<select aria-label=${t("Number to write to")} .value=${this.to} @change=${(event) => (this.to = event.target.value)}>
      ${this.first.numbers.map(({ number, name }) => html`<option value=${number}>${name}</option>`)}</select>`;
  }

  /** The other way to come: the page of the web chat, as a stranger, in a tab of its own. */
  #chatLink() {
    return html`<a class="play-chat" href="/chat/${this.first.site}" target="_blank" rel="noopener">${icon("chat")}
      <span><b>${t("Chat as a visitor")}</b> ${t("on the web, in a new tab")}</span></a>`;
  }

  #message({ direction, text, at, state, error }) {
    const when = time(at);
    const ticks = { sending: t("sending…"), sent: `${when} ✓`, delivered: `${when} ✓✓`, failed: t("not sent") };
    const states = { sent: t("the carrier has it"), delivered: t("delivered") };
    const mine = direction === "out";
    return html`<div class="play-message ${mine ? "is-mine" : ""}"><div lang=${isChinese(text) ? "zh-Hans" : ""} dir="auto">${text}</div>
      <span class=${state === "failed" ? "is-failed" : ""} title=${error ?? states[state] ?? nothing}>${mine ? (ticks[state] ?? when) : when}</span></div>`;
  }

  #key = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  };

  #send = async () => {
    const body = this.text.trim();
    if (!body) return;
    this.text = "";
    const local = this.thread.sending(body, this.to);
    this.tail.start();
    this.requestUpdate();
    try {
      const { id } = await post("/play/sms", { from: this.number, to: this.to, body });
      this.thread.sent(local, id);
    } catch (error) {
      this.thread.failed(local, error.message);
      this.notice = { text: error.message, bad: true };
    }
    this.requestUpdate();
  };
}

customElements.define("hub-play", Play);

passChords(document.querySelector(".play-frame"));
