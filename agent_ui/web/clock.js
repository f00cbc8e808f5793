// The hub's time in the browser, and the one tick a second that drives every timer of the page.

const WINDOW = 8;
const readings = [];
let offset = 0;

/** Unix milliseconds by the hub's clock. */
export const now = () => Date.now() + offset;

/**
 * A frame said that it was `at` when it was sent. It arrives late by an unknown time, never early: of the last few
 * readings the largest offset is the one that was delayed least.
 */
export function sync(at, received = Date.now()) {
  if (!at) return;
  readings.push(at - received);
  if (readings.length > WINDOW) readings.shift();
  offset = Math.max(...readings);
}

const listeners = new Set();
let timer = 0;

/** Calls `fn` once a second while the page is visible, and at once when it is visible again. Returns how to stop. */
export function onTick(fn) {
  listeners.add(fn);
  start();
  return () => {
    listeners.delete(fn);
    if (!listeners.size) stop();
  };
}

function start() {
  if (timer || !listeners.size || document.hidden) return;
  // Aligned to the hub's second, so that all timers of the page turn together and none shows a second twice.
  timer = setTimeout(() => {
    timer = 0;
    tick();
    start();
  }, 1000 - (now() % 1000));
}

function stop() {
  clearTimeout(timer);
  timer = 0;
}

function tick() {
  for (const fn of [...listeners]) {
    try {
      fn();
    } catch (error) {
      reportError(error); // one broken timer must not stop the others
    }
  }
}

if (globalThis.document) {
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return stop();
    tick();
    start();
  });
}
