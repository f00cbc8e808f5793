// What the frame keeps in the browser for one visitor: unsent messages and the draft. Each entry is named by site, embedding
// site and visitor, so that whoever comes next neither sees nor sends it. A visitor whom the hub does not know yet has
// the tab's own storage, which ends with the tab.

/** What nobody came back for within a day goes. */
const LASTS_MS = 24 * 3_600_000;

/** Enough to keep visitors apart in names of entries; no secret is written there. */
export function digest(text) {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const letter of text) {
    a = Math.imul(a ^ letter.codePointAt(0), 0x01000193);
    b = Math.imul(b ^ letter.codePointAt(0), 0x5bd1e995);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

export class Kept {
  #prefix;
  #visitor = "";
  #memory = new Map();
  #areas;

  constructor(site, host, areas = [() => globalThis.localStorage, () => globalThis.sessionStorage]) {
    this.#prefix = `hub-chat:${site}:${digest(host)}:`;
    this.#areas = areas;
  }

  get visitor() {
    return this.#visitor;
  }

  /** Whose entries are meant from now on; "" is a visitor whom the hub does not know yet. */
  belong(visitor) {
    this.#visitor = visitor;
    this.#sweep(([at]) => !(Date.now() - at < LASTS_MS));
  }

  read(name) {
    const key = this.#name(name);
    if (this.#memory.has(key)) return this.#memory.get(key);
    try {
      return JSON.parse(this.#area().getItem(key))?.[1] ?? null;
    } catch {
      return null;
    }
  }

  /** An empty value leaves nothing behind. Where storage refuses, it holds until the page is left. */
  write(name, value) {
    const key = this.#name(name);
    this.#memory.delete(key);
    try {
      if (value?.length) this.#area().setItem(key, JSON.stringify([Date.now(), value]));
      else this.#area().removeItem(key);
    } catch {
      this.#memory.set(key, value);
    }
  }

  /** Whether something of this visitor is kept. */
  holds() {
    return ["outbox", "draft"].some((name) => this.read(name)?.length);
  }

  /** Everything of this site goes, whoever's it is. */
  wipe() {
    this.#memory.clear();
    this.#sweep(() => true);
  }

  #name(name) {
    return `${this.#prefix}${this.#visitor}:${name}`;
  }

  #area() {
    return this.#areas[this.#visitor ? 0 : 1]();
  }

  #sweep(matches) {
    for (const area of this.#areas) {
      try {
        for (const name of Object.keys(area())) {
          if (name.startsWith(this.#prefix) && matches(JSON.parse(area().getItem(name)))) area().removeItem(name);
        }
      } catch {
        // no storage, nothing kept
      }
    }
  }
}
