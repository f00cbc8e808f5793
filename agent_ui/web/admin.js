// The admin's pages: which one, by what stands in the shell's data. Everything else is in admin/.
import { LitElement, html } from "lit";
import "./admin/editor.js";
import "./admin/list.js";
import "./admin/people.js";
import "./admin/person.js";
import "./pages.js";

class Admin extends LitElement {
  createRenderRoot() {
    return this;
  }

  render() {
    const { section, key, title } = this.dataset;
    const listed = "listed" in this.dataset;
    if (section === "people" && listed) return html`<hub-people></hub-people>`;
    if (section === "people") return html`<hub-person person=${key}></hub-person>`;
    if (section !== "company" && listed) return html`<hub-admin-list section=${section} heading=${title}></hub-admin-list>`;
    return html`<hub-admin-editor section=${section} key=${key}></hub-admin-editor>`;
  }
}

customElements.define("hub-admin", Admin);

document.getElementById("admin-jump").addEventListener("change", ({ target }) => {
  location.href = target.value;
});
