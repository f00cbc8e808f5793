// The visitor's socket (docs/webchat.md): says hello with a token and its place, notices gaps and silence, and comes back by
// itself, at once when the computer wakes or the network returns. What was asked when the line broke is rejected as
// "lost": the outbox asks again.
//
// Events: "frame" (detail: snapshot, delta, signal or bye), "state", "refused" (detail: Refused).
import { sync } from "../clock.js";
import { waitBefore } from "../socket.js";
import { Refused } from "./session.js";

/** The hub pings each 15 s; what is silent for longer than this is dead, whatever TCP believes. */
const SILENT_MS = 35_000;
/** After waking up, a line that has said nothing for this long is not waited for. */
const STALE_MS = 20_000;
const TICK_MS = 5_000;
const LOST = { code: "lost" };

export class Line extends EventTarget {
  state = "closed";
  /** Where the visitor is, for whoever talks to him. */
  page = "";
  #session;
  #seq = null;
  #ws = null;
  #asked = new Map();
  #hello = false;
  #attempt = 0;
  #timer = 0;
  #ticker = 0;
  #ticked = 0;
  #heard = 0;
  #wanted = false;
  #turn = 0;

  constructor(session) {
    super();
    this.#session = session;
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#offline);
    document.addEventListener("visibilitychange", this.#wake);
    this.#ticked = Date.now();
    this.#ticker = setInterval(this.#tick, TICK_MS);
    this.#connect();
  }

  /** Ends it for good; the next `open` begins at no place. */
  close() {
    this.#wanted = false;
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#offline);
    document.removeEventListener("visibilitychange", this.#wake);
    clearInterval(this.#ticker);
    clearTimeout(this.#timer);
    this.#cut();
    this.#seq = null;
    this.#attempt = 0;
  }

  /** The next hello asks for everything: it is another visitor's. */
  forgetPlace() {
    this.#seq = null;
  }

  /** Sends what needs no answer; false if there is no line. */
  send(what) {
    if (this.state !== "open") return false;
    this.#ws.send(JSON.stringify(what));
    return true;
  }

  /** Sends what is answered by a `result` with the same id. Rejects with the problem, or with code "lost". */
  ask(what) {
    return new Promise((resolve, reject) => {
      if (!this.send(what)) return reject(LOST);
      this.#asked.set(what.id, { resolve, reject });
    });
  }

  async #connect() {
    clearTimeout(this.#timer);
    if (this.state !== "closed") return;
    this.#say("connecting");
    const turn = ++this.#turn;
    let token;
    try {
      token = await this.#session.token();
    } catch (error) {
      if (turn !== this.#turn) return;
      if (!(error instanceof Refused)) return this.#again();
      this.dispatchEvent(new CustomEvent("refused", { detail: error }));
      return this.close();
    }
    if (turn !== this.#turn) return;
    const ws = new WebSocket(new URL("/ws/chat", location.href.replace(/^http/, "ws")));
    this.#ws = ws;
    ws.onopen = () => {
      if (ws !== this.#ws) return;
      this.#heard = Date.now();
      ws.send(this.#greeting(token));
      this.#say("open");
    };
    ws.onmessage = ({ data }) => ws === this.#ws && this.#take(JSON.parse(data));
    ws.onclose = () => ws === this.#ws && this.#again();
  }

  #greeting(token) {
    this.#hello = true;
    return JSON.stringify({ op: "hello", token, seq: this.#seq, page: this.page });
  }

  #take(frame) {
    this.#heard = Date.now();
    sync(frame.at);
    switch (frame.type) {
      case "snapshot":
        return this.#place(frame);
      case "delta":
        if (frame.prev === this.#seq) this.#place(frame);
        // Something is missing before it: ask again from where we stand. Until then deltas have no place to go to.
        else if (!this.#hello) this.#ws.send(this.#greeting(this.#session.value.token));
        return;
      case "ping":
        return this.send({ op: "pong" });
      case "result":
        return this.#answer(frame);
      case "signal":
      case "bye":
        this.#tell(frame);
        // An ended token is no reason to wait: the next hello carries a fresh one.
        if (frame.code === "expired" || frame.code === "revoked") this.#session.value.until = 0;
    }
  }

  #place(frame) {
    this.#seq = frame.seq;
    this.#hello = false;
    this.#attempt = 0;
    this.#tell(frame);
  }

  #answer({ id, ok, result, error }) {
    if (!ok && error.status === 401) {
      // The token ended on its way. What was asked is asked again with a fresh one.
      this.#session.value.until = 0;
      return this.#again();
    }
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (ok) asked?.resolve(result);
    else asked?.reject(error);
  }

  #again() {
    this.#cut();
    if (this.#wanted) this.#timer = setTimeout(() => this.#connect(), waitBefore(this.#attempt++));
  }

  #cut() {
    const ws = this.#ws;
    this.#turn++;
    this.#ws = null; // its own close event may come minutes later, or never
    ws?.close();
    for (const { reject } of this.#asked.values()) reject(LOST);
    this.#asked.clear();
    this.#say("closed");
  }

  #offline = () => {
    if (this.state === "open") this.#again();
  };

  /** The network is back, the tab is seen again, or the computer slept: no waiting. */
  #wake = () => {
    if (document.hidden) return;
    if (this.state === "open" && Date.now() - this.#heard > STALE_MS) this.#cut();
    if (this.state !== "closed") return;
    this.#attempt = 0;
    this.#connect();
  };

  #tick = () => {
    const slept = Date.now() - this.#ticked > 3 * TICK_MS;
    this.#ticked = Date.now();
    if (slept) this.#wake();
    else if (this.state === "open" && Date.now() - this.#heard > SILENT_MS) this.#again();
  };

  #tell(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }
}
