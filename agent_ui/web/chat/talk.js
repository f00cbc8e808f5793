// One visitor's conversation as the frame knows it: what the hub says, what is still on its way there, and what the visitor
// can do. No DOM; views read it and are told by one "change" event per animation frame.
import { Kept } from "./kept.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";
import { Receipts } from "./receipts.js";
import { Refused, Session } from "./session.js";
import { uuid } from "../uuid.js";
import { pack, signedName, strangerName, unpack } from "./visitor.js";

const NONE = { state: "none", agent: null, helper: null, queue: "", place: null, likely: null, rated: false, can_rate: false };
const TYPING_EACH_MS = 3_000;
const TYPING_FADES_MS = 6_000;
const RETRY_MS = 4_000;
const LEAST_RENEW_MS = 5_000;
const AWAY_AFTER_MS = 1_500;
const MOST_PAGE = 500;
const LONGEST_FRAME_MS = 50;

export class Talk extends EventTarget {
  conversation = NONE;
  lines = new Map();
  more = false;
  /** Who writes at this moment, or "". */
  typing = "";
  /** Why the hub will not have us: `{status, code, message}`, or null. */
  refused = null;
  /** A message was left for later on this page: `{to}`, where the answer goes, masked. Nothing else is kept of it. */
  receipt = null;
  /** Whether the conversation is known: before the first snapshot nothing can be said about it. */
  known = false;
  /** The line is down for longer than a blink. */
  away = false;
  #sending = false;
  #asked = false;
  #typed = 0;
  #timers = {};

