// The few drawings of the chat, on a 16 × 16 grid; the console's set would be heavier than all of them.
import { html, svg } from "lit";

const LINES = {
  back: "M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H7",
  chat: "M2.5 4.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2H7l-3.5 3v-3.2a2 2 0 0 1-1-1.8Z",
  check: "M2.8 8.5 6.3 12l7-7.7",
  clip: "M12.5 7.2 7.7 12a3 3 0 0 1-4.2-4.2l5-5a2 2 0 0 1 2.8 2.8l-4.9 5a1 1 0 0 1-1.5-1.5l4.3-4.3",
  clock: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 4.8V8l2.2 1.7",
  close: "M4 4l8 8M12 4l-8 8",
  down: "m4 6.2 4 4 4-4",
  file: "M4.5 1.5h5l3 3v9a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1ZM9.3 1.7v3h3",
  mail: "M2 4.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1ZM2.3 4.5 8 8.8l5.7-4.3",
  send: "M2.5 8 13.5 3l-3 10.5L8 9.5ZM8 9.5l5.5-6.5",
  warning: "M8 2.5 14.3 13H1.7ZM8 6.5v3M8 11.3v.01",
};

/** Hidden from screen readers: the words stand beside it, or in the name of its button. */
export const sign = (name) => html`<svg class="i" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${LINES[name]} />`}</svg>`;
