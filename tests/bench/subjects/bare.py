"""The yardstick of the webhook: an aiohttp handler that reads the body and answers. `python -m … PORT`."""

from __future__ import annotations

import sys

from aiohttp import web


async def _read(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=b"<Response/>", content_type="text/xml")


async def _ready(_request: web.Request) -> web.Response:
    return web.Response()


def main(port: int) -> None:
    """Serve until ended."""
    app = web.Application()
    app.add_routes([web.post("/{path:.*}", _read), web.get("/readyz", _ready)])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
