// A message for when nobody is there: what it is about, and where the answer goes. It is sent like any other message, with
// `answer_to`, and kept like any other while there is no connection.
import { LitElement, html, nothing } from "lit";
import { t } from "../words.js";
import { foot } from "./home.js";

/** A signed visitor is known, and finds the answer in his chat. */
const ANSWER_HERE = "chat";
const KINDS = {
  email: { type: "email", autocomplete: "email", fits: (text) => /^\S+@\S+\.\S+$/.test(text) },
  phone: { type: "tel", autocomplete: "tel", fits: (text) => /^\+?[\d\s()./-]{6,24}$/.test(text) },
};

class Write extends LitElement {
  static properties = { chat: { attribute: false }, person: { attribute: false }, by: { state: true }, wrong: { state: true }, text: { state: true }, to: { state: true } };

  constructor() {
    super();
    this.by = "email";
    /** Names of the fields that need another look. */
    this.wrong = [];
    this.text = "";
    this.to = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("person")) Object.assign(this, { text: this.chat.talk.kept.read("draft") ?? "", to: "", wrong: [] });
  }

  render() {
    const { site, closed, talk } = this.chat;
    const { type, autocomplete } = KINDS[this.by];
    const wrong = (name) => this.wrong.includes(name);
    return html`<form class="c-body c-write" novalidate @submit=${this.#send}>
      <p>${closed ? t("Leave us a message. The first person in answers it.") : t("Leave us a message. We answer as soon as somebody is free.")}</p>
      <div><label class="label" for="c-text">${t("Your message")}</label>
        <textarea class="field" id="c-text" rows="4" data-first maxlength=${site.most_text ?? 4000} dir="auto" aria-invalid=${wrong("text")} aria-describedby="c-text-wrong"
          .value=${this.text} @input=${this.#typed}></textarea>
        <p class="hint is-bad" id="c-text-wrong" role="alert">${wrong("text") ? t("Write what it is about.") : nothing}</p></div>
      ${talk.session.identity ? nothing : html`<div><label class="label" for="c-to">${t("How we reach you")}</label>
        <input class="field" id="c-to" type=${type} autocomplete=${autocomplete} inputmode=${type} maxlength="200" aria-invalid=${wrong("to")} aria-describedby="c-to-wrong"
          .value=${this.to} @input=${({ target }) => (this.to = target.value)} />
        <p class="hint is-bad" id="c-to-wrong" role="alert">${!wrong("to") ? nothing : this.by === "email" ? t("Write an e-mail address, such as name@example.com.") : t("Write a telephone number with its area code.")}</p></div>
      <fieldset class="c-by"><legend class="visually-hidden">${t("Reach me by")}</legend>
        ${this.#choice("email", t("by e-mail"))}${this.#choice("phone", t("by phone"))}</fieldset>`}
      <button class="btn primary large">${t("Send")}</button>
      ${foot(site)}
    </form>`;
  }

  #choice(by, words) {
    return html`<label class=${this.by === by ? "is-on" : ""}><input type="radio" name="by" value=${by} .checked=${this.by === by} @change=${() => (this.by = by)} />${words}</label>`;
  }

  #typed = ({ target }) => {
    this.text = target.value;
    this.chat.talk.kept.write("draft", this.text);
    this.chat.talk.changed();
  };

  #send = async (event) => {
    event.preventDefault();
    const { talk } = this.chat;
    const [text, to] = [this.text.trim(), this.to.trim()];
    const asks = !talk.session.identity;
    this.wrong = [...(text ? [] : ["text"]), ...(!asks || KINDS[this.by].fits(to) ? [] : ["to"])];
    if (this.wrong.length) {
      await this.updateComplete;
      this.querySelector("[aria-invalid=true]").focus();
      return;
    }
    talk.kept.write("draft", "");
    talk.say({ text, files: [], answer_to: asks ? to : ANSWER_HERE });
    this.chat.go("chat");
  };
}

customElements.define("chat-write", Write);
