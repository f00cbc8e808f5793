// The dialogs of the three acts by hand: assign, move, priority. They ask the hub and close on its 202; the row then
// shows what was asked until an event answers. A refusal stays in the dialog, in the hub's words.
import { LitElement, html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { number, t } from "../words.js";
import { byName } from "./limits.js";
import { channelName, doing, nameOf } from "./words.js";

const ACTS = {
  assign: {
    title: (values) => t("Assign {customer} to", values),
    button: () => t("Assign"),
    args: (contact, agent) => ({ contact, agent }),
    asked: (name) => t("asked: to {name}", { name }),
  },
  move: {
    title: (values) => t("Move {customer} to", values),
    button: () => t("Move"),
    args: (contact, queue) => ({ contact, queue }),
    asked: (name) => t("asked: to {name}", { name }),
  },
  prioritise: {
    title: (values) => t("Priority of {customer}", values),
    button: () => t("Set priority"),
    args: (contact, band) => ({ contact, band: Number(band) }),
    asked: (name) => t("asked: priority {band}", { band: name }),
  },
};

class ActDialog extends LitElement {
  static properties = { board: { attribute: false }, ask: { attribute: false }, act: { state: true }, wanted: { state: true }, error: { state: true }, busy: { state: true } };

  createRenderRoot() {
    return this;
  }

  /** Opens for one contact; what is shown is as it is now and does not move while the dialog is open. */
  open(act, contact) {
    Object.assign(this, { act, contact, error: "", wanted: "", busy: false });
    this.choices = act === "assign" ? this.#agents() : act === "move" ? this.#queues() : [];
    this.requestUpdate();
    this.updateComplete.then(() => {
      const dialog = this.querySelector("dialog");
      if (!dialog.open) dialog.showModal();
      this.querySelector("[data-first]")?.focus();
    });
  }

  render() {
    const customer = nameOf(this.contact?.customer);
    const queue = this.board.queueOf(this.contact ?? {});
    return html`<dialog class="dialog board-dialog" aria-labelledby="act-title">${this.act ? html`<form method="dialog" @submit=${this.#send}>
      <header><h2 id="act-title">${ACTS[this.act].title({ customer })}</h2>
        <p>${t("{channel} in {queue}, place {place}", {
          channel: channelName(this.contact.channel), queue: queue?.name ?? "", place: this.contact.place,
        })}</p></header>
      ${this.act === "prioritise" ? this.#bands() : this.#list()}
      <div role="alert">${this.error}</div>
      <footer><p>${t("Counts at the next match.")}</p>
        <button type="button" class="btn" @click=${this.#close}>${t("Cancel")}</button>
        <button type="submit" class="btn primary" ?disabled=${this.busy}>${this.busy ? t("Sending…") : ACTS[this.act].button()}</button>
      </footer></form>` : nothing}</dialog>`;
  }

  /** Keyed, so that a choice made belongs to its name and not to its place when the list is narrowed. */
  #list() {
    const found = this.choices.filter(({ name }) => name.toLocaleLowerCase().includes(this.wanted.toLocaleLowerCase()));
    return html`<input class="field board-search" type="text" enterkeyhint="search" data-first autocomplete="off" aria-label=${t("Find by name")}
        placeholder=${t("Find by name")} .value=${this.wanted} @input=${(event) => (this.wanted = event.target.value)}>
      <fieldset class="board-choices"><legend class="visually-hidden">${ACTS[this.act].title({ customer: "" })}</legend>
        ${repeat(found, ({ id }) => id, ({ id, name, note }) => html`<label class="board-choice"><input type="radio" name="to"
          value=${id} required ?checked=${found.length === 1}><b lang="">${name}</b><span>${note}</span></label>`)}
        ${found.length ? nothing : html`<p class="board-empty">${t("Nothing found.")}</p>`}</fieldset>`;
  }

  #bands() {
    return html`<fieldset class="board-bands"><legend class="visually-hidden">${t("Priority")}</legend>
      ${Array.from({ length: 10 }, (_, band) => html`<label class="board-choice"><input type="radio" name="to" value=${band} required
        ?data-first=${band === this.contact.band} ?checked=${band === this.contact.band}><b>${number(band)}</b></label>`)}
    </fieldset><header><p>${t("0 is served first, 9 last. Within a priority the longest wait comes first.")}</p></header>`;
  }

  #agents() {
    const order = ["idle", "engaged", "wrapping", "reserved"];
    const queue = this.board.queueOf(this.contact)?.id;
    const serves = (agent) => !agent.serves || agent.serves.includes(queue);
    return [...this.board.agents.values()]
      .filter((agent) => order.includes(agent.activity) && agent.confirmed)
      .sort((one, two) => serves(two) - serves(one) || order.indexOf(one.activity) - order.indexOf(two.activity) || byName(one, two))
      .map((agent) => ({ id: agent.id, name: agent.name, note: serves(agent) ? doing(agent, this.board) : t("does not serve this queue") }));
  }

  #queues() {
    const from = this.board.queueOf(this.contact)?.id;
    return [...this.board.queues.values()]
      .filter((queue) => queue.id !== from && queue.channel === this.contact.channel)
      .sort(byName)
      .map((queue) => ({ id: queue.id, name: queue.name, note: t("{waiting} waiting, {idle} idle", queue) }));
  }

  #close = () => this.querySelector("dialog").close();

  #send = async (event) => {
    event.preventDefault();
    const chosen = new FormData(event.target).get("to");
    if (chosen == null || this.busy) return;
    this.busy = true;
    this.error = "";
    const act = ACTS[this.act];
    const name = this.choices.find(({ id }) => id === chosen)?.name ?? chosen;
    try {
      await this.ask(this.act, this.contact, act.args(this.contact.id, chosen), act.asked(name));
      this.#close();
    } catch (error) {
      this.error = error.detail || t("The hub did not answer. Try again.");
    } finally {
      this.busy = false;
    }
  };
}

customElements.define("hub-act-dialog", ActDialog);
