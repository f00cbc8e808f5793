"""One watch for all sockets of people who are signed in: who lost his session or his right is told so and closed.

One reading serves all of them: a thousand consoles cost no more statements than one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain.permissions import Permission, Principal
from interaction_hub.services.access import Access
from interaction_hub.web.sockets import Console, encode

BEAT_SECONDS = 15.0
CHECK_SECONDS = 2.0

log = structlog.get_logger("sockets")


@dataclass(eq=False, slots=True)
class _Watched:
    """One socket, what it was opened with, and what its person must still be allowed."""

    socket: Console
    token: str
    permission: Permission
    beats: float = 0.0


class SessionWatch:
    """All consoles, boards and conversations that are open on this node."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access, self._clock = access, clock
        self._watched: set[_Watched] = set()
        self._rounds: asyncio.Task[None] | None = None

    @contextmanager
    def over(self, socket: Console, token: str, permission: Permission) -> Iterator[None]:
        """While the block runs: beat, and close the socket when its person may no longer listen."""
        one = _Watched(socket, token, permission)
        self._watched.add(one)
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._go_round(), name="session-watch")
        try:
            yield
        finally:
            self._watched.discard(one)

    async def _go_round(self) -> None:
        """Until the last socket is gone."""
        while self._watched:
            await asyncio.sleep(CHECK_SECONDS)
            watched = [one for one in self._watched if one.socket.cut is None]
            try:
                found = await self._access.principals({one.token for one in watched})
            except Exception:  # the database is away: whoever is in stays in, as over HTTP nobody gets an answer
                log.exception("session_watch_failed", sockets=len(watched))
                continue
            for one in watched:
                self._look_at(one, found.get(one.token))

    def _look_at(self, one: _Watched, principal: Principal | None) -> None:
        if principal is None or not principal.may(one.permission):
            one.socket.close("revoked")
            return
        one.socket.principal = principal
        one.beats += CHECK_SECONDS
        if one.beats >= BEAT_SECONDS:
            one.beats = 0.0
            one.socket.send(encode({"type": "ping", "at": milliseconds(self._clock.now())}))
