// Says in words what a supervisor must hear: a new alert (batched over 5 s, polite, with one tick) and a request by hand
// that the hub refused. Looks are free; each alert is told once as long as it stands.
import { announce } from "../announce.js";
import { play } from "../sound.js";
import { t } from "../words.js";
import { sentences } from "./alerts.js";
import { nameOf } from "./words.js";

const BATCH_MS = 5_000;

export class Alarms {
  #told;
  #batch = [];
  #timer = 0;

  constructor(model) {
    this.model = model;
    this.#told = new Set(model.alerts.keys()); // what stood before the page came is seen, not heard
  }

  look() {
    const { alerts } = this.model;
    for (const alert of alerts.values()) if (!this.#told.has(alert.id)) this.#batch.push(sentences(alert, this.model)[0]);
    this.#told = new Set(alerts.keys());
    if (this.#batch.length && !this.#timer) this.#timer = setTimeout(this.#say, BATCH_MS);
  }

  refused(contact, text) {
    const customer = nameOf(this.model.waiting.get(contact)?.customer);
    announce(t("Refused for {customer}: {reason}", { customer, reason: text }));
  }

  #say = () => {
    announce(this.#batch.join(". "));
    play("tick");
    this.#batch = [];
    this.#timer = 0;
  };
}
