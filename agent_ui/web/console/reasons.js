// A button that asks for a reason before it acts: the list opens under it, arrows move, Esc closes.
import { html } from "lit";
import { arrows } from "./presence.js";
import { reasonName } from "./terms.js";

export function reasonMenu({ id, reasons, label, choose, disabled = false, key = "", large = false }) {
  const open = ({ target, newState }) => {
    if (newState !== "open") return;
    place(target, target.previousElementSibling);
    target.querySelector("button").focus();
  };
  const pick = (event, reason) => {
    event.target.closest("[popover]").hidePopover();
    choose(reason);
  };
  return html`<button type="button" class="btn ${large ? "large" : ""}" popovertarget=${id} data-decline aria-haspopup="menu" ?disabled=${disabled}>${label}${key}</button>
    <div id=${id} class="menu" popover role="menu" aria-label=${label} @keydown=${arrows} @toggle=${open}>
      ${(reasons ?? []).map((reason) => html`<button type="button" role="menuitem" @click=${(event) => pick(event, reason)}>${reasonName(reason)}</button>`)}</div>`;
}

/** Puts a popover under its opener, inside of the window. */
export function place(menu, opener) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = menu;
  const top = at.bottom + 4 + offsetHeight > innerHeight ? at.top - 4 - offsetHeight : at.bottom + 4;
  menu.style.top = `${Math.max(4, top)}px`;
  menu.style.left = `${Math.max(4, Math.min(at.left, innerWidth - offsetWidth - 4))}px`;
}
