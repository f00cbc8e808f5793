"""Many web sockets that do nothing but count frames: plain TCP, so that listening costs a bench as little as it can.

Server frames are unmasked and whole (RFC 6455 5.2); what comes is counted by its beginning and otherwise skipped.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

AT_ONCE = 50
WAIT_SECONDS = 60.0
_KEY = base64.b64encode(b"0123456789abcdef").decode()
_MASK = b"\0\0\0\0"
_DELTA, _PING = b'{"type":"delta"', b'{"type":"ping"'


@dataclass(slots=True)
class Heard:
    """What all listeners have got: any first frames, deltas, and the last delta."""

    greeted: int = 0
    deltas: int = 0
    ended: int = 0
    last: bytes = b""
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, *, greeted: int = 0, deltas: int = 0) -> None:
        """Wait until so many came."""
        async with asyncio.timeout(WAIT_SECONDS):
            while self.greeted < greeted or self.deltas < deltas:
                if self.ended:
                    raise ConnectionError(f"{self.ended} sockets were closed")
                self.changed.clear()
                await self.changed.wait()


class _Listener(asyncio.Protocol):
    """One socket."""

    def __init__(self, heard: Heard, request: bytes, hello: bytes) -> None:
        self._heard, self._request, self._hello = heard, request, hello
        self._rest = b""
        self._upgraded = self._greeted = False
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        data = self._rest + data if self._rest else data
        if not self._upgraded:
            head, end, data = data.partition(b"\r\n\r\n")
            if not end:
                self._rest = head
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.open.set_exception(ConnectionError(head.decode(errors="replace")))
                return
            self._upgraded = True
            self.open.set_result(None)
            if self._hello:
                self.transport.write(self._hello)
        self._rest = self._count(data)
        self._heard.changed.set()

    def _count(self, data: bytes) -> bytes:
        at, size = 0, len(data)
        while size - at >= 2:
            length, start = data[at + 1], at + 2
            if length >= 126:
                start = at + (4 if length == 126 else 10)
                length = int.from_bytes(data[at + 2 : start], "big")
            if start + length > size:
                break
            if data.startswith(_DELTA, start):
                self._heard.deltas += 1
                self._heard.last = data[start : start + length]
            elif data.startswith(_PING, start):
                self.transport.write(_PONG)
            elif not self._greeted:
                self._greeted = True
                self._heard.greeted += 1
            at = start + length
        return data[at:]

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard.ended += 1
        self._heard.changed.set()
        if not self.open.done():
            self.open.set_exception(ConnectionError("the server closed the connection"))


def _frame(text: str) -> bytes:
    """One short text frame of a client, masked with zeros."""
    payload = text.encode()
    assert len(payload) < 126
    return bytes((0x81, 0x80 | len(payload))) + _MASK + payload


_PONG = _frame('{"op":"pong"}')


@asynccontextmanager
async def listening(port: int, path: str, tokens: Sequence[str], *, hello: str = "") -> AsyncIterator[Heard]:
    """A socket for each session's token; `hello` is what each says first, and then it is answered by one frame."""
    heard, loop, gate = Heard(), asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)
    transports: list[asyncio.Transport] = []

    async def connect(token: str) -> None:
        request = _upgrade(port, path, token)
        async with gate:
            _, listener = await loop.create_connection(
                lambda: _Listener(heard, request, _frame(hello) if hello else b""), "127.0.0.1", port
            )
            transports.append(listener.transport)
            await listener.open

    try:
        await asyncio.gather(*map(connect, tokens))
        if hello:
            await heard.until(greeted=len(tokens))
        yield heard
    finally:
        for transport in transports:
            transport.abort()


def _upgrade(port: int, path: str, token: str) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        f"Authorization: Bearer {token}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {_KEY}",
    )
    return "\r\n".join((*lines, "", "")).encode()
