"""One change for a thousand open wallboards, and what an idle console weighs; one core for the server.

Frames delivered per CPU second that the listeners cost the server: its CPU while changes are made over the API, less
that of the same changes with nobody there. The sessions of all who listen are looked at meanwhile. Beside it bare
aiohttp sends one text of the same length to as many sockets, reckoned in the same way.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import aiohttp

from tests.bench.figures import ROUNDS, Figure, stepwise
from tests.bench.listeners import Heard, listening
from tests.bench.pinned import Pinned, free_port, pin_client, serving
from tests.fakes.house import House, documents, open_house
from tests.fakes.hub_toml import write_config

SOCKETS, MORE = 1_000, 2_000
CHANGES = 20
PUSH_SECONDS = 0.3
"""A little longer than the board gathers changes, so that each makes frames of its own."""
SETTLE_SECONDS = 3.0
HELLO = '{"op":"hello","seq":null}'


def measure() -> Iterator[Figure]:
    """Fan-out, then memory."""
    pin_client()
    with tempfile.TemporaryDirectory() as folder:
        yield from stepwise(_measure(Path(folder)))


async def _measure(folder: Path) -> AsyncIterator[Figure]:
    url, port, bare_port = f"sqlite:///{folder / 'hub.db'}", free_port(), free_port()
    async with open_house(url, folder, rules=documents()) as house:
        walls, agents = await _sessions(house, "rk", SOCKETS), await _sessions(house, "daniel", MORE)
        changer = await house.sign_in("amara")
    config = {"HUB_CONFIG": str(write_config(folder, port, url))}
    with (
        serving("tests.fakes.hub_process", port=port, log=folder / "hub.log", environment=config) as hub,
        serving("tests.bench.subjects.broadcast", str(bare_port), port=bare_port, log=folder / "bare.log") as bare,
    ):
        async with aiohttp.ClientSession() as http, listening(port, "/ws/agent", [changer], hello=HELLO):
            ours, theirs = _Side(hub, _changes(hub, http, changer)), _Side(bare, _texts(bare, http))
            async with listening(port, "/ws/supervisor", walls[:1], hello=HELLO) as one:
                await ours.alone()
                theirs.text = one.last
            await theirs.alone()
            async with (
                listening(port, "/ws/supervisor", walls, hello=HELLO) as ours.heard,
                listening(bare_port, "/ws", [""] * SOCKETS) as theirs.heard,
            ):
                await asyncio.sleep(SETTLE_SECONDS)
                ratios = [await ours.rate() / await theirs.rate() for _ in range(ROUNDS + 1)]
                yield Figure(f"fan-out to {SOCKETS} sockets / bare aiohttp, per CPU s", tuple(ratios[1:]), 0.6)
                before = hub.resident_bytes
                async with listening(port, "/ws/agent", agents, hello=HELLO):
                    await asyncio.sleep(SETTLE_SECONDS)
                    each = (hub.resident_bytes - before) / len(agents) / 1024
                yield Figure("memory of an idle console", (each,), 40, "KiB", most=True)


@dataclass
class _Side:
    """A server, and how it is made to tell all who listen something, once."""

    server: Pinned
    tell: Callable[[bytes], Awaitable[None]]
    text: bytes = b""
    heard: Heard | None = None
    base: float = 0.0

    async def alone(self) -> None:
        """What it costs with nobody there (CPU seconds), the median of some runs."""
        self.base = statistics.median([await self._run() for _ in range(ROUNDS)])

    async def rate(self) -> float:
        """Frames delivered per CPU second."""
        assert self.heard is not None
        before = self.heard.deltas
        cost = await self._run()
        return (self.heard.deltas - before) / (cost - self.base)

    async def _run(self) -> float:
        awaited = self.heard.deltas + CHANGES * SOCKETS if self.heard is not None else 0
        before = self.server.cpu_seconds
        for _ in range(CHANGES):
            await self.tell(self.text)
            await asyncio.sleep(PUSH_SECONDS)
        if self.heard is not None:
            await self.heard.until(deltas=awaited)
        return self.server.cpu_seconds - before


def _changes(hub: Pinned, http: aiohttp.ClientSession, token: str) -> Callable[[bytes], Awaitable[None]]:
    """An agent goes and comes."""
    turn = count()

    async def change(_text: bytes) -> None:
        away = {"presence": "away", "reason": "break"} if next(turn) % 2 else {"presence": "available"}
        headers = {"Authorization": f"Bearer {token}"}
        async with http.put(f"{hub.url}/api/v1/presence", json=away, headers=headers) as answer:
            answer.raise_for_status()

    return change


def _texts(bare: Pinned, http: aiohttp.ClientSession) -> Callable[[bytes], Awaitable[None]]:
    async def post(text: bytes) -> None:
        async with http.post(f"{bare.url}/tell", data=text) as answer:
            answer.raise_for_status()

    return post


async def _sessions(house: House, login: str, number: int) -> list[str]:
    """As many people who sit at a screen of their own."""
    opened = await asyncio.gather(*(house.hub.access.open_session(house.users[login], "bench") for _ in range(number)))
    return [token for token, _ in opened]
