"""Web sockets of the benches, in as few lines as the protocol allows: a thousand of them must not be what is measured.

Frames out are masked with zeros, which RFC 6455 permits, so that they are sent as they stand.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tests.fakes.upgrade import host_of, upgrade

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
OPEN_SECONDS = 30.0
Take = Callable[[dict[str, Any], float], None]
"""Gets each frame, and when it came (`time.perf_counter`)."""


class Wire(asyncio.Protocol):
    """One client's end. `said` are the codes with which the hub says good-bye, `over` is done when the line is gone."""

    def __init__(self, take: Take | None = None) -> None:
        self._take = take
        self._buffer = bytearray()
        self._raised = False
        self.opened: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.first: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.said: list[str] = []
        self.token = ""
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, **frame: Any) -> None:
        """One frame."""
        self._write(_TEXT, _encode(frame))

    def stop_reading(self) -> None:
        """Leave in the line whatever comes."""
        self.transport.pause_reading()

    def cut(self) -> None:
        """Gone, without a word."""
        self.transport.abort()

    def _write(self, opcode: int, body: bytes) -> None:
        size = len(body)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        assert size < 1 << 16
        self.transport.write(bytes((0x80 | opcode,)) + length + b"\0\0\0\0" + body)

    def data_received(self, data: bytes) -> None:
        came = time.perf_counter()
        self._buffer += data
        if not self._raised and not self._shake_hands():
            return
        while (frame := self._next()) is not None:
            self._frame(*frame, came)

    def _shake_hands(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        self.opened.set_result(int(self._buffer[9:12]))
        self._raised = True
        del self._buffer[: end + 4]
        return True

    def _next(self) -> tuple[int, bytes] | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, at = buffer[1], 2
        if size >= 126:
            at = 4 if size == 126 else 10
            size = int.from_bytes(buffer[2:at], "big")
        if len(buffer) < at + size:
            return None
        opcode, body = buffer[0] & 15, bytes(buffer[at : at + size])
        del buffer[: at + size]
        return opcode, body

    def _frame(self, opcode: int, body: bytes, came: float) -> None:
        if opcode == _PING:
            self._write(_PONG, body)
        elif opcode == _TEXT:
            frame = _decode(body)
            if frame["type"] == "ping":
                self.send(op="pong")
            elif frame["type"] == "bye":
                self.said.append(frame["code"])
            if not self.first.done():
                self.first.set_result(frame)
            if self._take is not None:
                self._take(frame, came)
        elif opcode == _CLOSE:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.opened, self.first):
            if not future.done():
                future.set_exception(ConnectionError("the hub closed the line"))
                future.exception()  # nobody has to ask
        self.over.set_result(None)


async def wire(url: str, path: str, headers: Mapping[str, str], take: Take | None = None) -> Wire:
    """An open web socket. Raises `ConnectionError` if the hub does not want it."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(OPEN_SECONDS):
        _, protocol = await loop.create_connection(lambda: Wire(take), *host_of(url))
        protocol.transport.write(upgrade(url, path, headers))
        status = await protocol.opened
    if status != 101:
        protocol.transport.close()
        raise ConnectionError(f"{path} was answered {status}")
    return protocol
