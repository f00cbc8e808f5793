"""A web socket by hand (RFC 6455), for frames that no library would send."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.fakes.upgrade import host_of, upgrade

TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0


@dataclass
class Wire:
    """An open connection after the handshake."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def put(
        self, opcode: int, payload: bytes = b"", *, final: bool = True, reserved: int = 0, masked: bool = True
    ) -> None:
        """One frame, as wrong as it is asked for."""
        self.raw(head(opcode, len(payload), final=final, reserved=reserved, masked=masked) + payload)

    def raw(self, data: bytes) -> None:
        """Any bytes."""
        self.writer.write(data)

    async def get(self, seconds: float = 10) -> tuple[int, bytes]:
        """Opcode and payload of the next frame; (CLOSE, b"") when the line is down."""
        try:
            async with asyncio.timeout(seconds):
                first, second = await self.reader.readexactly(2)
                length = second & 0x7F
                if length >= 126:
                    wide = await self.reader.readexactly(2 if length == 126 else 8)
                    length = int.from_bytes(wide, "big")
                return first & 0x0F, await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            return CLOSE, b""

    async def until(self, opcode: int, seconds: float = 10) -> bytes:
        """The payload of the next frame of this kind; what comes before it is dropped."""
        while True:
            found, payload = await self.get(seconds)
            if found == opcode:
                return payload
            assert found != CLOSE, f"the hub hung up: {payload!r}"

    async def closed(self) -> int | None:
        """Wait for the end; the code that the hub gave, None if it just hung up."""
        while True:
            opcode, payload = await self.get()
            if opcode == CLOSE:
                return struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else None


def head(opcode: int, length: int, *, final: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """The head of a frame of so many bytes, with a mask that changes nothing."""
    found = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    bit = 0x80 if masked else 0
    if length < 126:
        found += bytes([bit | length])
    elif length < 2**16:
        found += bytes([bit | 126]) + struct.pack(">H", length)
    else:
        found += bytes([bit | 127]) + struct.pack(">Q", length)
    return found + (b"\0\0\0\0" if masked else b"")


@asynccontextmanager
async def open_wire(url: str, path: str, headers: Mapping[str, str]) -> AsyncIterator[Wire]:
    """Shake hands. `url` is the hub's (http://…)."""
    reader, writer = await asyncio.open_connection(*host_of(url))
    writer.write(upgrade(url, path, headers))
    answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 101"), answer
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
