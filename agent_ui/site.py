"""All pages in one list, for the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from agent_ui import admin_pages, board_pages, customer_pages, my_pages, pages, password_pages, widget_pages
from agent_ui.pages import error_page
from interaction_hub.domain.documents import Site


@dataclass(frozen=True, slots=True)
class PageReads:
    """What the pages need to read."""

    agent_snapshot: Callable[[str], Awaitable[dict[str, Any]]]
    board_snapshot: Callable[[], dict[str, Any]]
    company: Callable[[], str]
    demo: bool = False
    site: Callable[[str], Site | None] = lambda _key: None
    sites: Callable[[], Sequence[Site]] = tuple
    customers: Callable[[str], Awaitable[dict[str, Any]]] | None = None
    customer: Callable[[str], Awaitable[dict[str, Any]]] | None = None
    day: Callable[[str, str], Awaitable[dict[str, Any]]] | None = None
    settings: Callable[[str], Awaitable[dict[str, Any]]] | None = None
    queue: Callable[[str], Awaitable[dict[str, Any]]] | None = None
    agent: Callable[[str], Awaitable[dict[str, Any]]] | None = None
    conversation: Callable[[str], Awaitable[bool]] | None = None
    screen: Callable[[str], dict[str, Any] | None] = lambda _link: None


__all__ = ["PageReads", "error_page", "routes"]


def routes(reads: PageReads) -> list[web.AbstractRouteDef]:
    """Every page and the static files."""
    return [
        *pages.routes(reads),
        *board_pages.routes(reads),
        *widget_pages.routes(reads),
        *customer_pages.routes(reads),
        *my_pages.routes(reads),
        *admin_pages.routes(reads),
        *password_pages.routes(reads),
    ]
