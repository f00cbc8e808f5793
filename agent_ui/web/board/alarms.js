// Says in words what a supervisor must hear: a queue that passes its limit (batched over 5 s, polite) and a request by
// hand that the hub refused. Looks are free; each queue is told once until it is fine again.
import { announce } from "../announce.js";
import { now } from "../clock.js";
import { t } from "../words.js";
import { pressure } from "./limits.js";
import { nameOf } from "./words.js";

const BATCH_MS = 5_000;

export class Alarms {
  #over = new Set();
  #batch = [];
  #timer = 0;

  constructor(model) {
    this.model = model;
    for (const queue of this.#late()) this.#over.add(queue.id); // what was late before the page came is seen, not heard
  }

  look() {
    const late = this.#late();
    for (const queue of late) if (!this.#over.has(queue.id)) this.#batch.push(t("{queue}: the oldest waits longer than its target", { queue: queue.name }));
    this.#over = new Set(late.map((queue) => queue.id));
    if (this.#batch.length && !this.#timer) this.#timer = setTimeout(this.#say, BATCH_MS);
  }

  refused(contact, text) {
    const customer = nameOf(this.model.waiting.get(contact)?.customer);
    announce(t("Refused for {customer}: {reason}", { customer, reason: text }));
  }

  #late() {
    return [...this.model.queues.values()].filter((queue) => pressure(queue.oldest_since, queue.target_ms, now()) === "is-over");
  }

  #say = () => {
    announce(this.#batch.join(". "));
    this.#batch = [];
    this.#timer = 0;
  };
}
