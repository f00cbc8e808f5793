// The right pane while no contact is open: find a customer, and whom the agent spoke with today.
import { html, nothing } from "lit";
import { repeat } from "../repeat.js";
import { marked } from "../find.js";
import { icon } from "../icons.js";
import { capsOf, keyFor } from "../keys.js";
import { t, time } from "../words.js";
import { Finder } from "./palette-items.js";
import { Part } from "./part.js";
import { nameOf } from "./terms.js";

class Spoken extends Part {
  static properties = { words: { state: true } };
  #finder = new Finder(() => this.requestUpdate());

  render() {
    const { words = "" } = this;
    const key = keyFor("find", "/");
    return html`<div class="spoken-find"><div class="box" role="search">${icon("search")}<input type="search" data-find .value=${words} @input=${this.#type} @keydown=${this.#key} placeholder=${t("Name, number, e-mail or order")} aria-label=${t("Find a customer")} autocomplete="off" spellcheck="false">${key ? html`<kbd>${capsOf(key).join(" ")}</kbd>` : nothing}</div></div>
      <div class="spoken" @keydown=${this.#key}>${words.trim() ? this.#found() : this.#today()}</div>`;
  }

  #found() {
    const { found, busy, failed } = this.#finder;
    if (failed) return html`<p class="work-empty">${t("The search did not work.")} <a href=${`/customers?q=${encodeURIComponent(this.words)}`}>${t("All customers")}</a></p>`;
    if (!found.customers.length) return html`<p class="work-empty" role="status">${busy ? t("Looking…") : t("Nobody has these letters or digits.")}</p>`;
    return html`<ul aria-label=${t("Customers")}>${repeat(found.customers, ({ id }) => id, (one) => html`<li><a class="recent-one" href=${`/customers/${one.id}`} data-row><span class="chan">${icon("user")}</span><b lang="">${marked(one.name || one.display, this.words)}</b><span class="meta num">${one.name ? marked(one.display ?? "", this.words) : nothing}</span></a></li>`)}</ul>
      <p class="work-empty"><a href=${`/customers?q=${encodeURIComponent(this.words)}`}>${t("Search the history as well")}</a></p>`;
  }

  #today() {
    const list = this.desk.recent.with(this.desk.state.recent ?? []);
    if (!list.length) return nothing;
    return html`<section class="sec recent" aria-labelledby="spoken-head"><h3 id="spoken-head"><span>${t("You spoke with")}</span><span>${t("today")}</span></h3>
      <ul>${repeat(list, (one) => one.customer.id ?? one.id, (one) => html`<li>${one.customer.id ? html`<a class="recent-one" href=${`/customers/${one.customer.id}`} data-row>${inside(one)}</a>` : html`<span class="recent-one">${inside(one)}</span>`}</li>`)}</ul></section>`;
  }

  #type = ({ target }) => {
    this.words = target.value;
    this.#finder.look(target.value);
  };

  /** The first of what was found for what was typed last. */
  async #first() {
    await this.updateComplete;
    this.querySelector("[data-row]")?.click();
  }

  #key = (event) => {
    if (event.isComposing) return;
    const rows = [...this.querySelectorAll("[data-row]")];
    const field = this.querySelector("input");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) [field, ...rows][Math.min(Math.max([field, ...rows].indexOf(document.activeElement) + step, 0), rows.length)]?.focus();
    else if (event.key === "Enter" && event.target === field && this.words?.trim()) this.#finder.whenFound(() => this.#first());
    else if (event.key === "Escape" && field.value) this.#type({ target: Object.assign(field, { value: "" }) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

const inside = (one) => html`<span class="chan">${icon(one.channel)}</span><b lang="">${nameOf(one)}</b><time class="meta">${time(one.at)}</time>`;

customElements.define("hub-spoken", Spoken);
