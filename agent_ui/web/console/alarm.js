// How loud an event is (ui.md 8): a voice offer rings, a text offer is two tones, all else a tick; a system notice only
// while no tab of this person is to be seen. Only the leading tab does it.
import { now } from "../clock.js";
import { close, show } from "../notice.js";
import { play, ring } from "../sound.js";
import { tabs } from "../tabs.js";
import { t } from "../words.js";
import { channelName, nameOf } from "./terms.js";

const VOICE = new Set(["voice", "call"]);

export class Alarm {
  #desk;
  #rings = new Map();
  #notices = new Set();

  constructor(desk) {
    this.#desk = desk;
    // The leading tab was closed while something rang: this one goes on at once.
    tabs.addEventListener("lead", () => this.#desk.sections.ringing.filter(isVoice).forEach((contact) => this.offer(contact)));
  }

  /** An offer came; for text also at half of its time. */
  offer(contact) {
    if (!tabs.leads) return;
    if (this.#talking) play("tick", { quiet: true });
    else if (!isVoice(contact)) play("tones");
    else if (!this.#rings.has(contact.id)) this.#rings.set(contact.id, ring());
    const { id, channel, queue, offer } = contact;
    const seconds = Math.max(0, Math.ceil((offer.deadline - now()) / 1000));
    this.#notice(id, t("{channel} · {queue} · {seconds} s", { channel: channelName(channel), queue: queue.name, seconds }), this.#named(contact));
  }

  /** A message in a contact that nobody has in front. */
  message(contact) {
    if (!tabs.leads || tabs.watched(contact.id)) return;
    this.tick();
    this.#notice(contact.id, t("{channel} · {queue} · new message", { channel: channelName(contact.channel), queue: contact.queue.name }), this.#named(contact));
  }

  /** A colleague wrote the person's name: heard also while away. */
  mention({ id, by, text, customer }) {
    if (!tabs.leads) return;
    this.tick();
    const body = this.#names ? `${customer.name}: ${text}` : "";
    this.#notice(`mention-${id}`, t("{name} mentioned you", { name: by.name }), body, () => location.assign(`/customers/${customer.id}`));
  }

  tick() {
    if (tabs.leads) play("tick", { quiet: this.#talking });
  }

  /** What rings no more is silent within 100 ms, and its notice goes. `ringing`: the ids that do. */
  keep(ringing) {
    for (const [id, stop] of this.#rings) if (!ringing.has(id) && (stop(), true)) this.#rings.delete(id);
    for (const id of this.#notices) if (!ringing.has(id) && (close(id), true)) this.#notices.delete(id);
  }

  get #talking() {
    return this.#desk.contacts.some((contact) => contact.state === "active" && isVoice(contact) && contact.mode === "live");
  }

  get #names() {
    return Boolean(this.#desk.state.rules?.company?.names_in_notices);
  }

  #named(contact) {
    return this.#names ? [nameOf(contact), contact.last?.text].filter(Boolean).join(": ") : "";
  }

  #notice(tag, text, body, press = () => this.#desk.select(tag)) {
    if (tabs.visible) return;
    if (show(tag, text, { body, press }) && this.#desk.sections.ringing.some(({ id }) => id === tag)) this.#notices.add(tag);
  }
}

const isVoice = ({ channel }) => VOICE.has(channel);
