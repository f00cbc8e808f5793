// What the palette offers: the console's actions, the page's keys, the pages and choices of the header, customers by the
// hub's search, saved replies, and for supervisors people and queues. What was used lately stands first.
import { has } from "../find.js";
import { capsOf, keyFor, list } from "../keys.js";
import { t } from "../words.js";
import { actions } from "./actions.js";
import { repliesFor } from "./saved.js";
import { channelName, nameOf, presenceName } from "./terms.js";

const STORE = "hub-palette";
const MOST_KEPT = 12;
const MOST_LATELY = 5;
const MOST_FOUND = 8;
const WAIT_MS = 150;
const watches = () => ["supervisor", "admin"].includes(document.documentElement.dataset.role);

/** `[{id, group, words, about, icon, keys, run}]`, in the order of the list. */
export function itemsOf({ desk, filter, found }) {
  const wanted = filter.trim();
  const fixed = [...ofDesk(desk), ...ofPage(), ...ofHeader()];
  const kept = wanted ? fixed.filter(({ words, about = "" }) => has(`${words} ${about}`, wanted)) : lately(fixed);
  const asked = wanted ? [...customers(found.customers), ...replies(desk).filter(({ words, about }) => has(`${words} ${about}`, wanted)), ...directory(found.directory).filter(({ words }) => has(words, wanted))] : [];
  return [...kept, ...asked].sort((one, other) => order(one.group) - order(other.group));
}

const groups = () => [t("Used lately"), t("This contact"), t("My contacts"), t("My work"), t("Presence"), t("The page"), t("Pages"), t("Customers"), t("Saved replies"), t("People"), t("Queues"), t("Settings")];
const order = (group) => groups().indexOf(group);

// ---- the page's own --------------------------------------------------------------------------------------------------
function ofDesk(desk) {
  if (!desk?.page) return [];
  const names = { contact: t("This contact"), work: t("My work"), me: t("Presence"), go: t("The page") };
  const acts = actions.filter((one) => !one.hidden && one.when(desk)).map(({ id, group, words, about, icon, key, run }) => ({
    id, group: names[group], words: words(), about: about?.() ?? "", icon, keys: capsOf(keyFor(id, key)), run: () => run(desk), own: true,
  }));
  const contacts = (desk.mine ?? []).map((contact, at) => ({
    id: `contact-${contact.id}`, group: t("My contacts"), words: nameOf(contact), about: `${channelName(contact.channel)} · ${contact.last?.text ?? contact.queue.name}`,
    icon: contact.channel, keys: at < 9 ? capsOf(keyFor(`open-${at + 1}`, `Ctrl ⇧ ${at + 1}`)) : [], run: () => desk.page.go(contact.id),
  }));
  return [...acts, ...contacts];
}

/** Keys that other pages bind: those of the wallboard, for example. */
function ofPage() {
  const known = new Set(actions.map(({ id }) => id));
  return list().filter(({ id }) => !known.has(id)).map(({ id, label, keys, code, run }) => ({ id: id || `key-${code}`, group: t("The page"), words: label, icon: "keyboard", keys, run, own: true }));
}

/** The ways of the header and the choices of the person's menu are the page's own links and buttons. */
function ofHeader() {
  const links = [...document.querySelectorAll(".top nav a, .person-menu a")].map((link) => ({
    id: `page-${link.getAttribute("href")}`, group: t("Pages"), words: link.textContent.trim(), icon: link.dataset.icon ?? "arrow-right", keys: [], run: () => link.click(), own: true,
  }));
  const choices = [...document.querySelectorAll(".person-menu button[data-says]")].map((button) => ({
    id: `choice-${button.dataset.says}`, group: t("Settings"), words: button.dataset.says, icon: button.dataset.icon ?? "gear", keys: [], run: () => button.click(), own: true,
  }));
  // "My day" stands in the header and in the menu.
  return [...new Map([...links, ...choices].map((item) => [item.id, item])).values()];
}

