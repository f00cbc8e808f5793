// Sounds, made on the spot: no files. Three classes (ui.md 8): the ring of a voice offer, two tones for a text offer, one
// tick for what is less. How loud each is a person sets. A browser plays nothing before the first gesture on the page.
import { settings } from "./settings.js";

const TICK_GAP_MS = 3_000;
const RING_MS = 3_000;
/** While the person talks, a tick is 18 dB lower. */
const QUIET = 10 ** (-18 / 20);
const MUTE_KEY = "hub-muted";
export const LOUDNESS = { ring: 80, tones: 70, tick: 60, loudspeaker: "" };

let context = null;
let speaker = null;
let lastTick = -Infinity;
const waiting = new Set();

/** Whether a sound would be heard now; the page says so where it would not. */
export const unlocked = () => context?.state === "running";

export const muted = () => localStorage.getItem(MUTE_KEY) === "1";

export function mute(on) {
  if (on) localStorage.setItem(MUTE_KEY, "1");
  else localStorage.removeItem(MUTE_KEY);
  for (const fn of waiting) fn();
}

/** Calls `fn` each time when it changes whether sounds are heard. */
export function soundOn(fn) {
  waiting.add(fn);
  return () => waiting.delete(fn);
}

export async function unlock() {
  if (!context) {
    context = new AudioContext();
    context.onstatechange = () => waiting.forEach((fn) => fn());
  }
  if (context.state !== "running") await context.resume();
  return unlocked();
}

// A browser that trusts the page (a gesture before, or a policy of the company) lets it sound from the start; else each
// gesture tries again until one is enough.
const GESTURES = ["pointerdown", "keydown"];
async function gesture() {
  if (await unlock().catch(() => false)) for (const event of GESTURES) removeEventListener(event, gesture, true);
}
if (globalThis.document) for (const event of GESTURES) addEventListener(event, gesture, true);

const loud = (kind) => (settings.get("sound", {})[kind] ?? LOUDNESS[kind]) / 100;

/** "offer": two tones. "tick": one, at most one in three seconds in all. Returns whether it sounds. */
export function play(kind, { quiet = false, test = false } = {}) {
  if (!unlocked() || muted()) return false;
  if (kind === "ring") return trill();
  if (kind === "offer" || kind === "tones") {
    tone(context, 659.3, 0, 0.28, 0.32 * loud("tones"));
    tone(context, 880, 0.17, 0.4, 0.32 * loud("tones"));
    return true;
  }
  const present = performance.now();
  if (!test && present - lastTick < TICK_GAP_MS) return false;
  lastTick = present;
  tone(context, 1318.5, 0, 0.09, 0.2 * loud("tick") * (quiet ? QUIET : 1));
  return true;
}

/** Rings until the function that it returns is called; the sound is cut within 100 ms. */
export function ring() {
  trill();
  const timer = setInterval(trill, RING_MS);
  return () => {
    clearInterval(timer);
    for (const { gain, context: place } of sounding) {
      gain.cancelScheduledValues(0);
      gain.setTargetAtTime(0, place.currentTime, 0.015);
    }
    sounding.clear();
  };
}

const sounding = new Set();

/** Twice a warble of a second: the pattern that people know as a telephone. In the headset and, if set, the loudspeaker. */
function trill() {
  if (!unlocked() || muted()) return false;
  for (const place of [context, loudspeaker()]) {
    if (!place) continue;
    for (const after of [0, 0.6]) for (let part = 0; part < 8; part += 1) sounding.add(tone(place, part % 2 ? 554 : 440, after + part * 0.05, 0.06, 0.4 * loud("ring"), sounding));
  }
  return true;
}

/** A second way out: the device that the person has chosen on this computer. */
function loudspeaker() {
  const wanted = settings.get("sound", {}).loudspeaker ?? LOUDNESS.loudspeaker;
  if (!wanted || !("setSinkId" in AudioContext.prototype)) return null;
  if (speaker?.wanted !== wanted) {
    speaker?.context.close();
    speaker = { wanted, context: new AudioContext() };
    speaker.context.setSinkId(wanted).catch(() => (speaker = null)); // unplugged: the headset rings all the same
  }
  return speaker.context;
}

function tone(place, frequency, after, length, loudness, held) {
  const at = place.currentTime + after;
  const [oscillator, gain] = [place.createOscillator(), place.createGain()];
  oscillator.frequency.value = frequency;
  // A short rise and a soft end: an edge would click.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(Math.max(0.0001, loudness), at + 0.012);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
  oscillator.connect(gain).connect(place.destination);
  oscillator.start(at);
  oscillator.stop(at + length);
  const one = { gain: gain.gain, context: place };
  if (held) oscillator.onended = () => held.delete(one);
  return one;
}
