"""A text's whole path: webhook, signature, durable commit, the agent's socket; one core for the server.

Throughput in requests per CPU second of the server, beside a bare aiohttp handler that reads the body; latency at half
of the product's own maximum, beside one fdatasync and one bare request. Both servers run on one core, load and agents
on the other, in turn.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

from interaction_hub.domain.documents import parse
from interaction_hub.storage.schema import upgrade
from tests.bench.crew import Crew, crew_of
from tests.bench.figures import ROUNDS, Figure, stepwise
from tests.bench.load import Outcome, by_schedule, closed
from tests.bench.pinned import Pinned, free_port, pin_client, serving
from tests.bench.texts import AT_ONCE, posted
from tests.fakes.house import Rules, documents, open_house
from tests.fakes.hub_toml import write_config

CONNECTIONS = 32
AGENTS, ROOM = 20, 50
MESSAGES, NAIVE_SHARE = 3_000, 3
"""What is much slower gets a third of the requests. Each share is whole blocks of conversations."""
MIXES = (("one message in ten opens a contact", 10, 0.15), ("every message opens a contact", 1, 0.07))
"""Name, messages of each contact, goal."""
SCHEDULED_SECONDS = 5
SYNCS = 200


def measure() -> Iterator[Figure]:
    """Both mixes: one message in ten opens a contact, and every one does."""
    pin_client()
    with tempfile.TemporaryDirectory() as folder:
        yield from stepwise(_measure(Path(folder)))


def company() -> Rules:
    """As many agents as it takes that nobody waits for one."""
    rules = documents()
    agent = {"skills": {"en": 5}, "capacity": 1000, "channels": {"sms": ROOM}}
    for number in range(AGENTS):
        key = f"agent{number}"
        rules["agent", key] = parse("agent", {"key": key, "name": key, **agent}, "bench")
    return rules


async def _measure(folder: Path) -> AsyncIterator[Figure]:
    tokens = await _seeded(folder)
    port, bare_port = free_port(), free_port()
    naive = (str(free_port()), str(folder / "naive.db"))
    await upgrade(f"sqlite:///{naive[1]}")
    config = {"HUB_CONFIG": str(write_config(folder, port, f"sqlite:///{folder / 'hub.db'}"))}
    with (
        serving("tests.fakes.hub_process", port=port, log=folder / "hub.log", environment=config) as hub,
        serving("tests.bench.subjects.bare", str(bare_port), port=bare_port, log=folder / "bare.log") as bare,
        serving("tests.bench.subjects.naive", *naive, port=int(naive[0]), log=folder / "naive.log") as beginner,
    ):
        async with crew_of(hub.url, tokens) as crew, crew_of(beginner.url, tokens) as others:
            bench = _Bench(_Side(hub, crew), _Side(beginner, others), bare, folder)
            for name, per_contact, goal in MIXES:
                async for figure in bench.mix(name, per_contact, goal):
                    yield figure


class _Side(NamedTuple):
    """A server that takes texts, and its agents."""

    server: Pinned
    crew: Crew


class _Bench:
    """Keeps count of the customers and messages that were used up."""

    def __init__(self, hub: _Side, naive: _Side, bare: Pinned, folder: Path) -> None:
        self.hub, self.naive, self.bare, self.folder = hub, naive, bare, folder
        self.sids = self.customers = 0

    async def mix(self, name: str, per_contact: int, goal: float) -> AsyncIterator[Figure]:
        """Throughput in turn, then latency at half of the best."""
        ratios, times, rates = [], [], []
        for number in range(ROUNDS + 1):
            ours, rate = await self._taken(self.hub, MESSAGES, per_contact)
            theirs = await self._bare()
            _, beginners = await self._taken(self.naive, MESSAGES // NAIVE_SHARE, per_contact)
            if number:  # the first of each warms up
                ratios.append(ours / theirs)
                times.append(rate / beginners)
                rates.append(rate)
        yield Figure(f"intake, {name} / bare handler, per CPU s", tuple(ratios), goal)
        yield Figure(f"intake, {name} / naive, per s", tuple(times), 4.0)
        for figure in await self._latency(name, per_contact, max(rates) / 2):
            yield figure

    async def _taken(self, side: _Side, count: int, per_contact: int) -> tuple[float, float]:
        """(requests per CPU second, requests per second); the agents' work belongs to it, down to the last wrap-up."""
        requests = self._requests(side.server, count, per_contact)
        finished, before, began = side.crew.finished, side.server.cpu_seconds, time.perf_counter()
        outcome = await closed(side.server.port, iter(requests), CONNECTIONS)
        _check(outcome, side)
        await side.crew.done(finished + count // per_contact)
        seconds = time.perf_counter() - began
        return outcome.answered / (side.server.cpu_seconds - before), outcome.answered / seconds

    async def _bare(self) -> float:
        requests, before = self._requests(self.bare, MESSAGES, 10), self.bare.cpu_seconds
        outcome = await closed(self.bare.port, iter(requests), CONNECTIONS)
        return outcome.answered / (self.bare.cpu_seconds - before)

    async def _latency(self, name: str, per_contact: int, rate: float) -> list[Figure]:
        """To the frame at the agent's end, from the moment at which the request was due."""
        block = AT_ONCE * per_contact
        count = max(block, int(rate * SCHEDULED_SECONDS) // block * block)
        server, crew = self.hub
        requests = self._requests(server, count, per_contact)
        crew.messages.clear()
        crew.offers.clear()
        finished = crew.finished
        began = time.perf_counter()
        outcome = await by_schedule(server.port, requests, rate, CONNECTIONS)
        _check(outcome, self.hub)
        await crew.done(finished + count // per_contact)
        sent = {text_of(request): began + number / rate for number, request in enumerate(requests)}
        first = {}
        for request in requests:
            first.setdefault(sender_of(request), sent[text_of(request)])
        offers = [shown - first[sender] for sender, shown in crew.offers.items() if sender in first]
        inside = (
            [shown - sent[text] for text, shown in crew.messages.items() if text in sent] if per_contact > 1 else []
        )
        sync, single = _fdatasync(self.folder), await self._single()
        found = []
        for what, times, syncs in (("message frame", inside, 1), ("offer frame", offers, 2)):
            if times:
                p50, p99 = _quantile(times, 0.5), _quantile(times, 0.99)
                limit = 4 * (syncs * sync + single)
                found += [
                    Figure(f"{what}, {name}: p50", (p50 * 1e3,), limit * 1e3, "ms", most=True),
                    Figure(f"{what}, {name}: p99 / p50", (p99 / p50,), 5.0, most=True),
                ]
        return found

    async def _single(self) -> float:
        """One bare request at a time (p50, s)."""
        outcome = await closed(self.bare.port, iter(self._requests(self.bare, 500, 10)), 1)
        return statistics.median(outcome.latencies)

    def _requests(self, server: Pinned, count: int, per_contact: int) -> list[bytes]:
        made = posted(server.url, count, per_contact, first_customer=self.customers, first_sid=self.sids)
        self.sids += count
        self.customers += -(-count // per_contact) + 100
        return made


def _check(outcome: Outcome, side: _Side) -> None:
    if outcome.refused or side.crew.failed:
        said = side.server.log.read_text(encoding="utf-8", errors="replace")[-2_000:]
        raise RuntimeError(f"{outcome.refused} requests refused; {side.crew.failed[:3]}; the server said:\n{said}")


def text_of(request: bytes) -> str:
    """The words of a made request."""
    body = request.partition(b"&Body=")[2].partition(b"&")[0]
    return body.decode().replace("+", " ").replace("%3F", "?")


def sender_of(request: bytes) -> str:
    """The number of its sender."""
    return "+" + request.partition(b"&From=%2B")[2].partition(b"&")[0].decode()


def _quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _fdatasync(folder: Path) -> float:
    """A page appended and synced, as the log of a database does (p50, s)."""
    times = []
    with (folder / "sync").open("wb") as file:
        for _ in range(SYNCS):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - began)
    return statistics.median(times)


async def _seeded(folder: Path) -> list[str]:
    """A database with the company, and a session of each agent."""
    async with open_house(f"sqlite:///{folder / 'hub.db'}", folder, rules=company()) as house:
        return [await house.sign_in(f"agent{number}") for number in range(AGENTS)]
