"""The wallboard's page: the shell with the supervisor's snapshot in it, so that figures are there before the socket.

What follows comes over /ws/supervisor; this page knows neither storage nor streams.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs


class BoardReads(Protocol):
    """What the page needs to read."""

    @property
    def board_snapshot(self) -> Callable[[], dict[str, Any]]:
        """The snapshot frame of /ws/supervisor (docs/live.md): `seq`, `at`, `state`. It waits for nothing."""
        ...

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: BoardReads) -> list[web.RouteDef]:
    """`GET /board`, for those who may watch."""

    @needs(Permission.WATCH)
    async def board(request: web.Request) -> web.StreamResponse:
        first = reads.board_snapshot()
        return render(request, "board.html", first=first, company=reads.company(), demo=reads.demo)

    return [web.get("/board", board)]
