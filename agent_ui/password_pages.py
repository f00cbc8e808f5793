"""Pages about passwords: the first admin's, a new one by a link, what to do about a lost one, and one's own.

The shells of links are the same for every token: whether one works is the API's answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs, public


class PasswordReads(Protocol):
    """What these pages need to read."""

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: PasswordReads) -> list[web.RouteDef]:
    """`/setup/{token}`, `/password/{token}`, `/lost-password`, `/password`."""

    @public
    async def setup(request: web.Request) -> web.StreamResponse:
        return render(request, "setup.html", company=reads.company(), demo=reads.demo)

    @public
    async def by_link(request: web.Request) -> web.StreamResponse:
        return render(request, "password.html", company=reads.company(), demo=reads.demo)

    @public
    async def lost(request: web.Request) -> web.StreamResponse:
        return render(request, "lost_password.html", company=reads.company(), demo=reads.demo)

    @needs(Permission.SIGNED_IN)
    async def own(request: web.Request) -> web.StreamResponse:
        return render(request, "own_password.html", company=reads.company(), demo=reads.demo)

    return [
        web.get("/setup/{token}", setup),
        web.get("/password/{token}", by_link),
        web.get("/lost-password", lost),
        web.get("/password", own),
    ]
