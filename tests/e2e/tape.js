// Runs in the wallboard's page: plays `count` changes into it, one a frame, and tells what moved under the pointer.
async ({ x, y, count }) => {
  const board = document.querySelector("hub-board");
  const held = document.elementFromPoint(x, y).closest("tr, li");
  const place = () => {
    const { left, top, width, height } = held.getBoundingClientRect();
    return [left, top, width, height].map((value) => Math.round(value * 2) / 2).join();
  };
  const before = place();
  const moved = [];
  let seed = 7;
  const random = (most) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed % most;
  };
  const pick = (rows) => [...rows.values()][random(rows.size)];
  const change = (step) => {
    const now = Date.now();
    const queue = pick(board.model.queues);
    const agent = pick(board.model.agents);
    const kinds = [
      () => ({ op: "put", kind: "queue", id: queue.id, value: { ...queue, waiting: random(2000), oldest_since: now - random(900_000), service_level: random(100) / 100, offered: random(20_000), idle: random(300) } }),
      () => ({ op: "put", kind: "agent", id: agent.id, value: { ...agent, presence: "available", activity: ["idle", "engaged", "wrapping", "reserved"][random(4)], since: now - random(9_000_000), confirmed: random(5) > 0 } }),
      () => ({ op: "put", kind: "waiting", id: `tape-${step}`, value: { id: `tape-${step}`, customer: { id: "c", name: "陈美玲 with a rather long name ".repeat(1 + random(3)) }, channel: "sms", queue: { id: queue.id, name: queue.name }, since: now - random(9_000_000), band: random(10), place: random(99), offered: false } }),
      () => ({ op: "drop", kind: "waiting", id: pick(board.model.waiting)?.id ?? "none", why: "accepted" }),
      () => ({ op: "put", kind: "totals", id: "", value: { ...board.model.totals, waiting: random(99_999), service_level: random(1000) / 1000, answer_ms: random(4_000_000) } }),
    ];
    return kinds[step % kinds.length]();
  };
  for (let step = 0; step < count; step += 1) {
    board.model.apply([change(step)]);
    await new Promise(requestAnimationFrame);
    const under = document.elementFromPoint(x, y);
    if (!held.isConnected) moved.push(`${step}: it is gone`);
    else if (place() !== before) moved.push(`${step}: ${before} → ${place()}`);
    else if (under?.closest("tr, li") !== held) moved.push(`${step}: another lies under the pointer`);
    if (moved.length > 3) break;
  }
  return moved;
}
