"""The pages about oneself, "My day" and "My settings". First data stand in the HTML; the browser keeps them right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.request_keys import PRINCIPAL

Found = dict[str, Any]


class MyReads(Protocol):
    """What these pages need to read. `None`: the browser asks the API itself."""

    @property
    def day(self) -> Callable[[str, str], Awaitable[Found]] | None:
        """The `Day` (docs/live.md) of a user on a date, YYYY-MM-DD; "" is today. Raises `Invalid`."""
        ...

    @property
    def settings(self) -> Callable[[str], Awaitable[Found]] | None:
        """`{key: value}` of a user."""
        ...

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: MyReads) -> list[web.RouteDef]:
    """`GET /day` and `GET /settings`, for those who work."""

    @needs(Permission.WORK)
    async def day(request: web.Request) -> web.StreamResponse:
        user = request[PRINCIPAL].user_id
        first = await reads.day(user, request.query.get("date", "")) if reads.day else None
        return render(request, "day.html", first=first, company=reads.company(), demo=reads.demo)

    @needs(Permission.WORK)
    async def settings(request: web.Request) -> web.StreamResponse:
        user = request[PRINCIPAL].user_id
        first = await reads.settings(user) if reads.settings else None
        return render(request, "settings.html", first=first, company=reads.company(), demo=reads.demo)

    return [web.get("/day", day), web.get("/settings", settings)]


async def _first_day(reads: MyReads, user: str, date: str) -> Found | None:
    """None where there is nothing to write into the page; the browser asks again and says why in words."""
    if reads.day is None:
        return None
    try:
        return await reads.day(user, date)
    except (NotFound, Invalid):  # no agent, or no date
        return None
