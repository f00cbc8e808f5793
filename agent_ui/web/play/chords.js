// The console stands in a frame here and never sees a key that is pressed beside it: its chords are passed on, so that
// the key that is printed on an offer works wherever the hands are.

const CHORDS = new Set(["Enter", "Backspace"]);

export function passChords(frame) {
  addEventListener("keydown", (event) => {
    const inner = frame.contentWindow;
    if (!event.ctrlKey || !event.shiftKey || !CHORDS.has(event.code) || !inner?.document) return;
    event.preventDefault();
    const { code, key } = event;
    inner.focus();
    inner.document.dispatchEvent(
      new inner.KeyboardEvent("keydown", { code, key, ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true }),
    );
  });
}
