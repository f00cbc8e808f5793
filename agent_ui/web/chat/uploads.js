// Files that a visitor puts into a message: sent to the hub while he goes on writing, each with its progress; a broken line
// keeps them waiting. What cannot be sent says why, in words, and stands until it is removed.
import { t } from "../words.js";
import { bytes } from "./phrases.js";

export const TAKEN = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"];
const MOST_FILES = 5;

/** Event "change". Each of `list` is {key, id, name, type, size, state: waiting | sending | done | broken | refused, share, words}. */
export class Uploads extends EventTarget {
  list = [];
  session = null;
  #keys = 0;

  /** Whether every file is at the hub; what was refused never comes there, and holds up nothing. */
  get done() {
    return this.list.every(({ state }) => state === "done" || state === "refused");
  }

  /** Whether all will be there without anybody's doing. */
  get underWay() {
    return this.list.length > 0 && this.list.every(({ state }) => ["waiting", "sending", "done", "refused"].includes(state));
  }

  /** Returns the words for what is refused at once. */
  add(files, most = Infinity) {
    const refused = [];
    for (const file of files) {
      const { name, type, size } = file;
      const entry = { key: ++this.#keys, file, name, type, size, state: "waiting", share: 0, words: "" };
      if (this.list.length >= MOST_FILES) {
        refused.push(t("At most {count} files go with one message.", { count: MOST_FILES }));
        break;
      }
      this.list.push(entry);
      if (size > most) refused.push(this.#refuse(entry, tooLarge(name, most)));
      else if (type && !TAKEN.includes(type)) refused.push(this.#refuse(entry, wrongKind(name)));
      else if (!size) refused.push(this.#refuse(entry, t("“{name}” is empty.", { name })));
      else this.#send(entry);
    }
    this.#changed();
    return refused;
  }

  /** Tries again what waits for the line; with `key` that one alone. */
  resume(key) {
    for (const entry of this.list) {
      if (key ? entry.key === key : entry.state === "waiting" && !entry.request) this.#send(entry);
    }
  }

  remove(key) {
    this.list.find((entry) => entry.key === key)?.request?.abort();
    this.list = this.list.filter((entry) => entry.key !== key);
    this.#changed();
  }

  clear() {
    for (const { request, state } of this.list) if (state !== "done") request?.abort();
    this.list = [];
    this.#changed();
  }

  async #send(entry) {
    Object.assign(entry, { state: "sending", share: 0, words: "", request: new XMLHttpRequest() });
    this.#changed();
    try {
      await this.session.token();
    } catch {
      return this.#wait(entry);
    }
    // XMLHttpRequest, because fetch does not tell how much of a body has gone out.
    const { request, file, name, type } = entry;
    if (!this.list.includes(entry)) return;
    request.open("POST", this.session.address("uploads"));
    for (const [key, value] of Object.entries(this.session.headers)) request.setRequestHeader(key, value);
    request.setRequestHeader("Content-Type", type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(name));
    request.upload.onprogress = ({ loaded, total }) => {
      entry.share = total ? loaded / total : 0;
      this.#changed();
    };
    request.onerror = () => this.#wait(entry);
    request.onload = () => this.#answered(entry, request);
    request.send(file);
  }

  #answered(entry, { status, responseText }) {
    let told = {};
    try {
      told = JSON.parse(responseText);
    } catch {
      // no words of the hub's; the status says enough
    }
    if (status >= 200 && status < 300) Object.assign(entry, { ...told, state: "done" });
    else if (status === 413) this.#refuse(entry, tooLarge(entry.name, told.most));
    else if (status === 415) this.#refuse(entry, wrongKind(entry.name));
    else if (status === 429 || status >= 500 || status === 401) Object.assign(entry, { state: "broken", words: t("Not sent. Try again in a moment.") });
    else this.#refuse(entry, told.detail || t("“{name}” was not taken.", { name: entry.name }));
    entry.request = null;
    this.#changed();
  }

  #wait(entry) {
    Object.assign(entry, { state: "waiting", request: null });
    this.#changed();
  }

  #refuse(entry, words) {
    Object.assign(entry, { state: "refused", words });
    return words;
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function tooLarge(name, most) {
  if (!Number.isFinite(most)) return t("“{name}” is too large.", { name });
  return t("“{name}” is too large: {size} are the most.", { name, size: bytes(most) });
}

const wrongKind = (name) => t("“{name}” cannot be sent: only pictures (PNG, JPEG, GIF, WebP), PDF and plain text can.", { name });
