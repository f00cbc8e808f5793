"""The demo as a newcomer starts it: `python -m interaction_hub demo`, in a process of its own."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class Demo:
    """What it has said of itself, and its play page's endpoints."""

    url: str
    password: str
    http: aiohttp.ClientSession

    async def text(self, number: str, to: str, body: str) -> None:
        """Write as a customer, as the play page does."""
        await self._post("sms", {"from": number, "to": to, "body": body})

    async def burst(self, count: int) -> None:
        """So many customers write within some seconds."""
        await self._post("burst", {"count": count})

    async def pace(self, pace: str) -> None:
        await self._post("pace", {"pace": pace})

    async def _post(self, path: str, values: dict[str, object]) -> None:
        headers = {"X-Requested-With": "play"}
        async with self.http.post(f"{self.url}/play/{path}", json=values, headers=headers) as answer:
            assert answer.status < 300, (answer.status, await answer.text())


@asynccontextmanager
async def running_demo(pace: str = "stopped") -> AsyncIterator[Demo]:
    """Start it on a free port, wait until it has said where it is, and stop it as Ctrl-C does."""
    command = [sys.executable, "-m", "interaction_hub", "demo", "--port", "0", "--pace", pace]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=STDOUT)
    try:
        said = await asyncio.wait_for(_told(process), START_SECONDS)
        async with aiohttp.ClientSession() as http:
            yield Demo(said["url"], said["password"], http)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            try:
                await asyncio.wait_for(process.communicate(), STOP_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()


async def _told(process: asyncio.subprocess.Process) -> dict[str, str]:
    assert process.stdout is not None
    said = ""
    while line := await process.stdout.readline():
        said += line.decode()
        url = re.search(r"(http://\S+)/play$", said, re.M)
        password = re.search(r"Password of each\s+(\S+)", said)
        if url and password:
            return {"url": url[1], "password": password[1]}
    raise AssertionError(f"the demo ended before it was ready:\n{said}")
