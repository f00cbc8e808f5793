// Runs in the console's page: plays `count` changes into it, one a frame, and tells what moved under the pointer. Rows of
// the work list may make room for an offer (ui.md 9.2): then a press at this place must be swallowed.
async ({ x, y, count }) => {
  const LATE_MS = 150;
  const { desk } = document.querySelector("hub-console");
  const { store } = desk;
  const held = document.elementFromPoint(x, y).closest("button, li, textarea, dd, h1, h3, .offer");
  const list = held.closest(".work");
  const place = () => {
    const { left, top, width, height } = held.getBoundingClientRect();
    return [left, top, width, height].map((value) => Math.round(value * 2) / 2).join();
  };
  let pressed = 0;
  const stop = (event) => {
    pressed += 1;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  /** Would a press here do something? The guard listens before us. */
  const acts = () => {
    pressed = 0;
    addEventListener("pointerdown", stop, { capture: true, once: true });
    document.elementFromPoint(x, y).dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, cancelable: true, clientX: x, clientY: y }));
    removeEventListener("pointerdown", stop, { capture: true });
    return pressed > 0;
  };
  let before = place();
  const moved = [];
  const [first] = store.state.contacts.values();
  const active = () => [...store.state.contacts.values()].filter((one) => one.state === "active");
  const taped = () => [...store.state.contacts.keys()].filter((id) => id.startsWith("tape-"));
  const put = (kind, id, value) => ({ op: "put", kind, id, value });
  let seed = 11;
  const random = (most) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % most;
  const words = () => "陈美玲 says a word or two, ".repeat(random(4) + 1);
  const change = (step) => {
    const at = Date.now();
    const one = active()[random(active().length)];
    const late = { ...first, id: `tape-${step}`, unread: 1, display: words(), customer: { id: `tape-c${step}`, name: words() } };
    const kinds = [
      () => put("contact", one.id, { ...one, unread: random(200), customer_waits_since: at - random(9_000_000), last: { direction: "in", text: words(), at, state: "received" } }),
      () => put("contact", late.id, { ...late, state: "offered", offer: { id: `o${step}`, made_at: at, deadline: at + 60_000 + step, why: {} } }),
      () => put("contact", one.id, { ...one, mode: random(2) ? "held" : "live", unread: 0 }),
      () => put("me", "", { ...store.state.me, since: at - random(9_000_000), capacity: store.state.me.capacity.map((room) => ({ ...room, used: random(room.limit + 1) })) }),
      () => ({ op: "drop", kind: "contact", id: taped()[0] ?? "none", why: ["expired", "customer_left", "accepted_elsewhere"][random(3)] }),
    ];
    return kinds[step % kinds.length]();
  };
  let begun = performance.now();
  for (let step = 0; step < count; step += 1) {
    const late = performance.now() - begun > LATE_MS; // the guard has ended before we could look: nothing is told of it
    begun = performance.now();
    store.apply({ type: "delta", at: Date.now(), changes: [change(step)] });
    await new Promise(requestAnimationFrame); // what this one did is seen with the next at the latest
    if (!held.isConnected) moved.push(`${step}: it is gone`);
    else if (place() !== before) {
      if (!list || (acts() && !late && performance.now() - begun < LATE_MS)) moved.push(`${step}: ${before} → ${place()}`);
      before = place();
    }
    if (moved.length > 3) break;
  }
  return moved;
}
