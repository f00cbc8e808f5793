"""HTTP load over kept-alive connections, with as little Python in the way as possible: requests are bytes made before.

`closed`: each connection sends its next request when the last was answered. `open`: requests leave by a schedule,
whether or not earlier ones were answered, so that a slow server cannot hide its own delay (coordinated omission).
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple


@dataclass(slots=True)
class Outcome:
    """What came of one run: requests answered, seconds, and each request's latency in seconds, in order of sending."""

    answered: int = 0
    refused: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


class Reply(NamedTuple):
    """One answer: its status, and whether it says when to come again."""

    status: int
    retry_after: bool


class Connection(asyncio.Protocol):
    """One connection. Answers are short: each is whole when its announced length has come."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._buffer = b""
        self.waiting: deque[tuple[float, asyncio.Future[Reply]]] = deque()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, due: float) -> asyncio.Future[Reply]:
        """Send a request; its latency counts from `due`."""
        done: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.waiting.append((due, done))
        self.transport.write(request)
        return done

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._answered(Reply(int(head[9:12]), b"\nretry-after:" in head))

    def _answered(self, reply: Reply) -> None:
        due, done = self.waiting.popleft()
        good = 200 <= reply.status < 300
        self._outcome.answered += good
        self._outcome.refused += not good
        self._outcome.latencies.append(time.perf_counter() - due)
        if not done.done():
            done.set_result(reply)

    def connection_lost(self, exc: Exception | None) -> None:
        for _, done in self.waiting:
            if not done.done():
                done.set_exception(ConnectionError("the server closed the connection"))


async def closed(port: int, requests: Iterator[bytes], connections: int) -> Outcome:
    """All requests, `connections` at a time."""
    outcome = Outcome()
    opened = await connect(port, connections, outcome)
    began = time.perf_counter()

    async def one(connection: Connection) -> None:
        for request in requests:
            await connection.send(request, time.perf_counter())

    await asyncio.gather(*(one(connection) for connection in opened))
    outcome.seconds = time.perf_counter() - began
    _close(opened)
    return outcome


async def by_schedule(port: int, requests: Sequence[bytes], rate: float, connections: int) -> Outcome:
    """`rate` requests a second. A latency counts from the moment at which its request was due."""
    outcome = Outcome()
    opened = await connect(port, connections, outcome)
    began = time.perf_counter()
    pending: list[asyncio.Future[Reply]] = []
    for number, request in enumerate(requests):
        due = began + number / rate
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        pending.append(min(opened, key=lambda one: len(one.waiting)).send(request, due))
    await asyncio.gather(*pending)
    outcome.seconds = time.perf_counter() - began
    _close(opened)
    return outcome


async def connect(port: int, count: int, outcome: Outcome) -> list[Connection]:
    """Open so many connections that count into `outcome`."""
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: Connection(outcome), "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in made]


def _close(opened: list[Connection]) -> None:
    for connection in opened:
        connection.transport.close()


# ---- more than a server can bear -------------------------------------------------------------------------------
TICK_SECONDS = 0.004
LIMIT_SECONDS = 15.0
"""After which a carrier gives up (Twilio's own limit)."""


@dataclass(slots=True)
class Poured:
    """What a flood came to: replies by number of the request, and who got none in time."""

    outcome: Outcome = field(default_factory=Outcome)
    replies: dict[int, Reply] = field(default_factory=dict)
    sent: int = 0
    timed_out: int = 0

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(reply.status for reply in self.replies.values())


async def pour(port: int, requests: Iterator[bytes], rate: float, seconds: float, connections: int) -> Poured:
    """`rate` requests a second, each on a connection on which nothing else waits, as a carrier sends them.

    When all are taken the flood waits with the next ones: they are no requests yet, and do not count as sent.
    """
    found, due = Poured(), deque[tuple[int, bytes, float]]()
    free = deque(await connect(port, connections, found.outcome))
    opened, began = list(free), time.perf_counter()
    over, all_answered, made = False, asyncio.Event(), 0

    def send() -> None:
        while due and free:
            number, request, at = due.popleft()
            connection = free.popleft()
            found.sent += 1
            connection.send(request, at).add_done_callback(partial(answered, number, connection))

    def answered(number: int, connection: Connection, done: asyncio.Future[Reply]) -> None:
        if not done.cancelled() and done.exception() is None:
            found.replies[number] = done.result()
            if over and len(found.replies) == found.sent:
                all_answered.set()
            free.append(connection)
            send()

    while (passed := time.perf_counter() - began) < seconds:
        while made < passed * rate and len(due) < connections:
            due.append((made, next(requests), began + passed))
            made += 1
        send()
        await asyncio.sleep(TICK_SECONDS)
    due.clear()
    found.outcome.seconds, over = passed, True
    if len(found.replies) == found.sent:
        all_answered.set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LIMIT_SECONDS):
            await all_answered.wait()
    late = sum(latency > LIMIT_SECONDS for latency in found.outcome.latencies)
    found.timed_out = found.sent - len(found.replies) + late
    _close(opened)
    return found
