// What the console does not need for its first picture, as one file: dialogs, offers, wrap-up, history.
import "./history.js";
import "./keysheet.js";
import "./lightbox.js";
import "./palette.js";
import "./preview.js";
import "./snooze.js";
import "./snoozed.js";
import "./transfer.js";
import "./wrapup.js";
