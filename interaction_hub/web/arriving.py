"""Bodies of requests come whole and in time, or the request ends: whoever announces one and stalls holds little.

A handler begins when the body is there. Routes that look at the sender first, or read in parts, use `arriving`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from interaction_hub.errors import TooSlow
from interaction_hub.web import seats
from interaction_hub.web.addresses import client_address
from interaction_hub.web.middleware import Handler
from interaction_hub.web.throttle import SEATS

BODY_SECONDS = 20.0
FILE_SECONDS = 120.0
_THEMSELVES = ("/webhooks/", "/uploads")
_WORDS = "Too many requests of yours have not come whole yet. Send them one after the other."


@asynccontextmanager
async def arriving(request: web.Request, seconds: float | None = None) -> AsyncIterator[None]:
    """A seat for the body while it comes, in the block. Raises `TooMany`, and `TooSlow` after so many seconds."""
    places = request.app[SEATS]
    with (
        places.one(seats.BODIES, "bodies", words=_WORDS),
        places.one(seats.BODIES_PER_ADDRESS, "body", client_address(request), words=_WORDS),
    ):
        try:
            async with asyncio.timeout(BODY_SECONDS if seconds is None else seconds):
                yield
        except TimeoutError:
            raise TooSlow("The request was announced, but did not come in time. Send it again.") from None


@web.middleware
async def arrived(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Read the body, which the request keeps for its handler."""
    path = request.path
    if request.can_read_body and not (path.startswith(_THEMSELVES[0]) or path.endswith(_THEMSELVES[1])):
        async with arriving(request):
            await request.read()
    return await handler(request)
