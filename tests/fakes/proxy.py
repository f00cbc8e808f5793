"""A reverse proxy between the world and the hub that a test may set up wrongly."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from yarl import URL

_NOT_PASSED_ON = {"host", "content-length", "transfer-encoding"}
_UPGRADE = {"upgrade", "connection", "sec-websocket-key", "sec-websocket-version"}


def unchanged(path: str) -> str:
    """The path as it came."""
    return path


def passed_on(_path: str) -> web.Response | None:
    """No answer of the proxy's own."""
    return None


@dataclass
class Proxy:
    """Where it leads, and its faults. `answer` takes the place of the hub's answer for a path."""

    target: str = ""
    url: str = ""
    passes_upgrade: bool = True
    path: Callable[[str], str] = unchanged
    answer: Callable[[str], web.Response | None] = passed_on

    async def serve(self, request: web.Request) -> web.Response:
        """Pass one request on."""
        made = self.answer(request.path)
        if made is not None:
            return made
        dropped = _NOT_PASSED_ON | (set() if self.passes_upgrade else _UPGRADE)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
        url = URL(self.target + self.path(request.raw_path), encoded=True)
        body = await request.read()
        try:
            async with (
                aiohttp.ClientSession(auto_decompress=False) as session,
                session.request(request.method, url, headers=headers, data=body, allow_redirects=False) as reply,
            ):
                kept = {"Content-Type": reply.headers.get("Content-Type", "text/plain")}
                return web.Response(status=reply.status, body=await reply.read(), headers=kept)
        except aiohttp.ClientError:
            return web.Response(status=502, text="bad gateway")


@asynccontextmanager
async def open_proxy() -> AsyncIterator[Proxy]:
    """Listening on 127.0.0.1."""
    proxy = Proxy()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()
