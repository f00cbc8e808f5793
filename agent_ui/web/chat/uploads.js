// Files that a visitor puts into a message: sent to the hub while he goes on writing, each with its progress; a broken line
// keeps them waiting. What cannot be sent says why, in words, and stands until it is removed.
import { t } from "../words.js";
import { bytes } from "./phrases.js";

export const TAKEN = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];
const MOST_FILES = 5;
/** A sending that breaks while the line is up is begun again after this, a few times; then a person is asked. */
const AGAIN_MS = 3_000;
const MOST_TRIES = 5;
/** Bytes that nobody takes for so long go to a network that is gone. */
const STUCK_MS = 45_000;

/** Event "change". Each of `list` is {key, id, name, type, size, state: waiting | sending | done | broken | refused, share, words}. */
export class Uploads extends EventTarget {
  list = [];
  #session;
  #keys = 0;

  constructor(session) {
    super();
    this.#session = session;
  }

  /** Whether every file is at the hub; what was refused never comes there, and holds up nothing. */
  get done() {
    return this.list.every(({ state }) => state === "done" || state === "refused");
  }

  /** Whether all will be there without anybody's doing. */
  get underWay() {
    return this.list.length > 0 && this.list.every(({ state }) => ["waiting", "sending", "done", "refused"].includes(state));
  }

  get refused() {
    return this.list.filter(({ state }) => state === "refused");
  }

  /** Returns the words for what is refused at once. `folders` are the names of what only looks like a file. */
  add(files, folders = new Set()) {
    const refused = [];
    for (const file of files) {
      const { name, type, size } = file;
      if (this.list.length - this.refused.length >= MOST_FILES) {
        refused.push(t("At most {count} files go with one message.", { count: MOST_FILES }));
        break;
      }
      const entry = { key: ++this.#keys, file, name, type, size, state: "waiting", share: 0, words: "", tries: 0 };
      this.list.push(entry);
      if ((type && !TAKEN.includes(type)) || folders.has(name)) refused.push(this.#refuse(entry, wrongKind(name)));
      else if (size > this.#most) refused.push(this.#refuse(entry, tooLarge(name, this.#most)));
      else if (!size) refused.push(this.#refuse(entry, t("“{name}” is empty.", { name })));
      else this.#send(entry);
    }
    this.#changed();
    return refused;
  }

  /** Tries again what waits for the line; with `key` that one alone. */
  resume(key) {
    for (const entry of this.list) {
      if (entry.key === key) this.#send(Object.assign(entry, { tries: 0 }));
      else if (!key && entry.state === "waiting" && !entry.request) this.#send(entry);
    }
  }

  remove(key) {
    const gone = this.list.find((entry) => entry.key === key);
    this.list = this.list.filter((entry) => entry !== gone);
    if (gone) stop(gone);
    this.#changed();
  }

  clear() {
    const gone = this.list;
    this.list = [];
    gone.forEach(stop);
    this.#changed();
  }

  /** Unknown before the hub has answered once. */
  get #most() {
    return this.#session.value?.file_bytes ?? Infinity;
  }

  async #send(entry) {
    clearTimeout(entry.timer);
    // XMLHttpRequest, because fetch does not tell how much of a body has gone out.
    const request = new XMLHttpRequest();
    Object.assign(entry, { state: "sending", share: 0, words: "", request });
    this.#changed();
    try {
      await this.#session.token();
    } catch {
      return this.#wait(entry, request);
    }
    if (!this.list.includes(entry) || entry.request !== request) return;
    // Who sends too much is cut off, often before he can hear why.
    if (entry.size > this.#most) {
      this.#refuse(entry, tooLarge(entry.name, this.#most));
      return this.#changed();
    }
    this.#open(entry, request);
  }

  #open(entry, request) {
    const { file, name, type } = entry;
    const watch = () => {
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => (request.abort(), this.#wait(entry, request)), STUCK_MS);
    };
    request.open("POST", this.#session.address("uploads"));
    for (const [key, value] of Object.entries(this.#session.headers)) request.setRequestHeader(key, value);
    request.setRequestHeader("Content-Type", type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(name));
    request.upload.onprogress = ({ loaded, total }) => {
      watch();
      entry.share = total ? loaded / total : 0;
      this.#changed();
    };
    request.onerror = () => this.#wait(entry, request);
    request.onload = () => this.#answered(entry, request);
    watch();
    request.send(file);
  }

  #answered(entry, { status, responseText }) {
    clearTimeout(entry.timer);
    let told = {};
    try {
      told = JSON.parse(responseText);
    } catch {
      // no words of the hub's; the status says enough
    }
    entry.request = null;
    if (status >= 200 && status < 300) Object.assign(entry, { ...told, state: "done" });
    else if (status === 413) this.#refuse(entry, tooLarge(entry.name, this.#most));
    else if (status === 415) this.#refuse(entry, wrongKind(entry.name));
    else if (status === 401) return this.#anew(entry);
    else if (status === 429 || status >= 500) this.#break(entry);
    else this.#refuse(entry, told.detail || t("“{name}” was not taken.", { name: entry.name }));
    this.#changed();
  }

  /** The token ended on the way. */
  #anew(entry) {
    if (this.#session.value) this.#session.value.until = 0;
    if (++entry.tries < MOST_TRIES) return void this.#send(entry);
    this.#break(entry);
    this.#changed();
  }

  /** The line's return takes it up again, or a moment's time, where the line never knew. */
  #wait(entry, request) {
    if (entry.request !== request || !this.list.includes(entry)) return;
    clearTimeout(entry.timer);
    Object.assign(entry, { state: "waiting", request: null });
    if (navigator.onLine && ++entry.tries >= MOST_TRIES) this.#break(entry);
    else if (navigator.onLine) entry.timer = setTimeout(() => entry.state === "waiting" && this.#send(entry), AGAIN_MS);
    this.#changed();
  }

  #break(entry) {
    Object.assign(entry, { state: "broken", request: null, words: t("Not sent. Try again in a moment.") });
  }

  #refuse(entry, words) {
    Object.assign(entry, { state: "refused", words, request: null });
    return words;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function stop({ request, timer }) {
  clearTimeout(timer);
  request?.abort();
}

function tooLarge(name, most) {
  if (!Number.isFinite(most)) return t("“{name}” is too large.", { name });
  return t("“{name}” is too large: {size} are the most.", { name, size: bytes(most) });
}

const wrongKind = (name) => t("“{name}” cannot be sent: only pictures (PNG, JPEG, GIF, WebP), PDF and plain text can.", { name });
