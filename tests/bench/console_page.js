// What the bench runs in the console's page: it feeds frames to the store as the socket would, and counts. Each function gets
// what it needs as arguments; nothing here is loaded by the product.
window.bench = (() => {
  const desk = () => document.querySelector("hub-console").desk;
  const frame = () => new Promise(requestAnimationFrame);
  const sample = () => structuredClone([...desk().state.contacts.values()][0]);
  const words = "The courier rings half an hour before; the gate code stands with the order. ";

  const contact = (like, number) => ({ ...like, id: `c-${number}`, interaction: `i-${number}`, customer: { ...like.customer, id: `k-${number}`, name: `Customer ${number}` }, state: "active", offer: null, unread: number % 3, last: { text: words, direction: "in", at: Date.now(), state: "received" } });
  const message = (of, number, text = words) => ({ id: `m-${of}-${number}`, interaction: `i-${of}`, contact: `c-${of}`, seq: number, at: Date.now(), channel: "chat", kind: "message", direction: number % 2 ? "in" : "out", author: { kind: "customer", id: "", name: "" }, text, state: "received", error: null, parts: 0, media: [], event: null, values: {} });
  const put = (kind, id, value) => ({ op: "put", kind, id, value });
  const apply = (...changes) => desk().store.apply({ type: "delta", at: Date.now(), changes });

  /** Fills the work list; the rows stay. */
  async function fill(count) {
    const like = sample();
    apply(...Array.from({ length: count }, (_, number) => put("contact", `c-${number}`, contact(like, number))));
    await frame();
    await frame();
  }

  /** `count` deltas, each a message and its row, `perFrame` a frame. Gives the frames that it took and the seconds. */
  async function deltas(count, rows, perFrame) {
    const like = sample();
    const began = performance.now();
    let frames = 0;
    for (let step = 0; step < count; ) {
      for (let more = 0; more < perFrame && step < count; more += 1, step += 1) {
        const of = step % rows;
        apply(put("message", `m-${of}-${step}`, message(of, step)), put("contact", `c-${of}`, contact(like, of)));
      }
      await frame();
      frames += 1;
    }
    return { frames, seconds: (performance.now() - began) / 1000 };
  }

  /** Contacts come, talk and go, as many as in a shift; at the end the desk is as it was. */
  async function shift(contacts, talk) {
    const like = sample();
    for (let number = 1000; number < 1000 + contacts; number += 1) {
      apply(put("contact", `c-${number}`, contact(like, number)));
      desk().select(`c-${number}`);
      for (let turn = 1; turn <= talk; turn += 1) apply(put("message", `m-${number}-${turn}`, message(number, turn)));
      await frame();
      apply({ op: "drop", kind: "contact", id: `c-${number}`, why: "finished" });
      if (number % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 4500)); // what ended stays readable for 4 s
  }

  return { fill, deltas, shift };
})();
