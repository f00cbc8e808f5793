// The wallboard's line to the hub: frames go into the model, acts go out as commands, and how old the figures are.
import { now, sync } from "../clock.js";
import { Socket } from "../socket.js";

/** A short break is mended before anyone needs to hear of it. */
const GRACE_MS = 2_000;

export class Line {
  /** How long the last frame was on its way, by the hub's clock. */
  lag = 0;
  #lost = 0;

  constructor(model, first) {
    sync(first.at);
    this.socket = new Socket("/ws/supervisor", { seq: first.seq });
    this.socket.addEventListener("frame", ({ detail }) => this.#take(model, detail));
    this.socket.addEventListener("state", ({ detail }) => this.#see(detail));
    this.socket.open();
  }

  /** Whole seconds since the line was lost, 0 while it lives. (A silent line is lost after the socket's own limit.) */
  get age() {
    const gone = this.#lost ? performance.now() - this.#lost : 0;
    return gone > GRACE_MS ? Math.round(gone / 1000) : 0;
  }

  command(op, args) {
    return this.socket.command(op, args);
  }

  #see(state) {
    if (state === "open") this.#lost = 0;
    else this.#lost ||= performance.now();
  }

  #take(model, frame) {
    if (frame.type === "bye") {
      if (frame.code === "revoked") location.reload(); // the session is over: the hub sends the person on to the log-in
      return;
    }
    sync(frame.at);
    this.lag = Math.max(0, now() - frame.at);
    if (frame.type === "snapshot") model.reset(frame.state);
    else model.apply(frame.changes);
  }
}
