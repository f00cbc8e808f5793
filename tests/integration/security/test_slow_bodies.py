"""Requests that announce a body and stall: few of an address at a time, none for long, and others are served."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from interaction_hub.web import arriving, seats
from tests.fakes.house import House, open_house
from tests.fakes.upgrade import host_of

PATHS = ("/webhooks/sms/main", "/api/v1/sessions", "/login")


@asynccontextmanager
async def stalled(house: House, path: str) -> AsyncIterator[asyncio.StreamReader]:
    """A request of which half the body comes."""
    reader, writer = await asyncio.open_connection(*host_of(house.url))
    head = f"POST {path} HTTP/1.1\r\nHost: hub\r\nX-Twilio-Signature: x\r\nOrigin: {house.url}\r\n"
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    writer.write(f"{head}Content-Type: {kind}\r\nContent-Length: 2000\r\n\r\n".encode() + b"a" * 1000)
    await writer.drain()
    try:
        yield reader
    finally:
        writer.close()


async def status_of(reader: asyncio.StreamReader) -> int:
    line = await asyncio.wait_for(reader.readline(), 10)
    return int(line.split()[1])


@pytest.mark.parametrize("path", PATHS)
async def test_body_that_does_not_come_ends_the_request(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(arriving, "BODY_SECONDS", 0.5)
    async with open_house(sqlite_url, tmp_path) as house, stalled(house, path) as reader:
        assert await status_of(reader) == 408


@pytest.mark.parametrize("path", PATHS)
async def test_address_has_few_unfinished_requests(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(seats, "BODIES_PER_ADDRESS", 3)
    async with open_house(sqlite_url, tmp_path) as house, AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(stalled(house, path))
        await asyncio.sleep(0.2)
        async with stalled(house, path) as reader:
            assert await status_of(reader) == 429
        assert (await house.call("GET", "/login")).status == 200
        await stack.aclose()
        await asyncio.sleep(0.2)  # what was given up is free again
        await house.text("+447700900456", "Others go on")
