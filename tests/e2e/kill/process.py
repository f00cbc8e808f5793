"""The hub as a process of its own: started, found ready, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.fakes.hub_toml import write_config

ROOT = Path(__file__).parents[3]
START_LIMIT_SECONDS = 60
QUIET_PORTS = range(20_000, 30_000)
"""Below the ports that the system gives to outgoing connections, so that nobody takes ours between two lives."""


def quiet_port() -> int:
    """A port that stays ours while the hub is down."""
    for port in QUIET_PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port + os.getpid() % 997))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise RuntimeError("no free port")


@dataclass
class HubProcess:
    """One hub on one database; each `start` is another life."""

    database_url: str
    folder: Path
    api_base: str
    lease: float = 1.0
    port: int = field(default_factory=quiet_port)
    process: asyncio.subprocess.Process | None = None
    lives: int = 0
    start_seconds: list[float] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What this life says."""
        return self.folder / f"life-{self.lives}.log"

    def configure(self) -> Path:
        """Write hub.toml."""
        channel = f'api_base = "{self.api_base}"\nmessages_per_second = 1000\ntimeout_seconds = 2'
        return write_config(self.folder, self.port, self.database_url, channel)

    async def start(self) -> None:
        """Begin a life and wait until it takes work."""
        began = time.monotonic()
        self.lives += 1
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("HUB_")},
            "HUB_CONFIG": str(self.configure()),
            "HOUSE_GRACE": "2",
            "HOUSE_REQUEUE": "3600",
            "HOUSE_LEASE": str(self.lease),
        }
        with self.log.open("wb") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.fakes.hub_process", env=environment, stdout=log, stderr=log, cwd=ROOT
            )
        async with asyncio.timeout(START_LIMIT_SECONDS), aiohttp.ClientSession() as http:
            while not await self._ready(http):
                if self.process.returncode is not None:
                    raise RuntimeError(f"the hub did not start: {self.log.read_text()[-3000:]}")
                await asyncio.sleep(0.02)
        self.start_seconds.append(time.monotonic() - began)

    async def _ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.url}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            await self.process.wait()
            self.process = None
