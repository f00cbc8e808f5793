// The palette and the sheet of keys, for pages other than the console.
export { openPalette } from "./console/palette.js";
import "./console/keysheet.js";
