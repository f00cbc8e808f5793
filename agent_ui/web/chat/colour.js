// The site's own colour in place of the accent, made light or dark enough to be read on the ground that it gets (WCAG 1.4.3).

const LEAST = 4.6;
const GROUNDS = { light: [255, 255, 255], dark: [0x25, 0x24, 0x4a] };
const WHITE = "#FFFFFF";
const INK = "#15181F";
const BLACK = "#000000";
/** Where white and black are read equally well, at 4.6 : 1. */
const HALF_WAY = 0.179;
const HOUSE = "#4640C6";

const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const write = (rgb) => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** `{accent, onAccent, weak}` for a theme. */
export function shades(hex, theme) {
  const ground = GROUNDS[theme];
  const towards = theme === "light" ? 0 : 255;
  let rgb = parse(hex);
  // The weak shade, on which the accent is written too, lies between the ground and the accent.
  for (let step = 0; step < 40 && contrast(rgb, mixed(rgb, ground, 0.1)) < LEAST; step++) rgb = rgb.map((part) => part + (towards - part) * 0.06);
  const onAccent = contrast(rgb, parse(WHITE)) >= contrast(rgb, parse(INK)) ? WHITE : INK;
  return { accent: write(rgb), onAccent, weak: write(mixed(rgb, theme === "light" ? ground : [0x14, 0x17, 0x1d], theme === "light" ? 0.1 : 0.2)) };
}

const mixed = (rgb, ground, share) => rgb.map((part, at) => part * share + ground[at] * (1 - share));

/** Sets the tokens of the page. The head is as the site wants it in both themes, as its bubble is. */
export function wear(hex) {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return;
  const root = document.documentElement.style;
  root.setProperty("--head", hex);
  root.setProperty("--on-head", luminance(parse(hex)) > HALF_WAY ? BLACK : WHITE);
  if (hex.toUpperCase() === HOUSE) return; // tokens.css has the rest
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const put = () => {
    const { accent, onAccent, weak } = shades(hex, dark.matches ? "dark" : "light");
    for (const [name, value] of [["accent", accent], ["accent-2", accent], ["on-accent", onAccent], ["accent-weak", weak], ["mine", weak]]) {
      root.setProperty(`--${name}`, value);
    }
  };
  put();
  dark.addEventListener("change", put);
}
