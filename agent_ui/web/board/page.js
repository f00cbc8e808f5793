// What the wallboard's pages share: the model, the line to the hub, acts by hand with their dialog, one clock, and alerts
// in words. A page names its parts and what each of them shows; a part draws at most four times a second.
import { LitElement } from "lit";
import { onTick } from "../clock.js";
import { t } from "../words.js";
import { Alarms } from "./alarms.js";
import { Line } from "./line.js";
import { BoardModel } from "./model.js";
import { toast } from "./toast.js";

const TOLD_MS = 8_000;
const UNANSWERED_MS = 30_000;

export const island = (id) => JSON.parse(document.getElementById(id).textContent);

export class BoardPage extends LitElement {
  /** Names of parts, and the kinds of views that each shows. */
  shows = {};

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    const first = island("first-data");
    this.model = new BoardModel();
    this.model.reset(first.state);
    this.line = new Line(this.model, first);
    this.alarms = new Alarms(this.model);
    this.model.addEventListener("changed", ({ detail }) => this.changed(detail));
    onTick(() => this.tick());
  }

  open = (act, contact) => contact && this.querySelector("hub-act-dialog").open(act, contact);

  /** Asks the hub for an act by hand. Resolves on its 202; the problem is thrown. */
  ask = async (act, contact, args, text) => {
    await this.line.command(`waiting.${act}`, args);
    this.model.request(contact.id, text);
    this.querySelector("hub-waiting, hub-queue-line")?.requestUpdate(); // what a person did is shown at once
    setTimeout(() => this.model.forget(contact.id), UNANSWERED_MS);
  };

  /** Any other command; a refusal is told in the hub's words. Gives whether it was carried out. */
  command = async (op, args, done = "") => {
    try {
      await this.line.command(op, args);
      if (done) toast(done);
      return true;
    } catch (error) {
      toast(error.detail || t("The hub did not answer. Try again."), { bad: true });
      return false;
    }
  };

  changed(kinds) {
    for (const [name, shown] of Object.entries(this.shows)) {
      if (shown.some((kind) => kinds.has(kind))) this.querySelector(name)?.pace.changed();
    }
    if (kinds.has("alerts")) this.alarms.look();
    for (const [id, asked] of this.model.asked) {
      if (asked.refused && !asked.told) {
        asked.told = setTimeout(() => this.model.forget(id), TOLD_MS);
        this.alarms.refused(id, asked.text);
      }
    }
  }

  tick() {
    for (const name of [...Object.keys(this.shows), "hub-live"]) this.querySelector(name)?.requestUpdate();
    this.querySelector(".board")?.classList.toggle("is-stale", this.line.age > 0);
  }
}
