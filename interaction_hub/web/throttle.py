"""Rate limits towards the outside: per session for those who are signed in, per address for everybody else (A18).

Webhooks of providers are not limited; forged ones are, by the address they come from.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from aiohttp import web
from limits import RateLimitItem, RateLimitItemPerMinute

from interaction_hub.errors import TooMany
from interaction_hub.request_keys import PRINCIPAL
from interaction_hub.web import seats
from interaction_hub.web.addresses import client_address
from interaction_hub.web.middleware import Handler
from interaction_hub.web.paces import Paces

PER_SESSION = RateLimitItemPerMinute(1_200, namespace="session")
PER_ADDRESS = RateLimitItemPerMinute(300, namespace="address")
FORGED = RateLimitItemPerMinute(60, namespace="forged")
FRAMES = RateLimitItemPerMinute(6_000, namespace="session-frames")
"""Of one session over all its sockets: commands, signs of typing and looking. A hundred a second is no hand."""
HELLOS = RateLimitItemPerMinute(240, namespace="session-hellos")
"""Each is answered by all that the console shows."""
_FREE = ("/static/", "/webhooks/", "/healthz", "/readyz", "/metrics")

_PACES: web.AppKey[Paces] = web.AppKey("paces", Paces)
SEATS: web.AppKey[seats.Seats] = web.AppKey("seats", seats.Seats)


def install(app: web.Application) -> None:
    """Give the application its counters. They are per process."""
    app[_PACES] = Paces()
    app[SEATS] = seats.Seats()


@web.middleware
async def throttle(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the request, or refuse it with `Retry-After`."""
    if not request.path.startswith(_FREE):
        principal = request.get(PRINCIPAL)
        item, key = (PER_SESSION, principal.session_id) if principal else (PER_ADDRESS, client_address(request))
        if not request.app[_PACES].hit(item, key):
            raise TooMany("Too many requests in this minute. Wait a little, then go on.", retry_after=30)
    return await handler(request)


def limited(request: web.Request, item: RateLimitItem, name: str) -> None:
    """Count one more of something that one address may do only so often. Raises `TooMany`."""
    if not request.app[_PACES].hit(item, name, client_address(request)):
        raise TooMany("Too many of these in a minute. Wait a little, then go on.", retry_after=30)


def count_frame(request: web.Request) -> None:
    """One more frame of a socket, whatever is in it, of its session or else its address. Raises `TooMany`."""
    principal = request.get(PRINCIPAL)
    _hit(request, FRAMES, principal.session_id if principal else client_address(request))


def counted(request: web.Request, frame: dict[str, Any]) -> dict[str, Any]:
    """The frame of a socket, if it is no hello too many of its session. Raises `TooMany`."""
    if frame["op"] == "hello":
        _hit(request, HELLOS, request[PRINCIPAL].session_id)
    return frame


def _hit(request: web.Request, item: RateLimitItem, who: str) -> None:
    if not request.app[_PACES].hit(item, who):
        raise TooMany("Too many commands in this minute. Wait a little, then send it again.", retry_after=30)


def seat_of_session(request: web.Request) -> AbstractContextManager[None]:
    """One more socket of this session, while it is open. Raises `TooMany`."""
    return request.app[SEATS].one(seats.PER_SESSION, "session", request[PRINCIPAL].session_id)


def seat_of_address(request: web.Request) -> AbstractContextManager[None]:
    """One more socket of this address, by somebody who is not signed in. Raises `TooMany`."""
    return request.app[SEATS].one(seats.PER_ADDRESS, "address", client_address(request))


def seat_of_log_in(request: web.Request) -> AbstractContextManager[None]:
    """One more password of this address that waits to be compared. Raises `TooMany`."""
    words = "Too many people sign in from here at once. Try again in a moment."
    return request.app[SEATS].one(seats.LOG_INS, "log-in", client_address(request), words=words)


def count_hello(request: web.Request) -> None:
    """One more hello of a socket that belongs to no session, of its address. Raises `TooMany`."""
    _hit(request, HELLOS, client_address(request))


def refuse_forgers(request: web.Request) -> None:
    """Raise `TooMany` for an address that sent many forged webhooks, before any work is done for it."""
    if not request.app[_PACES].test(FORGED, client_address(request)):
        raise TooMany("Too many requests with a wrong signature.", retry_after=60)


def count_forgery(request: web.Request) -> None:
    """Remember that this address sent a forged webhook."""
    request.app[_PACES].hit(FORGED, client_address(request))
