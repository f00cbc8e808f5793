"""The demo as a person starts it: a process with its people's process beside it, looked at from outside alone."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp

START_SECONDS = 60.0
HEADERS = {"X-Requested-With": "play"}


class Demo:
    """One run. Its throw-away directory is made below `folder`, where a test can see it go."""

    def __init__(self, folder: Path, *, port: int = 0, pace: str = "stopped", database: str = "") -> None:
        self.folder = folder
        self.url = self.password = self.said = ""
        command = [sys.executable, "-m", "interaction_hub", "demo", "--port", str(port), "--pace", pace]
        self.errors = folder / f"errors-{time.monotonic_ns()}"
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command + (["--database", database] if database else []),
                stdout=subprocess.PIPE,
                stderr=errors,
                env=os.environ | {"TMPDIR": str(folder)},
                start_new_session=True,
            )

    def wait_until_ready(self) -> Demo:
        """Read what it says until it is complete."""
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)
        end = time.monotonic() + START_SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while "Ctrl-C" not in self.said:
                assert self.process.poll() is None, f"it ended: {self.said}{self.stderr}"
                assert time.monotonic() < end, f"not ready: {self.said}{self.stderr}"
                if selector.select(0.5):
                    self.said += (self.process.stdout.read() or b"").decode()
        found = re.search(r"(http://127\.0\.0\.1:\d+)/play\b", self.said)
        word = re.search(r"harbour-[0-9a-f]{8}", self.said)
        assert found is not None, self.said
        assert word is not None, self.said
        self.url, self.password = found[1], word[0]
        return self

    @property
    def stderr(self) -> str:
        return self.errors.read_text(encoding="utf-8")

    @property
    def children(self) -> list[int]:
        """Process ids of the parent's children."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid and fields[0] != "Z":
                found.append(int(stat.parent.name))
        return found

    @property
    def leftovers(self) -> list[Path]:
        return list(self.folder.glob("interaction-hub-demo-*"))

    def interrupt(self, seconds: float = 20) -> int:
        """Ctrl-C in the terminal: the whole process group gets it. Returns the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(seconds)

    def close(self) -> None:
        """Whatever happened: nothing of this run stays."""
        for child in self.children:
            kill(child)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    # ---- over the network ----------------------------------------------------------------------------------------
    async def sign_in(self, http: aiohttp.ClientSession, login: str) -> dict[str, str]:
        """The headers of a session."""
        given = {"login": login, "password": self.password}
        async with http.post(f"{self.url}/api/v1/sessions", json=given) as answer:
            assert answer.status == 201, await answer.text()
            return {"Authorization": f"Bearer {(await answer.json())['token']}"}

    async def get(self, http: aiohttp.ClientSession, path: str, headers: dict[str, str]) -> Any:
        async with http.get(self.url + path, headers=headers) as answer:
            assert answer.status == 200, (answer.status, await answer.text())
            return await answer.json()

    async def post(self, http: aiohttp.ClientSession, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        """What the play page's buttons do."""
        async with http.post(self.url + path, json=body, headers=HEADERS) as answer:
            return answer.status, json.loads(await answer.text())

    async def events(self, http: aiohttp.ClientSession, headers: dict[str, str]) -> list[dict[str, Any]]:
        """The whole log."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["position"] if found else 0
            page = await self.get(http, f"/api/v1/events?after={after}&limit=500", headers)
            found += page["items"]
            if page["next"] is None:
                return found


def kill(pid: int) -> None:
    """SIGKILL to a process that may be gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends within this time; a zombie has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False
