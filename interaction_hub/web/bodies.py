"""Bodies of requests that are files: read under a limit, whoever sends them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from aiohttp import web

from interaction_hub.errors import TooLarge
from interaction_hub.services.hub import Hub
from interaction_hub.web.arriving import FILE_SECONDS, arriving

CHUNK = 64 * 1024
MOST_NAME = 400


async def keep_upload(hub: Hub, request: web.Request, owner: str) -> dict[str, Any]:
    """Read a body of at most so many bytes, and keep it. Raises `TooLarge` before it is read whole."""
    content = bytearray()
    async with arriving(request, FILE_SECONDS):
        async for chunk in request.content.iter_chunked(CHUNK):
            content += chunk
            if len(content) > hub.uploads.most_bytes:
                raise TooLarge(f"The file is too large; {hub.uploads.most_bytes // 1_000_000} MB are the most.")
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    return await hub.uploads.keep(owner, name[:MOST_NAME], request.content_type, bytes(content))
