// The snoozed interaction that is looked at: its customer and its history are read once, as no contact brings them.
import { now } from "../clock.js";

const PAGES = 3;

export class Asleep extends EventTarget {
  id = null;
  #read = null;

  /** What the right pane needs: a contact as it will be, with a screen pop, from what was read. */
  contact(snoozed) {
    return { id: `asleep-${snoozed.interaction}`, interaction: snoozed.interaction, customer: snoozed.customer, channel: snoozed.channel, queue: { id: "", name: "" }, subject: snoozed.subject, state: "snoozed", unread: 0 };
  }

  /** `{customer, items (newest first), next, loading, failed}` */
  get page() {
    return this.#read?.id === this.id ? this.#read : { items: [], loading: true };
  }

  get pop() {
    const { customer, items, next } = this.page;
    if (!customer) return null;
    return { customer, open_interactions: [], timeline: { items, next, total: customer.touchpoints ?? items.length }, composer: { blocked: "snoozed" } };
  }

  /** The conversation of this interaction, oldest first. */
  messages(interaction) {
    return this.page.items.filter((one) => one.interaction === interaction).reverse();
  }

  look(id, customer) {
    if (this.id === id) return;
    this.id = id;
    if (id) this.load(customer);
  }

  async load(customer) {
    const held = { id: this.id, customer: null, items: [], next: null, loading: true, failed: false, at: now() };
    this.#read = held;
    try {
      const [who, pages] = await Promise.all([json(`/api/v1/customers/${customer}`), this.#pages(customer, held)]);
      Object.assign(held, { customer: who.customer ?? who, ...pages });
    } catch {
      held.failed = true;
    }
    held.loading = false;
    this.dispatchEvent(new Event("change"));
  }

  /** As many pages as it takes to see some of this interaction. */
  async #pages(customer, held) {
    let items = [];
    let next = null;
    for (let page = 0; page < PAGES; page += 1) {
      const query = next ? `?cursor=${encodeURIComponent(next)}` : "";
      const found = await json(`/api/v1/customers/${customer}/timeline${query}`);
      items = [...items, ...found.items];
      next = found.next;
      if (!next || items.filter((one) => one.interaction === held.id).length >= 10) break;
    }
    return { items, next };
  }
}

async function json(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}
