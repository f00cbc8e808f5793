// The line of a screen on a wall: nobody stands before it to press anything, so it comes back whatever happened, and asks
// by itself whether its link is in use again.
import { now, sync } from "../clock.js";
import { Socket } from "../socket.js";

const GRACE_MS = 2_000;
const ASK_MS = 5_000;
const ENDED_MS = 60_000;
/** A new build of the pages, or a browser that has run for a week: once a night everything anew. */
const RELOAD_HOUR = 4;

export class Screen {
  /** True while the hub says that the link is not in use. */
  ended = false;
  #link;
  #take;
  #lost = performance.now();
  #socket = null;
  #day = new Date().getDate();

  /** `ended`: the page itself came without figures; then it only asks whether the link is in use again. */
  constructor(link, take, { ended = false } = {}) {
    this.#link = link;
    this.#take = take;
    this.ended = ended;
    if (ended) setTimeout(() => this.#ask(), ENDED_MS);
    else this.#open();
    setInterval(() => this.#nightly(), ENDED_MS);
  }

  /** Whole seconds since the line was lost, 0 while it lives. */
  get age() {
    const gone = this.#lost ? performance.now() - this.#lost : 0;
    return gone > GRACE_MS ? Math.round(gone / 1000) : 0;
  }

  #open() {
    const socket = new Socket(`/ws/tv?link=${encodeURIComponent(this.#link)}`);
    this.#socket = socket;
    socket.addEventListener("frame", ({ detail }) => this.#frame(detail));
    socket.addEventListener("state", ({ detail }) => {
      if (detail === "open") this.#lost = 0;
      else this.#lost ||= performance.now();
    });
    socket.open();
  }

  /** Either the link ended, or the hub was not ready to take us: the page itself tells which. */
  #frame(frame) {
    if (frame.type !== "bye") {
      sync(frame.at);
      this.#take(frame);
    } else if (frame.code === "revoked") setTimeout(() => this.#ask(), ASK_MS);
  }

  async #ask() {
    try {
      const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" });
      this.ended = answer.status === 404;
      if (answer.ok) return location.reload();
    } catch {
      this.ended = false;
    }
    setTimeout(() => this.#ask(), this.ended ? ENDED_MS : ASK_MS);
  }

  #nightly() {
    const present = new Date(now());
    if (present.getHours() !== RELOAD_HOUR || present.getDate() === this.#day || this.age) return;
    this.#day = present.getDate();
    location.reload();
  }
}
