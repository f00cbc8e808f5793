// The bell's sounds and system notices: two tones for a text offer (at the start and at half time), a tick for the rest, a
// notice only while the tab is hidden, withdrawn when the offer ends.
import { now } from "../clock.js";
import { close, show } from "../notice.js";
import { play } from "../sound.js";
import { t } from "../words.js";
import { channelName } from "./terms.js";

const shown = new Set();

export const sounds = {
  offer({ id, offer, channel, queue }) {
    play("offer");
    const seconds = Math.max(0, Math.ceil((offer.deadline - now()) / 1000));
    if (show(id, t("{channel} · {queue} · {seconds} s", { channel: channelName(channel), queue: queue.name, seconds }))) shown.add(id);
  },
  tick() {
    play("tick");
  },
  over() {
    for (const id of shown) close(id);
    shown.clear();
  },
};
