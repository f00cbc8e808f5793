// Sounds, made on the spot: no files. Two classes (ui.md 8): two tones for an offer, one tick for what is less.
// A browser plays nothing before the first gesture on the page: the first press or key unlocks it.

const TICK_GAP_MS = 3_000;
/** While the person talks, a tick is 18 dB lower. */
const QUIET = 10 ** (-18 / 20);
const MUTE_KEY = "hub-muted";

let context = null;
let lastTick = -Infinity;

/** Whether a sound would be heard now; the page says so where it would not. */
export const unlocked = () => context?.state === "running";

export const muted = () => localStorage.getItem(MUTE_KEY) === "1";

export function mute(on) {
  if (on) localStorage.setItem(MUTE_KEY, "1");
  else localStorage.removeItem(MUTE_KEY);
}

export async function unlock() {
  context ??= new AudioContext();
  if (context.state !== "running") await context.resume();
  return unlocked();
}

for (const event of ["pointerdown", "keydown"]) {
  addEventListener(event, () => unlock().catch(() => {}), { once: true, capture: true });
}

/** "offer": two tones. "tick": one, at most one in three seconds in all. Returns whether it sounds. */
export function play(kind, { quiet = false } = {}) {
  if (!unlocked() || muted()) return false;
  if (kind === "offer") {
    tone(659.3, 0, 0.28, 0.22);
    tone(880, 0.17, 0.4, 0.22);
    return true;
  }
  const present = performance.now();
  if (present - lastTick < TICK_GAP_MS) return false;
  lastTick = present;
  tone(1318.5, 0, 0.09, 0.12 * (quiet ? QUIET : 1));
  return true;
}

function tone(frequency, after, length, loudness) {
  const at = context.currentTime + after;
  const [oscillator, gain] = [context.createOscillator(), context.createGain()];
  oscillator.frequency.value = frequency;
  // A short rise and a soft end: an edge would click.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loudness, at + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
}
