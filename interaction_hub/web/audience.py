"""Those who are signed in and listen over a socket: whether they still may, and a beat that tells them that we live.

One reading looks at the sessions of all: a thousand consoles that each asked for themselves would cost half a core.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.domain.permissions import Permission, Principal
from interaction_hub.services.hub import Hub
from interaction_hub.web.middleware import OPTIONS
from interaction_hub.web.sockets import Socket, Upgraded, encode

BEAT_SECONDS = 15.0
CHECK_SECONDS = 2.0
AT_ONCE = 200
"""Sockets that are looked at before the loop may do something else."""

log = structlog.get_logger("audience")


class Console(Socket):
    """A socket of somebody who is signed in."""

    def __init__(self, ws: Upgraded, principal: Principal, stream: str) -> None:
        super().__init__(ws, stream)
        self.principal = principal


@dataclass(slots=True)
class _Seat:
    session: bytes
    permission: Permission
    beat: float


class Audience:
    """Watches while anybody is there."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._seats: dict[Console, _Seat] = {}
        self._watch: asyncio.Task[None] | None = None

    @contextmanager
    def seat(self, request: web.Request, socket: Console, permission: Permission) -> Iterator[None]:
        """Watch over a socket in the block; it is closed when its session ends or the permission is taken away."""
        token = request.cookies.get(request.app[OPTIONS].cookie) or request.headers.get("Authorization", "")[7:]
        beat = asyncio.get_running_loop().time() + BEAT_SECONDS
        self._seats[socket] = _Seat(self._hub.access.digest(token), permission, beat)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look(), name="audience")
        try:
            yield
        finally:
            del self._seats[socket]
            if not self._seats:
                self._watch.cancel()

    async def _look(self) -> None:
        while self._seats:
            await asyncio.sleep(CHECK_SECONDS)
            asked = list(self._seats.items())
            try:
                found = await self._hub.access.principals({seat.session for _, seat in asked})
            except Exception:
                log.exception("sessions_not_read", sockets=len(asked))  # nobody is sent away for that
                continue
            await self._judge(asked, found)

    async def _judge(self, asked: list[tuple[Console, _Seat]], found: Mapping[bytes, Principal]) -> None:
        now = asyncio.get_running_loop().time()
        ping = encode({"type": "ping", "at": milliseconds(self._hub.clock.now())})
        for number, (socket, seat) in enumerate(asked, 1):
            principal = found.get(seat.session)
            if principal is None or not principal.may(seat.permission):
                socket.close("revoked")
                continue
            socket.principal = principal
            if seat.beat <= now:
                seat.beat = now + BEAT_SECONDS
                socket.send(ping)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)
