"""The hub as a process of its own, and every line that it writes to standard output and error."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.fakes.hub_toml import write_config
from tests.fakes.servers import free_port

START_SECONDS = 60


@dataclass
class Process:
    """Where it is reached, and what it has said so far."""

    url: str
    http: aiohttp.ClientSession
    lines: list[bytes] = field(default_factory=list)

    @property
    def said(self) -> str:
        return b"".join(self.lines).decode("utf-8", "replace")


@asynccontextmanager
async def hub_process(folder: Path, form: str = "text", *, channel: str = "", **env: str) -> AsyncIterator[Process]:
    """Started with these variables beside its hub.toml; at the end it is told to stop, and has said all."""
    port = free_port()
    config = write_config(folder, port, f"sqlite:///{folder / 'hub.db'}", channel)
    settings = {"HUB_CONFIG": str(config), "HUB_LOG__FORMAT": form, "HUB_LOG__LEVEL": "info", **env}
    command = [sys.executable, "-m", "tests.fakes.hub_process"]
    running = await asyncio.create_subprocess_exec(*command, env={**os.environ, **settings}, stdout=PIPE, stderr=STDOUT)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        process = Process(f"http://127.0.0.1:{port}", http)
        listening = asyncio.create_task(_listen(running, process))
        try:
            await asyncio.wait_for(_ready(process, running), START_SECONDS)
            yield process
        finally:
            if running.returncode is None:
                running.terminate()
            await asyncio.wait_for(listening, 30)
            await running.wait()


async def _listen(running: asyncio.subprocess.Process, process: Process) -> None:
    assert running.stdout is not None
    while line := await running.stdout.readline():
        process.lines.append(line)


async def _ready(process: Process, running: asyncio.subprocess.Process) -> None:
    while True:
        assert running.returncode is None, process.said
        try:
            async with process.http.get(f"{process.url}/readyz") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.1)
