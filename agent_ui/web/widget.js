// The loader: <script async src="https://hub/widget.js" data-site="shop" data-identity="<jwt>"></script> puts a bubble into
// a foreign page and, at the first opening or while a conversation is going on, the chat's frame (docs/webchat.md).
//
// It lives among strangers: no style attribute, no global but HubChat, nothing of the host's is read but its path and
// language; what comes by postMessage is believed only from our own frame at the hub's origin.

const WORDS = {
  en: ["Help", "Close", "Chat", "1 unread answer", "{n} unread answers", "We cannot be reached now.", "Try again"],
  zh: ["帮助", "关闭", "在线咨询", "1 条未读回复", "{n} 条未读回复", "现在无法连接到我们。", "重试"],
};
const SIGNS = ["M2.5 4.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2H7l-3.5 3v-3.2a2 2 0 0 1-1-1.8Z", "M4 4l8 8M12 4l-8 8"];
const STYLE = `
:host{all:initial!important;direction:ltr!important;color-scheme:light dark!important;--c:#4640C6;--o:#fff}
*{box-sizing:border-box;font:550 16px/1.25 Inter,"PingFang SC","Microsoft YaHei UI","Noto Sans CJK SC",system-ui,sans-serif}
button{margin:0;border:0;cursor:pointer}
:focus-visible{outline:2px solid var(--c);outline-offset:2px;box-shadow:0 0 0 2px light-dark(#fff,#14171D)}
.b,.p,.t{position:fixed;z-index:2147483000;inset-inline:auto;right:24px;box-shadow:0 16px 48px light-dark(rgb(21 24 31/.24),rgb(0 0 0/.6))}
.left :is(.b,.p,.t){right:auto;left:24px}
.b{bottom:24px;display:inline-flex;align-items:center;gap:10px;height:56px;padding:0 22px;border-radius:28px;background:var(--c);color:var(--o);font-weight:600;-webkit-font-smoothing:antialiased}
.b:hover{filter:brightness(1.08)}
svg{width:16px;height:16px;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
i{min-width:18px;padding:0 5px;border-radius:9px;background:var(--o);color:var(--c);font-size:11px;font-weight:650;font-style:normal;line-height:18px;text-align:center}
.p{bottom:96px;width:376px;height:min(600px,100dvh - 120px);border-radius:16px;overflow:hidden;background:light-dark(#fff,#14171D);color:light-dark(#15181F,#EDEFF3);border:1px solid light-dark(#DDE0E7,#2A2F3A)}
iframe{position:absolute;inset:0;width:100%;height:100%;border:0;color-scheme:light dark}
iframe.wait{visibility:hidden}
.n{display:grid;gap:16px;padding:96px 24px;justify-items:center;text-align:center;font-weight:400;font-size:14px}
.n button,.t{min-height:44px;padding:0 16px;border-radius:10px;background:light-dark(#F4F5F8,#1B1F27);color:inherit;font-size:14px}
.t{bottom:92px;max-width:min(320px,100vw - 48px);overflow:hidden;text-overflow:ellipsis;white-space:nowrap;background:light-dark(#fff,#14171D);color:light-dark(#15181F,#EDEFF3);font-weight:400;text-align:start}
[hidden]{display:none!important}
.s{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:479.98px),(max-height:479.98px){.p{inset:0!important;width:auto;height:auto;border:0;border-radius:0}.open .b{display:none}}
.full .p{inset:0!important;width:auto;height:auto;border-radius:0}
@media print{.w{display:none}}
@media (forced-colors:active){.b,.p,.t{border:1px solid}}`;

const script = document.currentScript ?? document.querySelector('script[data-site][src*="/widget.js"]');
const early = window.HubChat;
// A page that has put another body in place of its first one, and runs this again, gets its bubble back.
if (early?.open) early.push(["show"]);
else if (script?.dataset.site) start(script, Array.isArray(early) ? early : []);

