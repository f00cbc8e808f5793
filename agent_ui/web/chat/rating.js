// After the end: how was it? One to five, a few words if one likes, and thanks.
import { LitElement, html, nothing } from "lit";
import { announce } from "../announce.js";
import { t } from "../words.js";

const SCORES = [1, 2, 3, 4, 5];

class Rating extends LitElement {
  static properties = { chat: { attribute: false }, person: { attribute: false }, score: { state: true }, state: { state: true } };

  constructor() {
    super();
    this.score = 0;
    /** "", sending, done, failed */
    this.state = "";
  }

  createRenderRoot() {
    return this;
  }

  willUpdate(changed) {
    if (changed.has("person")) Object.assign(this, { score: 0, state: "" });
  }

  render() {
    const { rated, can_rate } = this.chat.talk.conversation;
    if (rated || this.state === "done") return html`<p class="c-thanks" role="status">${t("Thank you for telling us.")}</p>`;
    if (!can_rate) return nothing;
    return html`<form class="c-rate" @submit=${this.#send}>
      <fieldset><legend>${t("How was this chat?")}</legend>
        <div class="c-scores">${SCORES.map((score) => html`<label class=${this.score === score ? "is-on" : ""}>
          <input type="radio" name="score" value=${score} .checked=${this.score === score} @change=${() => this.#choose(score)} /><span>${score}</span></label>`)}</div>
        <p class="c-ends"><span>${t("bad")}</span><span>${t("very good")}</span></p></fieldset>
      ${this.score ? html`<label class="label" for="c-words">${t("What should we know? (you may leave it empty)")}</label>
        <textarea class="field" id="c-words" rows="2" maxlength="2000"></textarea>
        ${this.state === "failed" ? html`<p class="hint is-bad" role="alert">${t("This did not get through. Try again.")}</p>` : nothing}
        <button class="btn primary large" ?disabled=${this.state === "sending"}>${t("Send")}</button>` : nothing}
    </form>`;
  }

  async #choose(score) {
    this.score = score;
    await this.updateComplete;
    this.querySelector("form").scrollIntoView({ block: "end" }); // what comes next is seen
  }

  #send = async (event) => {
    event.preventDefault();
    this.state = "sending";
    try {
      await this.chat.talk.rate(this.score, this.querySelector("textarea").value.trim());
      this.state = "done";
      announce(t("Thank you for telling us."));
    } catch (error) {
      this.state = error.code === "rated" ? "done" : "failed";
    }
  };
}

customElements.define("chat-rating", Rating);
