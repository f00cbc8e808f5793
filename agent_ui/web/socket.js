// One live stream (docs/live.md): says hello with its place, notices gaps, comes back by itself, and keeps commands until
// they are answered. A command that was sent before the line broke goes out again with its id; the hub then replays the
// answer instead of acting twice.
//
// Every frame that says when it was sent sets the page's clock.
// Events: "frame" (detail: a snapshot, delta or bye frame), "signal" (detail: a sign of life, which has no place and is not
// repeated), "state" (detail: "connecting" | "open" | "closed"), "hello" (the hub is asked for what is there).
import { sync } from "./clock.js";
import { uuid } from "./uuid.js";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The hub pings each 15 s; a line that is silent for longer than this is dead, whatever TCP believes. */
const SILENT_MS = 35_000;
/** While a command waits for its answer, a hub that says nothing at all is given up sooner. */
const ANSWER_MS = 8_000;
/** After these the hub does not want us back: the session is over, or another window took the stream. */
const FINAL = new Set(["revoked", "elsewhere"]);
const CLOSED = { type: "/problems/closed", title: "Closed", status: 0, code: "closed", detail: "" };

/** Full jitter over the upper half: consoles of one hub must not all come back in the same moment. */
export function waitBefore(attempt, random = Math.random()) {
  const most = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
  return most / 2 + (most / 2) * random;
}

export class Socket extends EventTarget {
  state = "closed";
  #path;
  #ws = null;
  #pending = new Map();
  #attempt = 0;
  #timer = 0;
  #silence = 0;
  #limit = 0;
  #wanted = false;
  #asked = false;

  constructor(path, { seq = null } = {}) {
    super();
    this.#path = path;
    this.seq = seq;
  }

  open() {
    if (this.#wanted) return;
    this.#wanted = true;
    globalThis.addEventListener("online", this.#now);
    globalThis.addEventListener("offline", this.#off);
    this.#connect();
  }

  /** Ends the stream for good; what waits for an answer is told so. */
  close() {
    this.#wanted = false;
    globalThis.removeEventListener("online", this.#now);
    globalThis.removeEventListener("offline", this.#off);
    clearTimeout(this.#timer);
    clearTimeout(this.#silence);
    const ws = this.#ws;
    this.#ws = null;
    ws?.close();
    this.#say("closed");
    for (const { reject } of this.#pending.values()) reject(CLOSED);
    this.#pending.clear();
  }

  /**
   * Asks the hub for something. Rejects with the problem (`code`, `detail`, `fields`…). Whoever may ask again after a
   * reload of the page gives its own `id`: the hub carries out each id once.
   */
  command(op, args = {}, { id = uuid() } = {}) {
    const text = JSON.stringify({ op, id, args });
    return new Promise((resolve, reject) => {
      if (!this.#wanted) return reject(CLOSED);
      this.#pending.set(id, { text, resolve, reject });
      this.#send(text);
      if (this.state === "open") this.#listen();
    });
  }

  /** A sign of life (`typing`, `view`): no answer, and none is kept for a line that is down. */
  sign(op, fields = {}) {
    this.#send(JSON.stringify({ op, ...fields }));
  }

  #now = () => {
    if (this.state === "closed" && this.#wanted) this.#connect();
  };

  /** The browser knows at once that there is no network; the silence would take half a minute to say so. */
  #off = () => this.#ws && this.#drop();

  #connect() {
    clearTimeout(this.#timer);
    this.#say("connecting");
    const ws = new WebSocket(new URL(this.#path, location.href.replace(/^http/, "ws")));
    this.#ws = ws;
    let opened = false;
    ws.onopen = () => {
      opened = true;
      this.#hello();
      for (const { text } of this.#pending.values()) this.#send(text);
      this.#heard();
      this.#say("open");
    };
    ws.onmessage = ({ data }) => ws === this.#ws && this.#take(JSON.parse(data));
    ws.onclose = () => ws === this.#ws && this.#lost(opened);
  }

  #hello() {
    this.#asked = true;
    this.dispatchEvent(new Event("hello"));
    this.#send(JSON.stringify({ op: "hello", seq: this.seq }));
  }

  #send(text) {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(text);
  }

  #take(frame) {
    this.#heard();
    sync(frame.at);
    switch (frame.type) {
      case "snapshot":
        this.#place(frame);
        return this.#tell(frame);
      case "delta":
        // Something is missing before this frame: ask again from where we stand. Until then deltas have no place to go to.
        if (frame.prev === this.seq) {
          this.#place(frame);
          this.#tell(frame);
        } else if (!this.#asked) this.#hello();
        return;
      case "ping":
        return this.#send('{"op":"pong"}');
      case "signal":
        return this.dispatchEvent(new CustomEvent("signal", { detail: frame }));
      case "result":
        return this.#answer(frame);
      case "bye":
        this.#tell(frame);
        if (FINAL.has(frame.code)) this.close();
    }
  }

  #place(frame) {
    this.seq = frame.seq;
    this.#asked = false;
    this.#attempt = 0;
  }

  #answer({ id, ok, result, error }) {
    const waiting = this.#pending.get(id);
    if (!waiting) return;
    this.#pending.delete(id);
    this.#heard(); // nothing is waited for any more, perhaps
    if (ok) waiting.resolve(result);
    else waiting.reject(error);
  }

  #heard() {
    clearTimeout(this.#silence);
    this.#silence = 0;
    this.#listen();
  }

  #listen() {
    const limit = this.#pending.size ? ANSWER_MS : SILENT_MS;
    if (this.#silence && this.#limit <= limit) return;
    clearTimeout(this.#silence);
    this.#limit = limit;
    this.#silence = setTimeout(() => this.#ws && this.#drop(), limit);
  }

  #drop() {
    const ws = this.#ws;
    this.#ws = null; // its own close event may come minutes later, or never
    ws.close();
    this.#lost(true);
  }

  #lost(opened) {
    clearTimeout(this.#silence);
    this.#ws = null;
    if (!this.#wanted) return;
    this.#say("closed");
    this.#timer = setTimeout(() => this.#connect(), waitBefore(this.#attempt++));
    if (!opened) this.#signedIn();
  }

  /** A refused handshake looks like a dead hub to a page: the log-in page tells them apart (it sends a person on). */
  async #signedIn() {
    try {
      const answer = await fetch("/login", { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (!answer.ok || !this.#wanted) return;
    } catch {
      return;
    }
    this.#tell({ type: "bye", code: "revoked" });
    this.close();
  }

  #tell(frame) {
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #say(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
