// Who the visitor is to the hub: asks for a token, and for the next one before it ends. Refusals are told apart from a hub
// that cannot be reached, because only the latter is worth another try.
import { now, sync } from "../clock.js";
import { endOf } from "./visitor.js";

const AHEAD_MS = 60_000;
const SIGNED_OUT = 401;
const PATIENCE_MS = 15_000;

/** The hub said no: `status` and `code` of the problem. */
export class Refused extends Error {
  constructor({ status, code, detail }) {
    super(detail || code);
    Object.assign(this, { status, code });
  }
}

/** Event "answer": the hub has said who this is, again or for the first time. */
export class Session extends EventTarget {
  /** The hub's last answer (docs/webchat.md, "Who it is"), or null. */
  value = null;
  /** How the page around us is asked for a fresh signature of its visitor: gives it, or null. */
  sign = async () => null;
  #address;
  #asked = {};
  #running = null;
  #stop = new AbortController();

  constructor(site) {
    super();
    this.#address = `/api/v1/chat/${encodeURIComponent(site)}`;
  }

  get headers() {
    return { Authorization: `Bearer ${this.value?.token ?? ""}` };
  }

  address(path) {
    return `${this.#address}/${path}`;
  }

  /** `{credential, identity}`; whatever was on its way for somebody else is dropped. */
  become(asked) {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#running = null;
    this.#asked = asked;
    this.value = null;
  }

  get identity() {
    return this.#asked.identity ?? null;
  }

  /** A fresh signature of the same person; the next token is asked for with it. */
  set identity(value) {
    this.#asked = { ...this.#asked, identity: value };
  }

  /** A stranger's newest credential, null for others. */
  get credential() {
    return this.value?.credential ?? this.#asked.credential ?? null;
  }

  /** How long until a fresh token should be asked for. */
  get dueIn() {
    return this.value ? this.value.until - now() - AHEAD_MS : 0;
  }

  /** A token that holds for a while. Throws `Refused`, or a plain error if the hub cannot be reached. */
  async token() {
    if (this.dueIn <= 0) await this.renew();
    return this.value.token;
  }

  /** Asks anew; two who ask at once get one answer. */
  renew() {
    this.#running ??= this.#ask().finally(() => (this.#running = null));
    return this.#running;
  }

  async #ask() {
    const { signal } = this.#stop;
    const over = this.identity && endOf(this.identity) - now() < AHEAD_MS;
    if (over) await this.#signAnew(signal);
    const shown = this.identity;
    let answer = await this.#post(signal);
    // The page's signature may be as old as the page, or of a secret that has been changed meanwhile; or the page has given
    // us a fresh one while the hub looked at the old one.
    const again = async () => this.identity !== shown || (!over && (await this.#signAnew(signal)));
    if (answer.status === SIGNED_OUT && (await again())) answer = await this.#post(signal);
    const told = await answer.json().catch(() => ({}));
    if (signal.aborted) throw new DOMException("another visitor", "AbortError");
    if (answer.ok) {
      sync(told.at);
      this.value = { ...told.site, ...told };
      this.dispatchEvent(new Event("answer"));
    } else if (answer.status < 500 && answer.status !== 429) throw new Refused({ ...told, status: answer.status });
    else throw new Error(`the hub answered ${answer.status}`);
  }

  #post(signal) {
    return fetch(this.address("sessions"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ identity: this.identity, credential: this.credential }),
      signal: AbortSignal.any ? AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]) : signal,
    });
  }

  /** Whether the page has signed for its visitor once more. */
  async #signAnew(signal) {
    const before = this.identity;
    if (!before) return false;
    const fresh = await this.sign();
    if (signal.aborted) throw new DOMException("another visitor", "AbortError");
    if (!fresh || fresh === before) return false;
    this.identity = fresh;
    return true;
  }
}
