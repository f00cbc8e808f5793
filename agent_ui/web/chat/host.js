// The page around the chat: the loader's page, reached by postMessage with exact origins on both ends, or nobody, where the
// chat is a page of its own and keeps the stranger's credential itself.
//
// Events: "hello", "page", "opened", "closed", "identity", "logout" (detail: what came with it).

const FROM_HOST = new Set(["hello", "page", "opened", "closed", "identity", "logout"]);
/** A page that has nobody to sign for, or a slow server, is not waited for longer. */
const SIGNING_MS = 10_000;

export class EmbeddingHost extends EventTarget {
  framed = true;
  /** Opened by the visitor. */
  open = false;
  #origin;
  #told = "";
  #signed = () => {};

  /** `origins` may embed us; the loader says in our address which of them it is. */
  constructor(origins) {
    super();
    const named = new URLSearchParams(location.search).get("host") ?? "";
    this.#origin = [location.origin, ...origins].includes(named) ? named : "";
    addEventListener("message", this.#hear);
  }

  get origin() {
    return this.#origin;
  }

  tell(type, more = {}) {
    if (this.#origin && parent !== window) parent.postMessage({ hub: 1, type, ...more }, this.#origin);
  }

  ready(look) {
    this.tell("ready", look);
  }

  /** Said once for each change: which stranger this is, whether there is something to come back to, and what is unread. */
  report({ credential, going, unread, text }) {
    const told = JSON.stringify([credential, going, unread, text]);
    if (told === this.#told) return;
    this.#told = told;
    this.tell("credential", { value: going ? credential : null, going });
    this.tell("unread", { count: unread, text });
  }

  /** Nothing of whoever was here stays on the page around us. */
  hide() {
    this.#told = "";
    this.tell("unread", { count: 0, text: "" });
  }

  /** Asks the page for a fresh signature of its visitor: the one that it gives, or null. */
  sign() {
    this.tell("identify");
    return new Promise((resolve) => {
      this.#signed = resolve;
      setTimeout(resolve, SIGNING_MS, null);
    });
  }

  close() {
    this.tell("close");
  }

  #hear = ({ origin, source, data }) => {
    if (!this.#origin || origin !== this.#origin || source !== parent || data?.hub !== 1) return;
    if (!FROM_HOST.has(data.type)) return;
    if (data.type === "identity") this.#signed(data.value);
    if (data.type === "opened" || data.type === "closed") this.open = data.type === "opened";
    if (data.type === "logout" || data.type === "identity") this.#told = "";
    this.dispatchEvent(new CustomEvent(data.type, { detail: data }));
  };
}

export class NoHost extends EventTarget {
  framed = false;
  open = true;
  origin = location.origin;
  #key;

  constructor(site) {
    super();
    this.#key = `hub-chat-page:${site}`;
  }

  ready() {
    let credential = null;
    try {
      credential = localStorage.getItem(this.#key);
    } catch {
      // storage can be forbidden: each page is then a new stranger
    }
    const detail = { credential, identity: null, page: location.origin + location.pathname };
    this.dispatchEvent(new CustomEvent("hello", { detail }));
    this.dispatchEvent(new CustomEvent("opened", { detail: {} }));
  }

  report({ credential, going }) {
    try {
      if (going && credential) localStorage.setItem(this.#key, credential);
      else if (!going) localStorage.removeItem(this.#key);
    } catch {
      // as above
    }
  }

  hide() {}

  sign() {
    return null;
  }

  close() {}
}
