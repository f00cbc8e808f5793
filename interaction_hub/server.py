"""Running the application until it is told to stop: the socket, the signals, one clear line for what goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import resource
import signal
import ssl
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from interaction_hub.app import HUB, Variation, build, public_url
from interaction_hub.errors import StartRefused
from interaction_hub.garbage import swept
from interaction_hub.settings import Settings, check_listening
from interaction_hub.web.unpacked import runner_of

OPEN_FILES = 65_536
GARBAGE = (50_000, 20, 50)
"""Objects made before the interpreter looks for cycles, and how much seldomer it looks among older ones.

Its own (700, 10, 10) walk over the ring of events, the rules and every socket many times a second: about a quarter of a
busy hub's time (measured, docs/performance.md).
"""

log = structlog.get_logger("server")


async def serve(
    settings: Settings,
    variation: Variation | None = None,
    *,
    ready: Callable[[web.Application], Awaitable[None]] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT. Raises `StartRefused` before anything is served."""
    check_listening(settings)
    _let_many_in()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    app = build(settings, variation)
    runner = runner_of(app, shutdown_timeout=3.0)
    await runner.setup()
    try:
        await _listen(runner, settings)
        if ready is not None:
            await ready(app)
        if variation is None or not variation.demo:
            await _offer_setup(app, settings)
        gc.freeze()  # what was loaded by now lives as long as the process
        gc.set_threshold(*GARBAGE)
        async with swept():
            await stop.wait()
    finally:
        await runner.cleanup()


def _let_many_in() -> None:
    """Systems let a process open 1,024 files unless it asks for more; a socket is one, and one stranger has as many."""
    least, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    if least != resource.RLIM_INFINITY and least < wanted:
        with contextlib.suppress(ValueError, OSError):  # some systems allow less than they say
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


async def _offer_setup(app: web.Application, settings: Settings) -> None:
    """Nobody can configure this hub yet: one line with a link that lets one person become its admin."""
    token = await app[HUB].links.for_first_admin()
    if token:
        log.warning("no_admin_yet", open_once_within_24_hours=f"{public_url(settings)}/setup/{token}")


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    server = settings.server
    context = None
    if server.tls_cert is not None and server.tls_key is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(server.tls_cert, server.tls_key)
    site = web.TCPSite(runner, server.host, server.port, ssl_context=context, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise StartRefused(
                f"port {server.port} on {server.host} is taken; stop what uses it, or choose another with --port"
            ) from None
        raise StartRefused(f"cannot listen on {server.host}:{server.port}: {error.strerror}") from None
