"""The yardstick of the fan-out: bare aiohttp sends one text, posted to /tell, to every socket. `python -m … PORT`."""

from __future__ import annotations

import sys

from aiohttp import web

_sockets: set[web.WebSocketResponse] = set()


async def _listen(request: web.Request) -> web.WebSocketResponse:
    ws = web.WebSocketResponse(compress=False)
    await ws.prepare(request)
    _sockets.add(ws)
    try:
        async for _ in ws:
            pass
    finally:
        _sockets.discard(ws)
    return ws


async def _tell(request: web.Request) -> web.Response:
    text = await request.text()
    for ws in list(_sockets):
        await ws.send_str(text)
    return web.Response()


async def _ready(_request: web.Request) -> web.Response:
    return web.Response()


def main(port: int) -> None:
    """Serve until ended."""
    app = web.Application()
    app.add_routes([web.get("/ws", _listen), web.post("/tell", _tell), web.get("/readyz", _ready)])
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
