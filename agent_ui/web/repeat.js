// A keyed list: `repeat(items, key, template)`, as Lit's own, which leaves a comment in the page for every item that goes
// (lit-html 3.3: removePart forgets the end marker). Over a shift that grows; this takes both markers away.
import { noChange } from "lit";
import { clearPart, insertPart, removePart, setChildPartValue, setCommittedValue } from "lit/directive-helpers.js";
import { Directive, directive } from "lit/directive.js";

class Repeat extends Directive {
  #parts = null;

  render() {
    return noChange;
  }

  update(container, [items, keyOf, template]) {
    if (!this.#parts) {
      clearPart(container); // what stood there was not ours
      this.#parts = new Map();
    }
    const list = [...items];
    const keys = list.map(keyOf);
    const wanted = new Set(keys);
    for (const [key, part] of this.#parts) if (!wanted.has(key)) this.#drop(key, part);
    // From the end, so that each has its follower in place before it.
    let next;
    for (let place = list.length - 1; place >= 0; place -= 1) {
      const part = this.#place(container, keys[place], next);
      setChildPartValue(part, template(list[place], place));
      next = part;
    }
    setCommittedValue(container, [...this.#parts.values()]);
    return noChange;
  }

  #place(container, key, next) {
    const known = this.#parts.get(key);
    const follower = next ? next.startNode : container.endNode;
    if (known && known.endNode.nextSibling === follower) return known;
    const part = insertPart(container, next, known);
    this.#parts.set(key, part);
    return part;
  }

  #drop(key, part) {
    const end = part.endNode;
    removePart(part);
    end?.remove();
    this.#parts.delete(key);
  }
}

export const repeat = directive(Repeat);
