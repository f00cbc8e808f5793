// What the ear, the screen reader and the tab's title are told: offers and what became of them, messages in contacts that
// are not in front, mentions, failed texts, the end of wrap-up. It hears the desk and changes nothing of it.
import { announce } from "../announce.js";
import { now, onTick } from "../clock.js";
import { keyFor } from "../keys.js";
import { title } from "../notice.js";
import { tabs } from "../tabs.js";
import { n, t } from "../words.js";
import { Alarm } from "./alarm.js";
import { endingWords } from "./endings.js";
import { channelName, failureWords, nameOf, tierName, unreadWords } from "./terms.js";

const UNREAD_MS = 10_000;
const LAST_MS = 10_000;
const REMIND_MS = 5_000;
const SLACK_MS = 50;

export class Bell {
  #desk;
  #alarm;
  #told = new Map();
  #reminded = new Set();
  #ended = new Set();

  constructor(desk) {
    this.#desk = desk;
    this.#alarm = new Alarm(desk);
    desk.addEventListener("frame", ({ detail }) => this.#frame(detail));
    desk.addEventListener("change", () => this.#look());
    desk.addEventListener("accepted", ({ detail }) => this.#accepted(detail));
    onTick(() => this.#tick());
    this.#look();
  }

  #frame({ frame, before, known }) {
    if (frame.type !== "delta") return;
    for (const { op, kind, id, value } of frame.changes) {
      if (op !== "put") continue;
      if (kind === "contact") this.#contact(before.get(id), value);
      else if (kind === "mention") this.#mention(value);
      else if (kind === "message" && value.state === "failed" && value.direction === "out" && ![...known].some(([change, state]) => change.id === id && state === "failed")) {
        announce(t("Not delivered: {reason}. Try again is under the message.", { reason: failureWords(value.error) }), { assertive: true });
      }
    }
  }

  #contact(old, contact) {
    if (contact.state === "offered" && contact.offer && old?.offer?.id !== contact.offer.id) this.#offered(contact);
    else if (contact.unread > (old?.unread ?? 0) && (contact.id !== this.#desk.selected || document.hidden)) this.#unread(contact);
  }

  #offered(contact) {
    announce(offerWords(contact), { assertive: true });
    this.#alarm.offer(contact);
    // The page's clock stands still in a hidden tab, where the sound matters most.
    const { made_at: made, deadline } = contact.offer;
    for (const at of [(made + deadline) / 2, deadline - REMIND_MS]) setTimeout(() => this.#tick(), at - now() + SLACK_MS);
  }

  #unread(contact) {
    this.#alarm.message(contact);
    if (now() - (this.#told.get(contact.id) ?? 0) < UNREAD_MS) return;
    this.#told.set(contact.id, now());
    announce(`${nameOf(contact)}: ${unreadWords(contact.unread)}`);
  }

  #mention(mention) {
    this.#once(`mention-${mention.id}`, () => {
      announce(t("{name} mentioned you: {text}", { name: mention.by.name, text: mention.text }));
      this.#alarm.mention(mention);
    });
  }

  #accepted(contact) {
    const count = this.#desk.messages(contact.id).filter((message) => message.kind === "message").length;
    announce(t("{channel} with {customer}. {messages}.", { channel: channelName(contact.channel), customer: nameOf(contact), messages: n("{count} message", "{count} messages", count) }));
  }

  #look() {
    for (const ending of this.#desk.endings) {
      if (this.#ended.has(ending.contact.offer?.id)) continue;
      this.#ended.add(ending.contact.offer?.id);
      announce(endingWords(ending));
    }
    const { ringing } = this.#desk.sections;
    this.#alarm.keep(new Set(ringing.map(({ id }) => id)));
    tabs.looks(this.#desk.preview ? null : this.#desk.selected);
    const unread = this.#desk.contacts.reduce((sum, contact) => sum + (contact.state === "offered" ? 0 : contact.unread ?? 0), 0);
    title({ ringing: ringing.length ? nameOf(ringing[0]) : "", count: ringing.length + unread });
  }

  #tick() {
    const { ringing, wrapping } = this.#desk.sections;
    for (const contact of ringing) {
      const { id, made_at: made, deadline } = contact.offer;
      if (now() > (made + deadline) / 2) this.#once(`half-${id}`, () => this.#alarm.offer(contact));
      if (deadline - now() <= REMIND_MS) this.#once(`last-${id}`, () => announce(offerWords(contact), { assertive: true }));
    }
    for (const contact of wrapping) {
      const left = contact.wrap_until - now();
      if (left > 0 && left <= LAST_MS) this.#once(`wrap-${contact.id}-${contact.wrap_until}`, () => {
        announce(t("10 seconds to the end of wrap-up"));
        if (this.#desk.me?.presence !== "away") this.#alarm.tick();
      });
    }
  }

  #once(key, fn) {
    if (this.#reminded.has(key)) return;
    this.#reminded.add(key);
    fn();
  }
}

function offerWords(contact) {
  const seconds = Math.max(0, Math.ceil((contact.offer.deadline - now()) / 1000));
  const tier = contact.customer?.tier ? tierName(contact.customer.tier) : "";
  const who = [nameOf(contact), tier, contact.queue.name].filter(Boolean).join(", ");
  const values = { channel: channelName(contact.channel), who, seconds, key: spoken(keyFor("accept", "Ctrl ⇧ Enter")) };
  return values.key ? t("{channel} offered: {who}. {seconds} seconds. {key} accepts.", values) : t("{channel} offered: {who}. {seconds} seconds.", values);
}

/** A chord as it is read out. */
const spoken = (chord) => chord.replace("Ctrl", t("Control")).replace("⇧", t("Shift"));
