"""All pages in one list, for the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from agent_ui import board_pages, pages
from agent_ui.pages import error_page


@dataclass(frozen=True, slots=True)
class PageReads:
    """What the pages need to read."""

    agent_snapshot: Callable[[str], Awaitable[dict[str, Any]]]
    board_snapshot: Callable[[], dict[str, Any]]
    company: Callable[[], str]
    demo: bool = False


__all__ = ["PageReads", "error_page", "routes"]


def routes(reads: PageReads) -> list[web.AbstractRouteDef]:
    """Every page and the static files."""
    return [*pages.routes(reads), *board_pages.routes(reads)]
