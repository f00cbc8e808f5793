// The console's three panes: my work, the conversation, the customer. It joins the parts and moves the focus; what is
// shown comes from the desk.
import { html } from "lit";
import { announce } from "../announce.js";
import { duration, number, t } from "../words.js";
import { run } from "./actions.js";
import * as ahead from "./ahead.js";
import { loadRest } from "./dialogs.js";
import { keepFocus } from "./focus.js";
import { Part } from "./part.js";
import { shift } from "./press.js";
import { bindKeys } from "./shortcuts.js";
import "./conversation.js";
import "./customer.js";
import "./cut.js";
import "./presence.js";
import "./toasts.js";
import "./worklist.js";

const FINAL = new Set(["revoked", "elsewhere"]);

class Console extends Part {
  #last = "";

  /** What the server drew goes in the same moment in which the elements draw the same (templates/console). */
  update(changed) {
    const first = this.desk && this.querySelector(":scope > .first-paint");
    const early = first && typedEarly(first);
    first?.remove();
    super.update(changed);
    if (early) this.#goOn(early);
  }

  /** Called once by the entry, with the desk. */
  start(desk) {
    this.desk = desk;
    desk.page = this;
    desk.addEventListener("problem", ({ detail }) => announce(this.querySelector("hub-toasts").show(detail), { assertive: true }));
    desk.addEventListener("accepting", () => ahead.begin());
    desk.addEventListener("problem", () => ahead.end());
    desk.addEventListener("accepted", () => this.#whenDrawn(() => (this.compose(), ahead.end())));
    desk.addEventListener("back", ({ detail }) => {
      announce(this.querySelector("hub-cut").returned(detail));
      this.#whenDrawn(() => document.activeElement === document.body && this.focusWork());
    });
    desk.addEventListener("frame", ({ detail }) => this.#frame(detail.frame));
    this.addEventListener("hub-act", ({ detail }) => this.run(detail));
    keepFocus(this);
    bindKeys(this);
    loadRest();
  }

  render() {
    if (!this.desk) return html``;
    const { me } = this.desk;
    return html`<nav class="skips" aria-label=${t("Skip to")}><a class="skip" href="#my-work" @click=${this.#skip}>${t("My work")}</a><a class="skip" href="#conversation" @click=${this.#skip}>${t("Conversation")}</a><a class="skip" href="#customer" @click=${this.#skip}>${t("Customer")}</a></nav>
      <hub-cut .desk=${this.desk}></hub-cut>
      <div class="console">
        <aside class="pane left" id="my-work" aria-label=${t("My work")} tabindex="-1"><hub-presence .desk=${this.desk}></hub-presence><hub-work-list .desk=${this.desk}></hub-work-list>
          <p class="left-foot"><span>${t("Handled today {count}", { count: number(me?.day?.handled ?? 0) })}</span><span class="num">${t("Handle time {time}", { time: me?.day?.handle_ms ? duration(me.day.handle_ms) : "–" })}</span></p></aside>
        <main class="pane middle" id="conversation" data-guarded aria-label=${t("Conversation")} tabindex="-1"><hub-conversation .desk=${this.desk}></hub-conversation></main>
        <aside class="pane right" id="customer" aria-label=${t("Customer")} tabindex="-1"><button type="button" class="btn small drawer-close" @click=${() => this.drawer(false)}>${t("Close")}</button><hub-customer .desk=${this.desk}></hub-customer></aside>
        <div class="drawer-veil" @click=${() => this.drawer(false)}></div>
      </div>
      <hub-transfer .desk=${this.desk}></hub-transfer><hub-palette .desk=${this.desk} .hub=${this}></hub-palette><hub-keys></hub-keys><hub-snooze .desk=${this.desk}></hub-snooze><hub-lightbox></hub-lightbox><hub-toasts></hub-toasts>`;
  }

  updated() {
    super.updated();
    if (!this.desk) return;
    const shown = `${this.desk.preview?.id ?? ""}/${this.desk.snoozed?.interaction ?? ""}/${this.desk.selected ?? ""}/${this.desk.current?.state ?? ""}`;
    if (this.#last && shown !== this.#last) this.#moved();
    this.#last = shown;
  }

  /** The middle pane shows something else now; a focus that fell out of it goes to its first field. */
  #moved() {
    shift(this.querySelector("main"));
    if (this.desk.current?.state !== "wrapping" || this.desk.preview) return;
    // What was under the hands in this pane has gone with the conversation: the disposition is next.
    const { activeElement } = document;
    if (activeElement === document.body || this.querySelector("main").contains(activeElement)) this.#whenDrawn(() => this.focusWork());
  }

  /** The person was faster than the script: his words go on in the draft, and his caret in its field. */
  #goOn({ text, contact }) {
    const { desk } = this;
    if (!desk.contact(contact)) return;
    if (contact !== desk.selected) desk.select(contact);
    const { message } = desk.drafts.of(contact);
    if (text) desk.drafts.change(contact, { mode: "message", message: [message, text].filter(Boolean).join("\n") });
    this.#whenDrawn(() => this.compose());
  }

  #frame(frame) {
    if (frame.type === "bye" && FINAL.has(frame.code)) this.querySelector("hub-cut").over = frame.code;
  }

