"""The supervisor's pages: the wallboard, from it down to a queue, an agent, a conversation; and the one on a wall.

Each is a shell with its first data in it, so that figures are there before the socket. They know neither storage nor
streams. The conversation alone comes without data: reading it is an event, and the stream is what writes it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs, public
from interaction_hub.errors import NotFound

Read = Callable[[str], Awaitable[dict[str, Any]]]


class BoardReads(Protocol):
    """What the pages need to read."""

    @property
    def board_snapshot(self) -> Callable[[], dict[str, Any]]:
        """The snapshot frame of /ws/supervisor (docs/live.md): `seq`, `at`, `state`. It waits for nothing."""
        ...

    @property
    def queue(self) -> Read | None:
        """The drill-down of a queue. Raises `NotFound`."""
        ...

    @property
    def agent(self) -> Read | None:
        """The drill-down of an agent. Raises `NotFound`."""
        ...

    @property
    def conversation(self) -> Callable[[str], Awaitable[bool]] | None:
        """Whether there is a contact to read."""
        ...

    @property
    def screen(self) -> Callable[[str], dict[str, Any] | None]:
        """The first frame of a screen by its signed link; None if the link is not in use."""
        ...

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: BoardReads) -> list[web.RouteDef]:
    """`/board` and what is below it, for those who may watch; `/tv/{link}` for whoever has the link."""

    def drawn(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
        return render(request, template, status=status, company=reads.company(), demo=reads.demo, **values)

    async def page(read: Read | None, key: str) -> dict[str, Any]:
        if read is None:
            raise NotFound("There is no such page.")
        return await read(key)

    @needs(Permission.WATCH)
    async def board(request: web.Request) -> web.StreamResponse:
        return drawn(request, "board.html", first=reads.board_snapshot())

    @needs(Permission.WATCH)
    async def queue(request: web.Request) -> web.StreamResponse:
        found = await page(reads.queue, request.match_info["queue"])
        return drawn(request, "queue.html", first=reads.board_snapshot(), page=found)

    @needs(Permission.WATCH)
    async def agent(request: web.Request) -> web.StreamResponse:
        found = await page(reads.agent, request.match_info["agent"])
        return drawn(request, "agent.html", first=reads.board_snapshot(), page=found)

    @needs(Permission.STEER)
    async def reading(request: web.Request) -> web.StreamResponse:
        contact = request.match_info["contact"]
        found = reads.conversation is not None and await reads.conversation(contact)
        return drawn(request, "reading.html", 200 if found else 404, contact=contact if found else "")

    @public
    async def tv(request: web.Request) -> web.StreamResponse:
        link = request.match_info["link"]
        first = reads.screen(link)
        status = 404 if first is None else 200
        return render(request, "tv.html", status=status, company=reads.company(), demo=False, first=first, link=link)

    return [
        web.get("/board", board),
        web.get("/board/queues/{queue}", queue),
        web.get("/board/agents/{agent}", agent),
        web.get("/board/contacts/{contact}", reading),
        web.get("/tv/{link}", tv),
    ]
