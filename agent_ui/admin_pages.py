"""The admin's pages: the shell with its list of sections. What stands in them comes from the API, by the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("routing", ("queues", "skills", "hours")),
    ("channels", ("sites",)),
    ("people", ("people", "agents", "roles")),
    ("records", ("dispositions", "replies")),
    ("house", ("company", "screens")),
)
"""The sections in their groups; admin.html has the words."""
SECTIONS = frozenset(section for _, sections in GROUPS for section in sections)
NEW = "+"
"""Stands in an address for the key of what is not there yet; no key can be called so."""


class AdminReads(Protocol):
    """What these pages need to read."""

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: AdminReads) -> list[web.RouteDef]:
    """`/admin`, a list for each section, a page for each thing in it."""

    @needs(Permission.CONFIGURE)
    async def start(request: web.Request) -> web.StreamResponse:
        raise web.HTTPSeeOther("/admin/queues")

    @needs(Permission.CONFIGURE)
    async def section(request: web.Request) -> web.StreamResponse:
        return page(request, request.match_info["section"], "")

    @needs(Permission.CONFIGURE)
    async def one(request: web.Request) -> web.StreamResponse:
        return page(request, request.match_info["section"], request.match_info["key"])

    def page(request: web.Request, name: str, key: str) -> web.StreamResponse:
        if name not in SECTIONS:
            raise web.HTTPNotFound
        key = "company" if name == "company" else key
        return render(
            request,
            "admin.html",
            section=name,
            key="" if key == NEW else key,
            listed=not key,
            groups=GROUPS,
            company=reads.company(),
            demo=reads.demo,
        )

    return [
        web.get("/admin", start),
        web.get("/admin/{section}", section),
        web.get("/admin/{section}/{key}", one),
    ]
