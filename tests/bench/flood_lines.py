"""Floods of web sockets: a thousand consoles that come back at once, and readers that never read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from tests.bench.figures import Figure
from tests.bench.flood_stage import LINES, SETTLE_SECONDS, TIMES_MEMORY, Stage, say, shown
from tests.bench.others import visitor_of, worse, write
from tests.bench.wires import Wire, wire

ADMITTED_SECONDS, ROUNDS, ROUND_SECONDS = 10.0, 3, 20.0
DEAF_SECONDS, CUT_SECONDS = 45.0, 60.0
"""A visitor who does not answer is taken for gone after 40 s."""
LONG = "x" * 1_500


async def reconnects(stage: Stage) -> AsyncIterator[Figure]:
    """All consoles lose their lines in one moment and come back in the next, a few times."""
    opened, first = await _all_at_once(stage)
    say(f"a thousand consoles came in {first:.1f} s")
    await asyncio.sleep(SETTLE_SECONDS)
    memory, taken = stage.hub.resident_bytes, []
    during: dict[str, list[float]] = {kind: [] for kind in stage.calm}
    for _ in range(ROUNDS):
        async with stage.beside(ROUND_SECONDS) as times:
            for one in opened:
                one.cut()
            opened, seconds = await _all_at_once(stage)
            taken.append(seconds)
        say(f"again in {seconds:.1f} s; {shown(times)}; {stage.troubles()}")
        for kind, found in times.items():
            during[kind] += found
    yield Figure(
        "a thousand consoles at once: all admitted",
        (first, *taken),
        ADMITTED_SECONDS,
        "s",
        most=True,
        judged=max(first, *taken),
    )
    yield Figure("consoles: not admitted, timed out, failed", (LINES - len(opened) + stage.unlucky(),), 0, most=True)
    for kind, ratio in worse(stage.calm, during):
        yield Figure(f"consoles: other's {kind}, p95 / before", (ratio,), 3.0, most=True)
    await asyncio.sleep(SETTLE_SECONDS)
    yield Figure("consoles: memory after / before", (stage.hub.resident_bytes / memory,), TIMES_MEMORY, most=True)
    for one in opened:
        one.cut()


async def _all_at_once(stage: Stage) -> tuple[list[Wire], float]:
    began = time.perf_counter()

    async def come(number: int, token: str) -> Wire:
        origin = f"198.18.{number // 250}.{number % 250}"
        found = await wire(stage.hub.url, "/ws/agent", {"Authorization": f"Bearer {token}", "X-Forwarded-For": origin})
        found.send(op="hello", seq=None)
        await found.first
        return found

    tried = await asyncio.gather(*(come(*one) for one in enumerate(stage.tokens[-LINES:])), return_exceptions=True)
    return [one for one in tried if isinstance(one, Wire)], time.perf_counter() - began


async def deaf_readers(stage: Stage) -> AsyncIterator[Figure]:
    """A second console of an agent who has much to do, and a visitor's page: neither reads what it asks for."""
    await asyncio.sleep(SETTLE_SECONDS)
    memory = stage.hub.resident_bytes
    console = await wire(stage.hub.url, "/ws/agent", {"Authorization": f"Bearer {stage.tokens[1]}"})
    visitor = await visitor_of(stage.hub.url, "203.0.113.10")
    for number in range(40):
        write(visitor, f"{number} {LONG}")
    await asyncio.sleep(2)
    async with stage.beside(DEAF_SECONDS) as during:
        for one in (console, visitor):
            one.stop_reading()
        began = time.perf_counter()
        for _ in range(200):
            console.send(op="hello", seq=None)
            visitor.send(op="hello", token=visitor.token, seq=None)
        cut = await asyncio.gather(*(_cut_after(one, began) for one in (console, visitor)))
    say(f"cut after {cut}; {shown(during)}; {stage.troubles()}")
    yield Figure("readers that never read: cut off", tuple(cut), CUT_SECONDS, "s", most=True, judged=max(cut))
    ratios = tuple(ratio for _, ratio in worse(stage.calm, during))
    yield Figure("never read: others' p95 / before (worst of 3)", ratios, 3.0, most=True, judged=max(ratios))
    yield Figure("never read: timed out, failed", (stage.unlucky(),), 0, most=True)
    await asyncio.sleep(SETTLE_SECONDS)
    yield Figure("never read: memory after / before", (stage.hub.resident_bytes / memory,), TIMES_MEMORY, most=True)


async def _cut_after(one: Wire, began: float) -> float:
    """Seconds until the hub has let go of the line. Whoever does not read learns it by what he may not send."""
    async with asyncio.timeout(CUT_SECONDS):
        while not one.over.done():
            one.send(op="pong")
            await asyncio.sleep(0.5)
    return time.perf_counter() - began
