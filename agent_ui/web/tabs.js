// Several tabs of one person: one of them, the leader, makes the sounds and the system notices (ui.md 8); each tells the
// others what is looked at in it. A tab that closes hands the lead on at once, because its lock goes with it.
// Events: "lead" (this tab has become the leader).
import { soundOn, unlocked } from "./sound.js";
import { uuid } from "./uuid.js";

const FRESH_MS = 45_000;
const AGAIN_MS = 20_000;
const user = globalThis.document?.documentElement.dataset.user ?? "";
const NAME = `hub-bell-${user}`;

class Tabs extends EventTarget {
  leads = false;
  #id = uuid();
  #others = new Map();
  #selected = null;
  #wire = null;

  /** Called once, by the page that has a line to the hub. */
  start() {
    this.#wire = new BroadcastChannel(NAME);
    this.#wire.onmessage = ({ data }) => this.#hear(data);
    for (const event of ["visibilitychange", "focus"]) addEventListener(event, () => this.#tell());
    addEventListener("pagehide", () => this.#wire.postMessage({ id: this.#id, gone: true }));
    soundOn(() => this.#tell(true));
    setInterval(() => this.#tell(), AGAIN_MS);
    this.#compete();
    this.#tell(true);
  }

  /** The contact that is in front here. */
  looks(contact) {
    if (contact === this.#selected) return;
    this.#selected = contact;
    this.#tell();
  }

  /** Is any tab of this person to be seen? Then no system notice is shown. */
  get visible() {
    return !document.hidden || this.#fresh().some((tab) => tab.visible);
  }

  /** Is this contact in front of the person, in whichever tab? */
  watched(contact) {
    return (!document.hidden && this.#selected === contact) || this.#fresh().some((tab) => tab.visible && tab.selected === contact);
  }

  #fresh() {
    return [...this.#others.values()].filter(({ at }) => Date.now() - at < FRESH_MS);
  }

  #tell(ask = false) {
    this.#wire?.postMessage({ id: this.#id, visible: !document.hidden, selected: this.#selected, leads: this.leads, sound: unlocked(), ask });
  }

  #hear({ id, gone, ask, ...tab }) {
    if (gone) return this.#others.delete(id);
    this.#others.set(id, { ...tab, at: Date.now() });
    // A leader whose browser lets it make no sound is none: the tab that was touched takes the lead.
    if (tab.leads && !tab.sound && unlocked() && !this.leads) this.#compete({ steal: true });
    if (ask) this.#tell();
  }

  #compete(how = {}) {
    if (!navigator.locks) return this.#lead(); // a page that is not secure: each tab is alone
    navigator.locks.request(NAME, how, () => {
      this.#lead();
      return new Promise(() => {});
    }).catch(() => {
      this.leads = false; // another tab took it
      this.#compete();
    });
  }

  #lead() {
    this.leads = true;
    this.#tell();
    this.dispatchEvent(new Event("lead"));
  }
}

export const tabs = new Tabs();
