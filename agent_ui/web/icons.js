// Our own drawings on a 16 × 16 grid, stroked with the colour of the text around them. A picture beside words is hidden
// from screen readers; one that stands alone gets its name from the button that holds it.
import { html, svg } from "lit";

const LINES = {
  sms: "M5 1.5h6A1.5 1.5 0 0 1 12.5 3v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 13V3A1.5 1.5 0 0 1 5 1.5ZM6 5h4M6 7.5h4M7.3 12h1.4",
  chat: "M3 2.5h10a1 1 0 0 1 1 1v6.5a1 1 0 0 1-1 1H7.5L4.5 13.8V11H3a1 1 0 0 1-1-1V3.5a1 1 0 0 1 1-1Z",
  voice: "M4 2.5h2l1 3-1.6 1.2a8 8 0 0 0 3.9 3.9L10.5 9l3 1v2c0 1-.8 1.7-1.8 1.5C6.8 12.8 3.2 9.2 2.5 4.3 2.3 3.3 3 2.5 4 2.5Z",
  email: "M3 3.5h10a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1ZM2.3 4.5 8 8.8l5.7-4.3",
  note: "M3.5 2.5h9a1 1 0 0 1 1 1v6l-4 4h-6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM9.5 13.5v-4h4M5.5 5.5h5M5.5 8h2.5",
  clock: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 4.8V8l2.2 1.7",
  warning: "M8 2.5 14.3 13H1.7ZM8 6.5v3M8 11.3v.01",
  check: "M2.8 8.5 6.3 12l7-7.7",
  transfer: "M2.5 5.3h10M9.8 2.5l2.8 2.8-2.8 2.8M13.5 10.7h-10M6.2 7.9l-2.8 2.8 2.8 2.8",
  moon: "M13.3 9.8A5.8 5.8 0 0 1 6.2 2.7a5.8 5.8 0 1 0 7.1 7.1Z",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7",
  search: "M7 2.2a4.8 4.8 0 1 1 0 9.6 4.8 4.8 0 0 1 0-9.6ZM10.6 10.6l3.4 3.4",
  star: "m8 1.9 1.9 3.9 4.3.6-3.1 3 .7 4.3L8 11.7l-3.8 2 .7-4.3-3.1-3 4.3-.6Z",
  send: "M2 8 14 2.5 11 14 8 9Z",
  user: "M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM2.8 13.8c.4-2.6 2.5-4 5.2-4s4.8 1.4 5.2 4",
  users: "M6 2.7a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM1.5 13.3c.4-2.3 2.1-3.6 4.5-3.6s4.1 1.3 4.5 3.6M10.3 3a2.3 2.3 0 0 1 0 4.4M12 9.9c1.4.5 2.3 1.7 2.5 3.4",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  more: "M3 8h.01M8 8h.01M13 8h.01",
  plus: "M8 3v10M3 8h10",
  "arrow-down": "M8 2.8v10M3.8 9 8 13.2 12.2 9",
  chevron: "m4 6 4 4 4-4",
  "chevron-down": "m4 6 4 4 4-4",
  bell: "M8 1.8a4 4 0 0 1 4 4c0 3.2 1.3 4.4 1.3 5.4H2.7c0-1 1.3-2.2 1.3-5.4a4 4 0 0 1 4-4ZM6.5 13.3c.3.6.9.9 1.5.9s1.2-.3 1.5-.9",
  eye: "M1.5 8S3.8 3.7 8 3.7 14.5 8 14.5 8 12.2 12.3 8 12.3 1.5 8 1.5 8ZM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6Z",
  tv: "M2.5 3h11a.5.5 0 0 1 .5.5v7a.5.5 0 0 1-.5.5h-11a.5.5 0 0 1-.5-.5v-7a.5.5 0 0 1 .5-.5ZM5.5 13.5h5",
  sort: "M5 3v10M2.5 10.5 5 13l2.5-2.5M11 13V3M8.5 5.5 11 3l2.5 2.5",
  phone: "M4 2.5h2l1 3-1.6 1.2a8 8 0 0 0 3.9 3.9L10.5 9l3 1v2c0 1-.8 1.7-1.8 1.5C6.8 12.8 3.2 9.2 2.5 4.3 2.3 3.3 3 2.5 4 2.5Z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M5 3.2v9.6l7.5-4.8Z",
  retry: "M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3",
  globe: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM2 8h12M8 1.8c2 1.9 2.7 4 2.7 6.2S10 12.3 8 14.2C6 12.3 5.3 10.2 5.3 8S6 3.7 8 1.8Z",
  keyboard: "M2.5 4h11a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M5 9.5h6",
};

export const names = Object.keys(LINES);

/** `icon("sms")`; an unknown name (a channel that came later) is drawn as a message. */
export function icon(name) {
  return html`<svg class="i i-${name}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${svg`<path d=${LINES[name] ?? LINES.chat} />`}</svg>`;
}
