// Lets a host element draw at most four times a second, on a frame, for what comes over the line (ui.md, section 9).
// What a person does goes past it: a plain requestUpdate() of the host draws at once.

const GAP_MS = 250;

export class Pace {
  #host;
  #drawn = -GAP_MS;
  #waiting = 0;

  constructor(host) {
    this.#host = host;
    host.addController(this);
  }

  hostUpdated() {
    this.#drawn = performance.now();
  }

  hostDisconnected() {
    clearTimeout(this.#waiting);
    this.#waiting = 0;
  }

  /** Something the host shows has changed. */
  changed = () => {
    if (this.#waiting) return;
    const rest = Math.max(0, this.#drawn + GAP_MS - performance.now());
    this.#waiting = setTimeout(() => {
      requestAnimationFrame(() => {
        this.#waiting = 0;
        this.#host.requestUpdate();
      });
    }, rest);
  };
}
