"""Frames come whole and in order by whichever way they are written; who does not read is cut, and nobody else."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import websockets

from tests.fakes.house import House, open_house

SMALL, LARGE = 10, 60_000


async def tell(house: House, number: int, length: int) -> None:
    """A sign for all consoles of the supervisor."""
    frame = {"type": "signal", "kind": "settings", "key": str(number), "value": "x" * length}
    house.hub.signals.publish(f"user:{house.users['rk']}", frame)


async def test_small_and_large_frames_keep_their_order(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house, house.console("rk", stream="supervisor") as rk:
        for number in range(60):  # all at once, so that some find the pipe empty and some do not
            await tell(house, number, (SMALL, SMALL, LARGE)[number % 3] if number < 30 else SMALL)
        await tell(house, 60, SMALL)
        await rk.until(lambda: rk.frames[-1].get("key") == "60")
        told = [frame["key"] for frame in rk.frames if frame["type"] == "signal"]
        assert told == [str(number) for number in range(61)]


async def test_who_does_not_read_is_cut_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with open_house(sqlite_url, tmp_path) as house, house.console("rk", stream="supervisor") as rk:
        headers = {"Authorization": f"Bearer {await house.sign_in('rk')}"}
        address = house.url.replace("http", "ws") + "/ws/supervisor"
        async with websockets.connect(address, additional_headers=headers, origin=house.url, max_size=None) as idle:  # type: ignore[arg-type]
            await idle.send('{"op":"hello","seq":null}')
            await idle.recv()
            for number in range(300):
                await tell(house, number, LARGE)
                await rk.until(lambda number=number: rk.frames[-1].get("key") == str(number))  # type: ignore[misc]
            async with asyncio.timeout(20):
                last = [json.loads(text) async for text in _rest(idle)][-1]
        assert last == {"type": "bye", "code": "slow"}
        await tell(house, 300, SMALL)
        await rk.until(lambda: rk.frames[-1].get("key") == "300")


async def _rest(ws: websockets.ClientConnection):  # type: ignore[no-untyped-def]
    try:
        while True:
            yield await ws.recv()
    except websockets.ConnectionClosed:
        return
