"""Bodies come as they are. What is packed is refused before a byte of it is unpacked (A6): 300 kB that unpack to
300 MB held up the event loop for a second, even at an address that there is not.

It takes both: `runner_of` leaves bodies alone, `unpacked` refuses what would then be read as something else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_PLAIN = ("", "identity")


def runner_of(app: web.Application, *, shutdown_timeout: float) -> web.AppRunner:
    """What serves the application."""
    return web.AppRunner(
        app, access_log=None, shutdown_timeout=shutdown_timeout, handler_cancellation=False, auto_decompress=False
    )


@web.middleware
async def unpacked(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 415 to a body with a Content-Encoding."""
    codings = request.headers.getall("Content-Encoding", [])
    if any(coding.strip().lower() not in _PLAIN for coding in codings):
        raise web.HTTPUnsupportedMediaType(text="Send the body as it is, without Content-Encoding.")
    return await handler(request)