// ---- what the hub knows ----------------------------------------------------------------------------------------------
const customers = (found) => found.slice(0, MOST_FOUND).map(({ id, name, display, open }) => ({
  id: `customer-${id}`, group: t("Customers"), words: name || display, about: [name ? display : "", open ? t("open") : ""].filter(Boolean).join(" · "), icon: "users", keys: [], run: () => location.assign(`/customers/${id}`),
}));

/** Those of the channel and queue of the contact in front; a reply is put into the field, never sent by itself. */
function replies(desk) {
  const contact = desk?.current;
  const composer = desk?.page?.part("hub-composer");
  if (contact?.state !== "active" || desk.preview || !composer) return [];
  return repliesFor(desk.state.rules, contact).map((reply) => ({
    id: `reply-${reply.id}`, group: t("Saved replies"), words: reply.name, about: `“${reply.text}”`, icon: "list", keys: [], run: () => composer.insert(reply),
  }));
}

function directory({ agents = [], queues = [] } = {}) {
  return [
    ...agents.map(({ id, name, presence }) => ({ id: `agent-${id}`, group: t("People"), words: name, about: presenceName(presence), icon: "user", keys: [], run: () => location.assign(`/board/agents/${id}`) })),
    ...queues.map(({ id, name, channel }) => ({ id: `queue-${id}`, group: t("Queues"), words: name, about: channelName(channel), icon: "users", keys: [], run: () => location.assign(`/board/queues/${id}`) })),
  ];
}

/** Asks the hub after a pause in typing; the newest question wins. */
export class Finder {
  found = { customers: [], directory: {} };
  busy = false;
  failed = false;
  #changed;
  #timer = 0;
  #asked = null;
  #listed = false;
  #then = null;

  constructor(changed) {
    this.#changed = changed;
  }

  look(filter) {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#asked = this.#then = null;
    const q = filter.trim();
    this.busy = q.length > 0;
    this.failed = false;
    if (!q) this.found = { ...this.found, customers: [] };
    else this.#timer = setTimeout(() => this.#ask(q), WAIT_MS);
    if (watches() && !this.#listed) this.#list();
  }

  async #ask(q) {
    const asked = (this.#asked = new AbortController());
    try {
      const answer = await fetch(`/api/v1/search?${new URLSearchParams({ q, scope: "customers" })}`, { signal: asked.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      this.found = { ...this.found, customers: (await answer.json()).customers ?? [] };
    } catch (error) {
      if (error.name === "AbortError") return;
      this.failed = true;
    }
    if (asked !== this.#asked) return;
    this.busy = false;
    this.#changed();
    if (!this.failed) this.#then?.();
    this.#then = null;
  }

  /** Until the hub has answered, the customers that are shown are those of the letters before. More typing calls it off. */
  whenFound(fn) {
    if (this.busy) this.#then = fn;
    else fn();
  }

  async #list() {
    this.#listed = true;
    const answer = await fetch("/api/v1/directory").catch(() => null);
    if (answer?.ok) this.found = { ...this.found, directory: await answer.json() };
    this.#changed();
  }
}

// ---- used lately -----------------------------------------------------------------------------------------------------
function used() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

/** Customers and contacts come and go; what is done again and again are actions and pages. */
export function remember(id) {
  if (/^(customer|contact|agent|queue)-/.test(id)) return;
  try {
    localStorage.setItem(STORE, JSON.stringify([id, ...used().filter((one) => one !== id)].slice(0, MOST_KEPT)));
  } catch {
    // then nothing stands first
  }
}

function lately(items) {
  const ids = used().filter((id) => items.some((item) => item.id === id)).slice(0, MOST_LATELY);
  const first = ids.map((id) => ({ ...items.find((item) => item.id === id), group: t("Used lately") }));
  return [...first, ...items.filter(({ id }) => !ids.includes(id))];
}
