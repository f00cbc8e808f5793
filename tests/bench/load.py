"""HTTP load over kept-alive connections, with as little Python in the way as possible: requests are bytes made before.

`closed`: each connection sends its next request when the last was answered. `open`: requests leave by a schedule,
whether or not earlier ones were answered, so that a slow server cannot hide its own delay (coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Outcome:
    """What came of one run: requests answered, seconds, and each request's latency in seconds, in order of sending."""

    answered: int = 0
    refused: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)


class _Connection(asyncio.Protocol):
    """One connection. Answers are short: each is whole when its announced length has come."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._buffer = b""
        self.waiting: deque[tuple[float, asyncio.Future[None]]] = deque()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, due: float) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
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
            self._answered(head.startswith(b"http/1.1 2"))

    def _answered(self, good: bool) -> None:
        due, done = self.waiting.popleft()
        self._outcome.answered += good
        self._outcome.refused += not good
        self._outcome.latencies.append(time.perf_counter() - due)
        if not done.done():
            done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        for _, done in self.waiting:
            if not done.done():
                done.set_exception(ConnectionError("the server closed the connection"))


async def closed(port: int, requests: Iterator[bytes], connections: int) -> Outcome:
    """All requests, `connections` at a time."""
    outcome = Outcome()
    opened = await _connect(port, connections, outcome)
    began = time.perf_counter()

    async def one(connection: _Connection) -> None:
        for request in requests:
            await connection.send(request, time.perf_counter())

    await asyncio.gather(*(one(connection) for connection in opened))
    outcome.seconds = time.perf_counter() - began
    _close(opened)
    return outcome


async def by_schedule(port: int, requests: Sequence[bytes], rate: float, connections: int) -> Outcome:
    """`rate` requests a second. A latency counts from the moment at which its request was due."""
    outcome = Outcome()
    opened = await _connect(port, connections, outcome)
    began = time.perf_counter()
    pending: list[asyncio.Future[None]] = []
    for number, request in enumerate(requests):
        due = began + number / rate
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        pending.append(min(opened, key=lambda one: len(one.waiting)).send(request, due))
    await asyncio.gather(*pending)
    outcome.seconds = time.perf_counter() - began
    _close(opened)
    return outcome


async def _connect(port: int, count: int, outcome: Outcome) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(lambda: _Connection(outcome), "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in made]


def _close(opened: list[_Connection]) -> None:
    for connection in opened:
        connection.transport.close()