  async #whenDrawn(fn) {
    await this.updateComplete;
    await this.querySelector("hub-conversation")?.updateComplete;
    requestAnimationFrame(fn);
  }

  #skip = (event) => {
    event.preventDefault();
    const pane = this.querySelector(event.target.hash);
    (pane.querySelector("button:not(:disabled), a, [tabindex='0']") ?? pane).focus();
  };

  // ---- what the acts do ---------------------------------------------------------------------------------------------
  run(name) {
    run(this.desk, name);
  }

  /** One of the console's elements, by its name. */
  part(name) {
    return this.querySelector(name);
  }

  get mine() {
    return this.desk.mine;
  }

  go(id) {
    this.desk.select(id);
    this.#whenDrawn(() => this.focusWork());
  }

  open(place) {
    const contact = this.mine[place - 1];
    if (contact) this.go(contact.id);
  }

  step(by) {
    const list = this.mine;
    if (!list.length) return;
    const at = this.desk.preview || this.desk.snoozed ? -1 : list.findIndex((one) => one.id === this.desk.selected);
    const next = list[(at + by + list.length) % list.length];
    this.desk.select(next.id);
    this.#whenDrawn(() => this.querySelector(`li[data-id="${next.id}"]:not([inert]) button`)?.focus());
  }

  waits() {
    const list = this.mine.filter((one) => one.customer_waits_since).sort((one, other) => one.customer_waits_since - other.customer_waits_since);
    const next = list.find((one) => one.id !== this.desk.selected) ?? list[0];
    if (next) this.go(next.id);
  }

  /** To the composer, or to the disposition in wrap-up. */
  async focusWork() {
    const wrap = this.querySelector("hub-wrap-up");
    if (wrap) {
      await customElements.whenDefined("hub-wrap-up");
      await wrap.updateComplete;
      if (!wrap.contains(document.activeElement)) wrap.focusFirst();
    } else if (this.desk.snoozed) this.querySelector('[data-act="wake"]')?.focus();
    else this.querySelector("hub-composer")?.focusText();
  }

  compose(mode) {
    const composer = this.querySelector("hub-composer");
    if (mode) composer?.turn(mode);
    else composer?.focusText();
  }

  /** The list of saved replies, over the composer. */
  replies() {
    this.querySelector("hub-composer")?.openReplies();
  }

  attach() {
    this.querySelector("hub-composer")?.attach();
  }

  decline() {
    const id = this.desk.sections.ringing[0]?.id;
    const button = this.querySelector(`hub-preview [popovertarget="refuse-${id}"]`) ?? this.querySelector(`[popovertarget="decline-${id}"]`);
    button?.click();
  }

  async end() {
    const { current } = this.desk;
    const done = await this.desk.act("contact.end", { contact: current.id });
    if (done) this.#whenDrawn(() => setTimeout(() => this.desk.selected === current.id && this.focusWork(), 60));
  }

  presence() {
    const { me } = this.desk;
    if (me.presence === "available") this.querySelector("hub-presence").open("away");
    else this.desk.act("presence.set", { presence: "available", reason: "", after_contact: false });
  }

  history() {
    this.drawer(true);
    this.querySelector(".console").classList.remove("no-right");
    this.querySelector("hub-history")?.enter?.();
  }

  fold(side) {
    this.querySelector(".console").classList.toggle(`no-${side}`);
  }

  /** Under 1120 px the customer pane is a drawer. */
  drawer(on = !this.querySelector(".console").classList.contains("is-drawn")) {
    const box = this.querySelector(".console");
    if (getComputedStyle(this.querySelector(".drawer-close")).display === "none" && !box.classList.contains("is-drawn")) return;
    box.classList.toggle("is-drawn", on);
    if (on) this.querySelector(".drawer-close").focus();
    else this.querySelector('[data-act="customer"]')?.focus();
  }

  /** The topmost layer, never a contact. */
  escape() {
    if (this.querySelector(".console.is-drawn")) return this.drawer(false);
    if ((this.desk.preview || this.desk.snoozed) && this.desk.selected) this.desk.select(this.desk.selected);
  }
}

/** What stands in the first paint's field, if somebody wrote there or is in it. */
function typedEarly(first) {
  const field = first.querySelector("#early-text");
  if (!field || (!field.value && document.activeElement !== field)) return null;
  return { text: field.value, contact: field.dataset.contact };
}

customElements.define("hub-console", Console);
