"""`/ws/supervisor/contacts/{contact}`: one conversation, live, for a supervisor who reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog
from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.events import Sealed
from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.errors import Invalid
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.services import reading
from interaction_hub.services.hub import Hub
from interaction_hub.storage.unit import each
from interaction_hub.web.live import run_command
from interaction_hub.web.middleware import token_of
from interaction_hub.web.session_watch import SessionWatch
from interaction_hub.web.sockets import Console, delta_frame, encode, open_socket, serve
from interaction_hub.web.throttle import count_frame, counted, seat_of_session

log = structlog.get_logger("reading")


class Reading:
    """All readers of this node."""

    def __init__(self, hub: Hub, watch: SessionWatch) -> None:
        self._hub, self._watch = hub, watch
        self._readers: set[_Reader] = set()
        hub.ledger.register("note_reading", each(reading.note_reading))
        hub.feed.subscribe(self._see)

    def routes(self) -> list[web.RouteDef]:
        """The one stream."""

        @needs(Permission.STEER)
        async def read(request: web.Request) -> web.WebSocketResponse:
            contact, principal = request.match_info["contact"], request[PRINCIPAL]
            with seat_of_session(request):
                # Before the first word is shown: a reading that left no trace must not be possible.
                await self._hub.ledger.submit("note_reading", (contact, principal))
                ws = await open_socket(request)
                socket = Console(ws, principal, "contact")
                reader = _Reader(self._hub, socket, contact)
                self._readers.add(reader)
                try:
                    with self._watch.over(socket, token_of(request), Permission.STEER):
                        await serve(
                            socket,
                            lambda frame: self._take(reader, counted(request, frame)),
                            reader.close,
                            count=lambda: count_frame(request),
                        )
                finally:
                    self._readers.discard(reader)
            return ws

        return [web.get("/ws/supervisor/contacts/{contact}", read)]

    async def _take(self, reader: _Reader, frame: dict[str, Any]) -> dict[str, Any] | None:
        match frame["op"]:
            case "hello":
                await reader.greet()
                return None
            case "typing":
                reader.type(frame.get("on") is True)
                return None
            case "view":
                raise Invalid("Who reads silently is not shown as looking.", code="unknown_command")
            case op:
                return await run_command(self._hub, reader.socket, op, frame)

    def _see(self, sealed: Sequence[Sealed]) -> None:
        for reader in self._readers:
            reader.see(sealed)


class _Reader:
    """One open conversation."""

    def __init__(self, hub: Hub, socket: Console, contact: str) -> None:
        self._hub, self.socket, self._contact = hub, socket, contact
        self._shown: dict[str, Any] | None = None
        self._dirty = False
        self._pump: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        self._deaf = hub.signals.listen(f"contact:{contact}", lambda frame: socket.send(encode(frame)))

    async def greet(self) -> None:
        """Send the whole, with its place."""
        async with self._reading:
            position = self._hub.feed.position
            self._shown = await self._read()
            self.socket.begin(position, encode(self._frame(position)))

    def see(self, sealed: Sequence[Sealed]) -> None:
        """Look again if one of the events is about this conversation."""
        if self._shown is None:
            return
        contact = self._shown["contact"]
        if reading.concerns(sealed, self._contact, contact["interaction"], contact["customer"]["id"]):
            self._dirty = True
            if self._pump is None or self._pump.done():
                self._pump = asyncio.create_task(self._bring_up_to_date(), name="reading-pump")

    def type(self, on: bool) -> None:
        """Whoever has stepped in is seen typing; a silent reader never."""
        helper = self._shown["contact"]["helper"] if self._shown is not None else None
        if helper is not None and helper["id"] == self.socket.principal.user_id:
            who = self.socket.principal
            said = {"type": "signal", "kind": "typing", "contact": self._contact, "on": on, "by": who.user_id}
            self._hub.signals.publish(f"contact:{self._contact}", {**said, "name": who.name})

    async def close(self) -> None:
        """The page is gone."""
        self._deaf()
        if self._pump is not None:
            self._pump.cancel()

    async def _bring_up_to_date(self) -> None:
        while self._dirty:
            self._dirty = False
            try:
                async with self._reading:
                    await self._send_changes()
            except Exception:
                log.exception("reading_pump_failed")
                self.socket.close("stopping")

    async def _send_changes(self) -> None:
        position = self._hub.feed.position
        before, self._shown = self._shown, await self._read()
        assert before is not None
        changes = reading.difference(before, self._shown)
        if changes:
            at, encoded = milliseconds(self._hub.clock.now()) or 0, encode(changes)
            if self.socket.seq is not None and position <= self.socket.seq:
                self.socket.send(delta_frame("contact", self.socket.seq, self.socket.seq, at, encoded))
            else:
                self.socket.delta(position, at, encoded)

    def _frame(self, position: int) -> dict[str, Any]:
        at = milliseconds(self._hub.clock.now())
        return {"type": "snapshot", "stream": "contact", "seq": position, "at": at, "state": self._shown}

    async def _read(self) -> dict[str, Any]:
        capabilities = {account: one.capabilities for account, one in self._hub.adapters.items()}
        return await self._hub.reads.run(reading.views, self._contact, self._hub.rules.current, capabilities)
