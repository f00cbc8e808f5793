"""The first words of a web socket, and one of somebody who never reads what comes."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import websockets

SMALL_BUFFER = 4096
"""Bytes that the system keeps for somebody who does not read."""


def host_of(url: str) -> tuple[str, int]:
    """Host and port of the hub's address (http://…)."""
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def upgrade(url: str, path: str, headers: Mapping[str, str]) -> bytes:
    """The request that asks for a web socket, as a browser on the hub's own pages sends it."""
    host, port = host_of(url)
    given = {
        "Host": f"{host}:{port}",
        "Origin": url,
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        **headers,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


@asynccontextmanager
async def deaf(
    url: str, path: str, headers: Mapping[str, str] | None = None
) -> AsyncIterator[websockets.ClientConnection]:
    """An open web socket whose frames stay in the system's small buffer: nobody fetches them."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        line.setblocking(False)
        await asyncio.get_running_loop().sock_connect(line, host_of(url))
        yield await websockets.connect(
            url.replace("http:", "ws:") + path,
            sock=line,
            additional_headers=headers,
            origin=url,  # type: ignore[arg-type]
            max_queue=1,
            max_size=None,
            ping_interval=None,
        )
