// Files on their way to the hub, per contact: with progress, each can be taken out again; one that is refused says why.
// A text is sent with those that have arrived.
import { t } from "../words.js";
import { uuid } from "../uuid.js";

const PREVIEW_PX = 56;

export class Uploads extends EventTarget {
  #all = new Map();

  of(contact) {
    return this.#all.get(contact) ?? [];
  }

  /** Ids of the uploads that have arrived. */
  ready(contact) {
    return this.of(contact).filter((one) => one.state === "kept").map((one) => one.upload);
  }

  busy(contact) {
    return this.of(contact).some((one) => one.state === "going");
  }

  add(contact, files) {
    for (const file of files) {
      const one = { id: uuid(), file, name: file.name || t("Picture"), size: file.size, type: file.type, state: "going", share: 0 };
      if (file.type.startsWith("image/")) this.#preview(one);
      this.#all.set(contact, [...this.of(contact), one]);
      this.#send(one);
    }
    this.#changed();
  }

  again(contact, id) {
    const one = this.of(contact).find((entry) => entry.id === id);
    if (!one) return;
    Object.assign(one, { state: "going", share: 0, reason: "" });
    this.#send(one);
    this.#changed();
  }

  remove(contact, id) {
    const one = this.of(contact).find((entry) => entry.id === id);
    one?.request?.abort();
    this.#all.set(contact, this.of(contact).filter((entry) => entry.id !== id));
    this.#changed();
  }

  /** They went out with a text: the log shows them from here on. */
  sent(contact) {
    for (const { id } of this.of(contact).filter((one) => one.state === "kept")) this.remove(contact, id);
  }

  prune(ids) {
    for (const contact of this.#all.keys()) {
      if (ids.has(contact)) continue;
      for (const { id } of this.of(contact)) this.remove(contact, id);
      this.#all.delete(contact);
    }
  }

  /** A small drawing of it (data:, because pages may show nothing from blob:). */
  async #preview(one) {
    try {
      const picture = await createImageBitmap(one.file);
      const canvas = document.createElement("canvas");
      const scale = PREVIEW_PX / Math.min(picture.width, picture.height);
      canvas.width = canvas.height = PREVIEW_PX;
      const [width, height] = [picture.width * scale, picture.height * scale];
      canvas.getContext("2d").drawImage(picture, (PREVIEW_PX - width) / 2, (PREVIEW_PX - height) / 2, width, height);
      picture.close();
      one.preview = canvas.toDataURL("image/jpeg", 0.8);
      this.#changed();
    } catch {
      // Not a picture that this browser can draw: the sign of a file stands for it.
    }
  }

  #send(one) {
    const request = new XMLHttpRequest(); // fetch tells nothing of what has gone up
    one.request = request;
    request.open("POST", "/api/v1/uploads");
    request.setRequestHeader("Content-Type", one.type || "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(one.name));
    request.upload.onprogress = ({ loaded, total }) => {
      one.share = total ? loaded / total : 0;
      this.#changed();
    };
    request.onload = () => this.#answered(one, request);
    request.onerror = () => this.#refused(one, t("The file could not be sent. Try again."), true);
    request.send(one.file);
  }

  #answered(one, request) {
    let said = {};
    try {
      said = JSON.parse(request.responseText);
    } catch {
      // A proxy's page: the status is enough.
    }
    if (request.status >= 300) return this.#refused(one, said.detail || said.title || t("The hub did not take this file."), request.status >= 500);
    Object.assign(one, { state: "kept", share: 1, upload: said.id, name: said.name ?? one.name, size: said.size ?? one.size, type: said.type ?? one.type });
    this.#changed();
  }

  #refused(one, reason, may) {
    Object.assign(one, { state: "refused", reason, may });
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
