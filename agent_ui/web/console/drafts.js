// What a person typed and has not sent, per contact; it outlives a reload of the tab and nothing else.
const KEY = "console.drafts";
const EMPTY = { mode: "message", message: "", note: "", summary: "", disposition: "", keepOpen: false };

export class Drafts {
  #all = read();

  of(contact) {
    return { ...EMPTY, ...this.#all[contact] };
  }

  /** The text that stands in the field of this mode. */
  text(contact) {
    const draft = this.of(contact);
    return draft[draft.mode];
  }

  change(contact, values) {
    this.#all[contact] = { ...this.of(contact), ...values };
    this.#keep();
  }

  drop(contact) {
    delete this.#all[contact];
    this.#keep();
  }

  /** Forgets the contacts that are not in `ids`. */
  prune(ids) {
    const gone = Object.keys(this.#all).filter((id) => !ids.has(id));
    for (const id of gone) delete this.#all[id];
    if (gone.length) this.#keep();
  }

  #keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#all));
    } catch {
      // A full or forbidden store: the draft then lives as long as the page.
    }
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