function start({ src, dataset }, queue) {
  const hub = new URL(src).origin;
  const { site } = dataset;
  const key = `hub-chat:${hub}:${site}`;
  const language = dataset.language || document.documentElement.lang || navigator.language || "en";
  const words = WORDS[language.slice(0, 2)] ?? WORDS.en;
  const listeners = { unread: [], open: [], close: [], identify: [] };
  const memory = {};
  let identity = dataset.identity || null;
  let frame = null;
  let ready = false;
  let late = 0;
  let isOpen = false;
  let unread = 0;
  let where = "";

  // ---- what is kept: a stranger's credential, whether a conversation is going on, how the bubble looks --------------
  const load = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name));
    } catch {
      return memory[name] ?? null; // storage can be forbidden, or hold what is not ours
    }
  };
  const keep = (name, value) => {
    memory[name] = value;
    try {
      if (value) localStorage.setItem(name, JSON.stringify(value));
      else localStorage.removeItem(name);
    } catch {
      // it holds until the page is left
    }
  };

  // ---- what is drawn -------------------------------------------------------------------------------------------------
  const make = (tag, name, parent, text = "") => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (tag === "button") made.type = "button";
    made.textContent = text;
    parent?.append(made);
    return made;
  };
  const host = make("hub-chat-widget");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const all = make("div", "w", root);
  const panel = make("div", "p", all);
  const note = make("div", "n", panel);
  const noteText = make("span", "", note);
  const again = make("button", "", note, words[6]);
  const teaser = make("button", "t", all);
  const bubble = make("button", "b", all);
  const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  sign.setAttribute("viewBox", "0 0 16 16");
  sign.setAttribute("aria-hidden", "true");
  sign.append(path);
  bubble.append(sign);
  const label = make("span", "", bubble);
  const badge = make("i", "", bubble);
  const status = make("div", "s", all);
  status.setAttribute("role", "status");
  bubble.onclick = () => (isOpen ? close() : open());
  teaser.onclick = () => open();
  again.onclick = () => build();

  function look({ colour, side } = {}) {
    if (/^#[0-9a-f]{6}$/i.test(colour ?? "")) {
      const [r, g, b] = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
      host.style.setProperty("--c", colour);
      host.style.setProperty("--o", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff");
    }
    if (side) all.classList.toggle("left", side === "left");
  }

  function draw(text = "") {
    const told = unread === 1 ? words[3] : words[4].replace("{n}", unread);
    const shown = unread && !isOpen;
    all.classList.toggle("open", isOpen);
    panel.hidden = !isOpen;
    path.setAttribute("d", SIGNS[isOpen ? 1 : 0]);
    label.textContent = words[isOpen ? 1 : 0];
    badge.hidden = !shown;
    badge.textContent = unread > 99 ? "99+" : unread;
    bubble.setAttribute("aria-label", label.textContent + (shown ? `, ${told}` : ""));
    bubble.setAttribute("aria-expanded", isOpen);
    teaser.hidden = !shown || !text;
    teaser.textContent = text;
    // Of several tabs only the one that is seen speaks; an open frame speaks for itself.
    status.textContent = shown && document.visibilityState === "visible" ? `${told}: ${text}` : "";
  }

  // ---- the frame -----------------------------------------------------------------------------------------------------
  // A frame that has been taken out of the page has no window.
  const post = (type, more) => ready && frame.contentWindow?.postMessage({ hub: 1, type, ...more }, hub);
  /** No query, no fragment: sites put keys and names there. */
  const page = () => location.origin + location.pathname;
  const moved = () => page() !== where && post("page", { page: (where = page()) });
  const hello = () => {
    const { credential = null } = load(key) ?? {};
    return { credential: identity ? null : credential, identity, page: (where = page()) };
  };

  function build() {
    clearTimeout(late);
    if (identity) keep(`${key}:held`, { yes: true }); // the frame keeps his drafts: a later logout must reach them
    frame?.remove();
    ready = false;
    note.hidden = true;
    frame = make("iframe", "wait");
    frame.title = words[2];
    frame.src = `${hub}/chat/frame/${encodeURIComponent(site)}?${new URLSearchParams({ language, host: location.origin })}`;
    panel.append(frame);
    late = setTimeout(() => {
      noteText.textContent = words[5];
      note.hidden = false;
      status.textContent = isOpen ? words[5] : "";
      console.warn(`HubChat: ${frame.src} does not answer. Is it a site of this hub, and ${location.origin} one of its origins?`);
    }, 10_000);
  }

  const heard = {
    ready(data) {
      clearTimeout(late);
      ready = true;
      note.hidden = true;
      frame.className = "";
      look(data);
      keep(`${key}:look`, { colour: data.colour, side: data.side });
      post("hello", hello());
      if (isOpen) shown();
    },
    credential({ value, going }) {
      keep(key, value || going ? { credential: identity ? null : value, going } : null);
    },
    unread({ count, text }) {
      unread = Number(count) || 0;
      draw(String(text ?? "").slice(0, 200));
      tell("unread", unread);
    },
    /** The signature of the person who is here ends: whoever listens on the page gives a fresh one, or a promise of it. */
    async identify() {
      const before = identity;
      const found = await Promise.allSettled(listeners.identify.map(async (fn) => fn()));
      if (identity !== before) return; // told meanwhile by identify() or logout()
      const fresh = found.find(({ value }) => typeof value === "string" && value)?.value;
      if (fresh && fresh !== identity) api.identify(fresh);
      else if (fresh || !found.some(({ status }) => status === "fulfilled")) post("identity", { value: identity }); // no other one
    },
    close,
    resize({ full }) {
      all.classList.toggle("full", Boolean(full));
    },
  };

  addEventListener("message", ({ origin, source, data }) => {
    if (!frame || origin !== hub || source !== frame.contentWindow || data?.hub !== 1) return;
    if (Object.hasOwn(heard, data.type)) heard[data.type](data);
  });

  // Another tab of this site began a conversation, or its visitor has gone: all tabs are the same visitor.
  addEventListener("storage", (event) => {
    if (event.key !== key || !event.newValue) return;
    if (load(key)?.gone) {
      identity = null;
      unread = 0;
      draw();
      post("logout");
    } else if (!identity) {
      if (frame) post("hello", hello());
      else build();
    }
  });

  // ---- what the site can do --------------------------------------------------------------------------------------------
  function tell(event, value) {
    for (const fn of listeners[event]) fn(value);
  }

  function shown() {
    frame.focus();
    moved();
    post("opened");
  }

  function show() {
    if (host.isConnected) return;
    ready = false; // a frame that is put in again loads again
    document.body?.append(host);
  }

  function open() {
    show();
    if (isOpen) return;
    isOpen = true;
    draw();
    if (!frame) build();
    else if (ready) shown();
    tell("open");
  }

  function close() {
    if (!isOpen) return;
    const had = document.activeElement === host;
    isOpen = false;
    draw();
    if (had) bubble.focus();
    post("closed");
    tell("close");
  }

  /** Whoever comes next sees nothing of who was here. */
  function forget() {
    const kept = load(key) || load(`${key}:held`);
    keep(`${key}:held`, null);
    keep(key, kept && { gone: true });
    unread = 0;
    draw();
    if (!frame && kept) build(); // what the frame kept for him must go as well; if the page is left now, with the next one
  }

  const api = {
    open,
    close,
    show,
    identify(jwt) {
      if (!jwt || jwt === identity) return;
      // A fresh signature for the same person is no change of person: the frame tells by the token's subject.
      const fresh = identity !== null;
      identity = String(jwt);
      if (!fresh) forget();
      post("identity", { value: identity });
    },
    logout() {
      identity = null;
      forget();
      post("logout");
    },
    on(event, fn) {
      listeners[event]?.push(fn);
    },
    push(...calls) {
      for (const [name, ...values] of calls) if (name !== "push" && Object.hasOwn(api, name)) api[name](...values);
    },
  };
  window.HubChat = api;
  // Pages that change their address without loading.
  addEventListener("popstate", moved);
  window.navigation?.addEventListener("currententrychange", moved);

  function begin() {
    look({ colour: dataset.colour, side: dataset.side });
    look(load(`${key}:look`) ?? undefined);
    draw();
    show();
    if (identity && load(key)?.credential) keep(key, null); // a stranger's talk is not the signed-in person's
    api.push(...queue);
    // The host's own page comes first.
    const going = () => !frame && (load(key) || (identity && load(`${key}:held`))) && build();
    if (document.readyState === "complete") going();
    else addEventListener("load", going);
  }
  if (document.body) begin();
  else addEventListener("DOMContentLoaded", begin);
}
