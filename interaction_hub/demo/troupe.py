"""The parent's side of the process of simulated people: starts it, restarts it on the same ports, asks it things.

The child ends by itself when its stdin ends, so that it cannot outlive a parent who was killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from interaction_hub.errors import StartRefused

START_SECONDS = 20.0
END_SECONDS = 3.0
RESTART_SECONDS = 1.0
HISTORY_SECONDS = 25.0
REQUEST_LIMIT = aiohttp.ClientTimeout(total=40)


class Away(Exception):
    """The people do not answer: they are being started again."""


class Troupe:
    """`start`, then `go` when the hub serves, and `enter`; `keep` runs until cancelled; `stop` at the end."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._cast: dict[str, Any] | None = None
        self._process: Process | None = None
        self._http: aiohttp.ClientSession | None = None
        self.carrier = ""
        self.control = ""

    @property
    def pid(self) -> int:
        """The child's process id, 0 if there is none."""
        return self._process.pid if self._process is not None else 0

    @property
    def pace(self) -> str:
        """The pace that was chosen last."""
        return str(self._config["pace"])

    async def start(self) -> None:
        """Start the process and learn its addresses. Raises `StartRefused`."""
        self._http = self._http or aiohttp.ClientSession(timeout=REQUEST_LIMIT, trust_env=False)
        # A session of its own: Ctrl-C in the terminal reaches us alone, and we stop in order.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "interaction_hub.demo.people", stdin=PIPE, stdout=PIPE, start_new_session=True
        )
        await self._say(self._config)
        told = await self._told(START_SECONDS)
        if not told:
            raise StartRefused("the simulated people did not start; what they said stands above")
        self.carrier, self.control = told["carrier"], told["control"]
        # After a restart they must be found where they were: the hub has the carrier's address in its settings.
        self._config |= {"carrier_port": urlsplit(self.carrier).port, "control_port": urlsplit(self.control).port}

    async def go(self, cast: dict[str, Any]) -> None:
        """Tell where the hub is, and wait until the earlier history has been played."""
        self._cast = cast
        await self._say(cast)
        await self._told(HISTORY_SECONDS)

    async def enter(self) -> None:
        """Everybody has a log-in now: agents and customers begin."""
        await self._say({"enter": True})

    async def keep(self) -> None:
        """Start the people again whenever their process has died."""
        while True:
            process = self._process
            assert process is not None
            code = await process.wait()
            print(f"demo: the simulated people ended (code {code}); starting them again", file=sys.stderr)  # noqa: T201
            await asyncio.sleep(RESTART_SECONDS)
            with contextlib.suppress(StartRefused, OSError):
                await self.start()
                if self._cast is not None:
                    await self.go(self._cast | {"history": False})
                    await self.enter()

    async def stop(self) -> None:
        """End the child by ending its stdin; kill it if that takes too long."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                await asyncio.wait_for(process.wait(), END_SECONDS)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._http is not None:
            await self._http.close()

    async def _say(self, words: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError):
            self._process.stdin.write(json.dumps(words).encode() + b"\n")
            await self._process.stdin.drain()

    async def _told(self, seconds: float) -> dict[str, Any]:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
            found: dict[str, Any] = json.loads(line) if line else {}
        except TimeoutError:
            return {}
        return found

    # ---- asking ------------------------------------------------------------------------------------------------
    async def set_pace(self, pace: str) -> str:
        """Choose the pace, also for the time after a restart. Raises `Away`."""
        found = await self._ask("POST", f"{self.control}/people/pace", {"pace": pace})
        self._config["pace"] = found["pace"]
        return str(found["pace"])

    async def burst(self, count: int) -> int:
        """So many customers write within some seconds. Raises `Away`."""
        return int((await self._ask("POST", f"{self.control}/people/burst", {"count": count}))["count"])

    async def text(self, sender: str, recipient: str, body: str) -> tuple[str, bool]:
        """Write as a customer: (id at the carrier, whether the hub has taken it). Raises `Away`."""
        given = {"from": sender, "to": recipient, "body": body}
        found = await self._ask("POST", f"{self.carrier}/simulated/texts", given)
        return str(found["sid"]), found["webhook_status"] // 100 == 2

    async def thread(self, number: str, after: int, wait: int) -> dict[str, Any]:
        """What is new on a customer's telephone after a position; waits for it up to `wait` seconds. Raises `Away`."""
        query = {"number": number, "after": str(after), "wait": str(wait)}
        return await self._ask("GET", f"{self.carrier}/simulated/thread", query=query)

    async def _ask(
        self, method: str, url: str, body: dict[str, Any] | None = None, query: dict[str, str] | None = None
    ) -> dict[str, Any]:
        assert self._http is not None
        try:
            async with self._http.request(method, url, json=body, params=query) as answer:
                if answer.status != 200:
                    raise Away(f"the simulated people answered {answer.status}: {await answer.text()}")
                found: dict[str, Any] = await answer.json()
                return found
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise Away("The simulated people are being started again. Try in a moment.") from None
