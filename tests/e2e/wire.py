"""A wire between browser and hub that can be cut, mended, or made deaf in one direction."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK = 65_536


@dataclass
class Wire:
    """`url` is the hub's address through the wire."""

    port: int
    url: str = ""
    deaf: bool = False
    """What the hub says is lost; what it is told arrives."""
    _cut: bool = False
    _ends: set[asyncio.StreamWriter] = field(default_factory=set)
    _sockets: set[asyncio.StreamWriter] = field(default_factory=set)
    _silent: set[asyncio.StreamWriter] = field(default_factory=set)

    def cut(self) -> None:
        """All connections break, new ones are refused."""
        self._cut = True
        for end in list(self._ends):
            end.transport.abort()

    def sleep(self) -> None:
        """As the lid of a laptop is closed: web sockets fall silent for ever and nobody tells either end. Other
        connections are closed, as the browser does by itself. Nothing new comes through until `mend`."""
        self._cut = True
        self._silent |= self._sockets
        for end in self._ends - self._sockets:
            end.transport.abort()

    def mend(self) -> None:
        self._cut = self.deaf = False

    async def join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        if self._cut:
            writer.transport.abort()
            return
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._ends |= {writer, hub_writer}
        try:
            with contextlib.suppress(OSError):
                first = await reader.read(CHUNK)
                if b"\r\nupgrade: websocket" in first.lower():
                    self._sockets |= {writer, hub_writer}
                hub_writer.write(first)
                await asyncio.gather(self._carry(reader, hub_writer), self._carry(hub_reader, writer, heard=True))
        finally:
            for ends in (self._ends, self._sockets, self._silent):
                ends.difference_update({writer, hub_writer})
            for end in (writer, hub_writer):
                end.close()
                with contextlib.suppress(OSError):
                    await end.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, heard: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if not (heard and self.deaf) and writer not in self._silent:
                    writer.write(data)
                    await writer.drain()
        writer.close()


@asynccontextmanager
async def wire_to(url: str) -> AsyncIterator[Wire]:
    """A wire to the hub at this address."""
    wire = Wire(int(url.rsplit(":", 1)[1]))
    tasks: set[asyncio.Task[None]] = set()

    def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(wire.join(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(joined, "127.0.0.1", 0)
    wire.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
