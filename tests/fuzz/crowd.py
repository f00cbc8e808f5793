"""Many strangers on one machine: the hub counts what each address does, and this has a new one when it needs one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from yarl import URL

from tests.fakes.house import Answer, House


@dataclass
class Crowd:
    """Requests of nobody in particular, `each` of them from one address (127.0.0.2 and on)."""

    house: House
    each: int
    asked: int = 0
    http: aiohttp.ClientSession | None = None

    async def call(self, method: str, path: str, **options: object) -> Answer:
        """One request."""
        if self.asked % self.each == 0:
            await self.leave()
            source = f"127.0.{self.asked // self.each // 250}.{2 + self.asked // self.each % 250}"
            self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(source, 0)))
        self.asked += 1
        assert self.http is not None
        async with self.http.request(
            method,
            URL(self.house.url + path, encoded=True),
            allow_redirects=False,
            **options,  # type: ignore[arg-type]
        ) as answer:
            body = await answer.read()
            found = json.loads(body) if "json" in answer.content_type and body else None
            return Answer(answer.status, answer.headers, found, body)

    async def leave(self) -> None:
        """The one who is there goes home."""
        if self.http is not None:
            await self.http.close()


@asynccontextmanager
async def crowd(house: House, each: int) -> AsyncIterator[Crowd]:
    """A crowd that is gone in the end."""
    found = Crowd(house, each)
    try:
        yield found
    finally:
        await found.leave()
