"""Those who have nothing to do with a flood: an agent's commands, a second account's texts, other visitors' messages.

Each leaves by a schedule, whether or not the one before was answered, and is timed to the agent's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp

from tests.bench.load import Outcome, connect
from tests.bench.texts import signed
from tests.bench.wires import Wire, wire

SECOND_ACCOUNT, SECOND_NUMBER = "second", "+447700900102"
CUSTOMER = "+447800000001"
VISITORS = 8
EVERY = {"command": 0.1, "text": 0.1, "chat": 0.16}
"""Seconds between two of each. A visitor may write once a second: there are several."""
LATE_SECONDS = 10.0
KINDS = tuple(EVERY)
_numbers = itertools.count()


class Others:
    """One agent with his console, whom all of them write to; `times` are seconds by kind, `waiting` what is open."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        self.waiting: dict[str, tuple[str, float]] = {}
        self.failed: list[Any] = []
        self.contacts: dict[str, str] = {}
        self.desk: Wire
        self.visitors: list[Wire] = []
        self._accepting: set[str] = set()
        self._all_here, self._answered = asyncio.Event(), asyncio.Event()

    async def open(self, stack: AsyncExitStack, token: str) -> None:
        """The agent sits down, a customer of the second account and some visitors begin to talk with him."""
        self.desk = await wire(self.url, "/ws/agent", {"Authorization": f"Bearer {token}"}, self._seen)
        stack.callback(self.desk.cut)
        self.desk.send(op="hello", seq=None)
        await self.desk.first
        self._command("presence.set", presence="available")
        self.text = await self._texter()
        self.text(f"{next(_numbers)} hello")
        for number in range(VISITORS):
            visitor = await visitor_of(self.url, f"198.51.100.{number + 1}", self._said)
            stack.callback(visitor.cut)
            self.visitors.append(visitor)
            write(visitor, f"{next(_numbers)} hello")
        async with asyncio.timeout(60):
            await self._all_here.wait()

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[dict[str, list[float]]]:
        """They go on while the block runs; gives the times that were taken in it, complete after it."""
        self.times, self.waiting = {kind: [] for kind in KINDS}, {}
        taken = self.times
        tasks = [asyncio.create_task(self._repeat(kind, act)) for kind, act in self._acts().items()]
        yield taken
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LATE_SECONDS):
                while self.waiting:
                    self._answered.clear()
                    await self._answered.wait()

    @property
    def late(self) -> int:
        """Those who got no answer in time."""
        return len(self.waiting) + sum(one > LATE_SECONDS for times in self.times.values() for one in times)

    # ---- what they do ------------------------------------------------------------------------------------------
    def _acts(self) -> dict[str, Callable[[], str]]:
        visitors = itertools.cycle(self.visitors)
        texted = self.contacts[CUSTOMER]

        def command() -> str:
            return self._command("contact.note", contact=texted, text="Look at this.")

        def text() -> str:
            self.text(words := f"{next(_numbers)} Where is my table?")
            return words

        def chat() -> str:
            write(next(visitors), words := f"{next(_numbers)} Is it far?")
            return words

        return {"command": command, "text": text, "chat": chat}

    async def _repeat(self, kind: str, act: Callable[[], str]) -> None:
        due = time.perf_counter()
        while True:
            if (ahead := due - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            self.waiting[act()] = (kind, due)
            due += EVERY[kind]

    def _command(self, op: str, **args: Any) -> str:
        key = f"o{next(_numbers)}"
        self.desk.send(op=op, id=key, args=args)
        return key

    async def _texter(self) -> Callable[[str], None]:
        port = int(self.url.rpartition(":")[2])
        lines = itertools.cycle(await connect(port, 4, Outcome()))

        def send(words: str) -> None:
            number = 10**9 + next(_numbers)
            request = signed(self.url, number, CUSTOMER, words, account=SECOND_ACCOUNT, recipient=SECOND_NUMBER)
            next(lines).send(request, 0.0).add_done_callback(self._taken)

        return send

    def _taken(self, done: asyncio.Future[Any]) -> None:
        if done.exception() is not None or done.result().status != 200:
            self.failed.append(done.exception() or done.result())

    # ---- what they see -----------------------------------------------------------------------------------------
    def _seen(self, frame: dict[str, Any], came: float) -> None:
        if frame["type"] == "result":
            self._done(frame["id"], came)
            if not frame["ok"]:
                self.failed.append(frame["error"])
        elif frame["type"] == "delta":
            for change in frame["changes"]:
                if change["op"] == "put" and change["kind"] == "message":
                    self._done(change["value"]["text"], came)
                elif change["op"] == "put" and change["kind"] == "contact":
                    self._contact(change["value"])

    def _said(self, frame: dict[str, Any], _came: float) -> None:
        if frame["type"] == "result" and not frame["ok"]:
            self.failed.append(frame["error"])

    def _done(self, key: str, came: float) -> None:
        kind, due = self.waiting.pop(key, ("", 0.0))
        if kind:
            self.times[kind].append(came - due)
            self._answered.set()

    def _contact(self, contact: dict[str, Any]) -> None:
        offer = contact["offer"]
        if contact["state"] == "offered" and offer and offer["id"] not in self._accepting:
            self._accepting.add(offer["id"])
            self._command("offer.accept", offer=offer["id"])
        elif contact["state"] == "active":
            self.contacts[contact["address"]] = contact["id"]
            if len(self.contacts) == VISITORS + 1:
                self._all_here.set()


async def visitor_of(url: str, address: str, take: Callable[[dict[str, Any], float], None] | None = None) -> Wire:
    """A visitor of the chat at his page, who comes from this address."""
    origin = {"X-Forwarded-For": address}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{url}/api/v1/chat/shop/sessions", json={}, headers=origin) as answer,
    ):
        session = await answer.json()
    found = await wire(url, "/ws/chat", origin, take)
    found.token = session["token"]
    found.send(op="hello", token=found.token, seq=None)
    await found.first
    return found


def write(visitor: Wire, words: str) -> None:
    """A visitor's message."""
    visitor.send(op="message", id=str(uuid.uuid4()), text=words)


def p95(times: list[float]) -> float:
    """Seconds."""
    return statistics.quantiles(times, n=20)[-1]


def worse(before: dict[str, list[float]], during: dict[str, list[float]]) -> Iterator[tuple[str, float]]:
    """By kind: p95 during a flood over p95 before it."""
    for kind in KINDS:
        yield kind, p95(during[kind]) / p95(before[kind])
