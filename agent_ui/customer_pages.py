"""The pages about customers: the list with its search, and one customer with the whole history.

The first data stand in the HTML, readable before any script; what follows is read from the JSON API by the browser.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from aiohttp import web

from agent_ui.rendering import render
from interaction_hub.domain.permissions import Permission, needs

Found = dict[str, Any]


class CustomerReads(Protocol):
    """What these pages need to read. `None`: the browser asks the API itself."""

    @property
    def customers(self) -> Callable[[str], Awaitable[Found]] | None:
        """The page of the list after a cursor ("" is the first): `{items, next}` (docs/live.md)."""
        ...

    @property
    def customer(self) -> Callable[[str], Awaitable[Found]] | None:
        """`{customer, open_interactions, timeline}` of one id. Raises `NotFound`."""
        ...

    @property
    def company(self) -> Callable[[], str]: ...

    @property
    def demo(self) -> bool: ...


def routes(reads: CustomerReads) -> list[web.RouteDef]:
    """`GET /customers` and `GET /customers/{customer}`, for those who work."""

    @needs(Permission.WORK)
    async def customers(request: web.Request) -> web.StreamResponse:
        first = await reads.customers("") if reads.customers and not request.query.get("q") else None
        return render(request, "customers.html", first=first, company=reads.company(), demo=reads.demo)

    @needs(Permission.WORK)
    async def customer(request: web.Request) -> web.StreamResponse:
        key = request.match_info["customer"]
        first = await reads.customer(key) if reads.customer else None
        return render(request, "customer.html", key=key, first=first, company=reads.company(), demo=reads.demo)

    return [web.get("/customers", customers), web.get("/customers/{customer}", customer)]
