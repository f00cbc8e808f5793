"""Rate limits towards the outside: per session for those who are signed in, per address for everybody else (A18).

Webhooks of providers are not limited; forged ones are, by the address they come from.
"""

from __future__ import annotations

from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from interaction_hub.errors import TooMany
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.web.middleware import Handler, client_address

PER_SESSION = RateLimitItemPerMinute(1_200)
PER_ADDRESS = RateLimitItemPerMinute(300)
FORGED = RateLimitItemPerMinute(60)
_FREE = ("/static/", "/webhooks/", "/healthz", "/readyz", "/metrics")

_limiter: web.AppKey[FixedWindowRateLimiter] = web.AppKey("limiter", FixedWindowRateLimiter)


def install(app: web.Application) -> None:
    """Give the application its counters. They are per process."""
    app[_limiter] = FixedWindowRateLimiter(MemoryStorage())


@web.middleware
async def throttle(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request, or refuse it with `Retry-After`."""
    if not request.path.startswith(_FREE):
        principal = request.get(PRINCIPAL)
        item, key = (PER_SESSION, principal.session_id) if principal else (PER_ADDRESS, client_address(request))
        if not await request.app[_limiter].hit(item, key):
            raise TooMany("Too many requests in this minute. Wait a little, then go on.", retry_after=30)
    return await handler(request)


async def limited(request: web.Request, item: RateLimitItem, name: str) -> None:
    """Count one more of something that one address may do only so often. Raises `TooMany`."""
    if not await request.app[_limiter].hit(item, name, client_address(request)):
        raise TooMany("Too many of these in a minute. Wait a little, then go on.", retry_after=30)


async def refuse_forgers(request: web.Request) -> None:
    """Raise `TooMany` for an address that sent many forged webhooks, before any work is done for it."""
    if not await request.app[_limiter].test(FORGED, client_address(request)):
        raise TooMany("Too many requests with a wrong signature.", retry_after=60)


async def count_forgery(request: web.Request) -> None:
    """Remember that this address sent a forged webhook."""
    await request.app[_limiter].hit(FORGED, client_address(request))