  constructor(site, host) {
    super();
    this.kept = new Kept(site, host);
    this.outbox = new Outbox(this.kept);
    this.session = new Session(site);
    this.line = new Line(this.session);
    this.receipts = new Receipts(this.line);
    this.session.addEventListener("answer", () => this.#answered());
    this.line.addEventListener("frame", ({ detail }) => this.#take(detail));
    this.line.addEventListener("refused", ({ detail }) => this.#refuse(detail));
    this.line.addEventListener("state", () => this.#lineChanged());
    // Another tab of the same visitor wrote something.
    addEventListener("storage", () => {
      this.#pump();
      this.changed();
    });
  }

  #lineChanged() {
    if (this.line.state === "open") {
      clearTimeout(this.#timers.away);
      this.#timers.away = 0;
      this.away = false;
      this.#pump();
    } else {
      this.typing = "";
      this.#timers.away ||= setTimeout(() => {
        this.away = true;
        this.changed();
      }, AWAY_AFTER_MS);
    }
    this.changed();
  }

  get info() {
    return this.session.value;
  }

  /** Is there something of this visitor that must not be lost when the page is left? */
  get going() {
    return this.inChat || this.kept.holds();
  }

  /** Does somebody talk here, or wait? */
  get inChat() {
    return ["waiting", "talking", "held"].includes(this.conversation.state);
  }

  get ordered() {
    return [...this.lines.values()].sort((a, b) => a.seq - b.seq);
  }

  get unread() {
    return this.ordered.filter((line) => line.from !== "me" && line.kind === "message" && !this.receipts.isRead(line));
  }

  /** Who is there, and where: `{credential, identity, page}`. Another one than before sees nothing of him. */
  begin(asked) {
    const { name, credential } = unpack(asked.credential);
    const visitor = asked.identity ? signedName(asked.identity) : name;
    const same = (this.session.identity ?? "") === (asked.identity ?? "") && this.kept.visitor === visitor;
    // What is going on here is not left for another tab's talk.
    if (this.known && (same || (!asked.identity && this.going))) return;
    this.#stop();
    this.line.page = place(asked.page);
    this.session.become({ identity: asked.identity, credential: asked.identity ? null : credential });
    this.kept.belong(visitor);
    this.line.open();
    this.changed();
  }

  /** What the embedding page is to keep for a stranger, null for others. */
  get pass() {
    const { identity, credential } = this.session;
    return identity || !credential ? null : pack(this.kept.visitor, credential);
  }

  /** The visitor has gone on to another page, and the chat with him. */
  moved(page) {
    if (place(page) === this.line.page) return;
    this.line.page = place(page);
    this.line.send({ op: "page", page: this.line.page });
  }

  /** Is this signature for the person who is here already? For another one all is forgotten. */
  isHere(identity) {
    return Boolean(this.session.identity) && signedName(identity) === signedName(this.session.identity);
  }

  /** A fresh signature of the person who is here: nothing on his screen changes, unless it was all over for him. */
  confirm(identity) {
    if (identity === this.session.identity) return;
    this.session.identity = identity;
    if (this.refused) this.again();
  }

  /** After a refusal. */
  again() {
    this.refused = null;
    this.line.open();
    this.changed();
  }

  forget() {
    this.#stop();
    this.outbox.forget();
    this.session.become({});
    this.changed();
  }

  #stop() {
    this.line.close();
    this.receipts.forget();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#timers = {};
    Object.assign(this, { away: false, conversation: NONE, lines: new Map(), more: false, typing: "", refused: null, known: false, receipt: null });
  }

  /** His message is left, and no word of his is on its way: from here on this is nobody's page (docs/webchat.md). */
  #leave() {
    const { state, answer_to } = this.conversation;
    if (state !== "left" || this.#sending || this.outbox.list.length) return;
    this.#stop();
    this.outbox.leave();
    this.session.become({});
    this.receipt = { to: answer_to };
    this.line.open();
  }

  // ---- what the visitor does ------------------------------------------------------------------------------------------
  say(message) {
    const entry = this.outbox.add({ ...message, language: document.documentElement.lang, page: this.line.page });
    this.#typed = 0;
    this.changed();
    this.#pump();
    return entry;
  }

  retry(id) {
    this.outbox.retry(id);
    this.changed();
    this.#pump();
  }

  drop(id) {
    this.outbox.drop(id);
    this.changed();
  }

  /** Rejects with the problem, or with code "lost". */
  end() {
    return this.line.ask({ op: "end", id: uuid() });
  }

  rate(score, text) {
    return this.line.ask({ op: "rate", id: uuid(), score, text });
  }

  async older() {
    const before = this.ordered[0]?.id;
    const { messages, more } = await this.line.ask({ op: "older", id: uuid(), before });
    for (const line of messages) this.lines.set(line.id, line);
    this.more = more;
    this.changed();
  }

  /** The visitor is typing, or has stopped; said at most once in three seconds. */
  types(on) {
    if (on ? Date.now() - this.#typed < TYPING_EACH_MS : !this.#typed) return;
    this.#typed = on ? Date.now() : 0;
    this.line.send({ op: "typing", on });
  }

  /** One after the other: the hub has each before the next one goes. */
  async #pump() {
    const entry = this.outbox.next;
    if (this.#sending || !entry || this.line.state !== "open") return;
    this.#sending = true;
    const { id, text, files, name, answer_to, page, language } = entry;
    try {
      await this.line.ask({ op: "message", id, text, files: (files ?? []).map((file) => file.id), name, answer_to, page, language });
      this.outbox.took(id);
      if ([...this.lines.values()].some((line) => line.client_id === id)) this.outbox.saw(id);
    } catch (error) {
      if (error.code === "lost") return;
      // Too many at once, or trouble on the hub's side: the same message again in a moment. Anything else is the visitor's to decide.
      if (error.status === 429 || error.status >= 500) return void (this.#timers.retry = setTimeout(() => this.#pump(), RETRY_MS));
      this.outbox.refuse(id, error.detail || error.title || error.code);
    } finally {
      this.#sending = false;
      this.#leave();
      this.changed();
    }
    this.#pump();
  }

  // ---- what the hub says ------------------------------------------------------------------------------------------------
  #answered() {
    const name = this.session.identity ? this.kept.visitor : strangerName(this.info.visitor.id);
    this.refused = null;
    if (name !== this.kept.visitor) {
      // A new stranger: what he sees begins anew. What was typed a moment ago, before he had this name, is his.
      this.outbox.move(name, this.kept.visitor === "" || this.known);
      this.lines = new Map();
      this.line.forgetPlace();
      if (this.line.state === "open") {
        this.line.close();
        this.line.open();
      }
    } else if (this.line.state === "open") this.line.send({ op: "token", token: this.info.token });
    clearTimeout(this.#timers.renew);
    this.#timers.renew = setTimeout(this.#renew, Math.max(LEAST_RENEW_MS, this.session.dueIn));
    this.changed();
  }

  #renew = async () => {
    try {
      await this.session.renew();
    } catch (error) {
      if (error instanceof Refused) {
        this.line.close();
        this.#refuse(error);
      } else if (error.name !== "AbortError") this.#timers.renew = setTimeout(this.#renew, RETRY_MS);
    }
  };

  /** What was on the screen was for somebody of whom nobody is sure now. */
  #refuse(error) {
    Object.assign(this, { refused: error, conversation: NONE, lines: new Map(), more: false, typing: "", known: false });
    this.changed();
  }

  #take(frame) {
    if (frame.type === "signal") return this.#signal(frame);
    if (frame.type === "snapshot") {
      const { conversation, messages, more } = frame.state;
      this.lines = new Map(messages.map((line) => [line.id, line]));
      Object.assign(this, { conversation: conversation ?? NONE, more, known: true });
    } else if (frame.type === "delta") for (const change of frame.changes) this.#change(change);
    for (const { client_id } of this.lines.values()) if (client_id) this.outbox.saw(client_id);
    if (!this.inChat) this.typing = "";
    this.#leave();
    this.changed();
  }

  #change({ op, kind, id, value }) {
    if (kind === "conversation") this.conversation = op === "put" ? value : NONE;
    else if (kind === "line" && op === "put") {
      if (value.from === "agent") this.typing = "";
      this.lines.set(id, value);
    } else if (kind === "line") this.lines.delete(id);
  }

  #signal({ kind, on, name }) {
    if (kind !== "typing" || !this.inChat) return;
    clearTimeout(this.#timers.typing);
    this.typing = on ? name : "";
    if (on) {
      this.#timers.typing = setTimeout(() => {
        this.typing = "";
        this.changed();
      }, TYPING_FADES_MS);
    }
    this.changed();
  }

  changed() {
    if (this.#asked) return;
    this.#asked = true;
    // Neither a hidden tab nor a frame that is not drawn gets animation frames, but the bubble's count follows all the same.
    const tell = () => {
      if (!this.#asked) return;
      this.#asked = false;
      this.dispatchEvent(new Event("change"));
    };
    requestAnimationFrame(tell);
    setTimeout(tell, LONGEST_FRAME_MS);
  }
}

/** The page without what may be secret in its address: neither query nor fragment. */
const place = (page) => String(page ?? "").split(/[?#]/, 1)[0].slice(0, MOST_PAGE);
