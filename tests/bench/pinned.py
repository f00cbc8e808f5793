"""A server as a process of its own, pinned to one core, with the CPU seconds that it has used. Linux only."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
START_LIMIT_SECONDS = 60
_TICKS = os.sysconf("SC_CLK_TCK")


class Pinned:
    """One running server."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self._process = process
        self.port = port
        self.log = log

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def cpu_seconds(self) -> float:
        """User and system time of all its threads, in steps of a clock tick (10 ms)."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    @property
    def resident_bytes(self) -> int:
        """Memory that it holds."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def free_port() -> int:
    """A port that nobody has now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def pin_client() -> None:
    """The bench itself stays off the server's core."""
    os.sched_setaffinity(0, {CLIENT_CORE})


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """This thread, and the threads and processes that it begins, run on one core until the block ends."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def serving(
    module: str,
    *arguments: str,
    port: int,
    log: Path,
    ready: str = "/readyz",
    environment: dict[str, str] | None = None,
) -> Iterator[Pinned]:
    """Run `python -m module arguments` on the server's core until the block ends."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdout=output,
            stderr=output,
            env=inherited | (environment or {}),
        )
    os.sched_setaffinity(process.pid, {SERVER_CORE})  # before it has begun any thread
    try:
        server = Pinned(process, port, log)
        _await(server, process, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: Pinned, process: subprocess.Popen[bytes], ready: str) -> None:
    limit = time.monotonic() + START_LIMIT_SECONDS
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        connection = HTTPConnection("127.0.0.1", server.port, timeout=2)
        with contextlib.suppress(OSError):
            connection.request("GET", ready)
            if connection.getresponse().status == 200:
                return
        connection.close()
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{server.log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
