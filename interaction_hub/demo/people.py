"""The process of simulated people: the carrier, customers and agents. Run by the demo, ended by the end of its stdin.

Reads JSON lines: who and where the carrier is, where the hub is, and that everybody may enter. Writes one line of
addresses, one when the earlier history has been played. `/people`, `/people/pace` and `/people/burst` steer it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import signal
import sys
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from aiohttp import web

from interaction_hub.demo.agents import Agent, Room
from interaction_hub.demo.carrier import DEMO_SPEC, Carrier
from interaction_hub.demo.carrier_control import expect_local
from interaction_hub.demo.carrier_turns import Turn
from interaction_hub.demo.company import ACCOUNT, FOLDER_PREFIX
from interaction_hub.demo.console import Console
from interaction_hub.demo.customers import Crowd
from interaction_hub.demo.history import play_history
from interaction_hub.demo.visitors import Visitors

KEPT_MESSAGES = 4000
TIDY_SECONDS = 60.0
HISTORY_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Cast:
    """Where the hub is and who works there. `numbers` are ours by queue."""

    hub: str
    password: str
    agents: tuple[str, ...]
    newcomer: str
    newcomer_name: str
    numbers: dict[str, str]
    history: bool
    site: str = ""


class People:
    """All that lives in this process. Built from the first line, brought to life by the second."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self.carrier = Carrier(DEMO_SPEC, config["account_sid"], config["auth_token"], account=ACCOUNT)
        self.carrier.default_turn = Turn(delay=0.3)
        self.room = Room(speed=config.get("speed", 1.0))
        self.crowd: Crowd | None = None
        self.visitors: Visitors | None = None
        self._pace = config["pace"]

    async def live(self, cast: Cast, enter: Awaitable[object]) -> None:
        """Play the history, wait to be let in, then work until cancelled."""
        self.carrier.webhook_base, self.carrier.numbers = cast.hub, tuple(cast.numbers.values())
        seed, speed = str(self._config["seed"]), self.room.speed
        self.room.newcomer = cast.newcomer_name
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60), trust_env=False) as http:
            if cast.history:
                await self._history(http, cast)
            _tell({"history": "played"})
            await enter
            self.crowd = Crowd(self.carrier, cast.numbers, seed, speed=speed)
            self.crowd.set_pace(self._pace)
            if cast.site:
                self.visitors = Visitors(http, cast.hub, cast.site, seed, speed=speed)
                self.visitors.set_pace(self._pace)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tidy(), name="tidy")
                group.create_task(self.crowd.run(), name="crowd")
                if self.visitors is not None:
                    group.create_task(self.visitors.run(), name="visitors")
                for login in cast.agents:
                    console = Console(http, cast.hub, login, cast.password)
                    agent = Agent(login, console, self.room, Random(f"{seed}:{login}"))
                    group.create_task(agent.run(), name=login)

    async def _history(self, http: aiohttp.ClientSession, cast: Cast) -> None:
        try:
            async with asyncio.timeout(HISTORY_SECONDS):
                await play_history(self.carrier, Console(http, cast.hub, cast.newcomer, cast.password), cast.numbers)
        except TimeoutError:
            print("demo: the sample customers have less of a past than planned", file=sys.stderr)  # noqa: T201

    async def _tidy(self) -> None:
        """A carrier keeps its books for ever; a demo that runs for weeks must not."""
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            del self.carrier.messages[:-KEPT_MESSAGES]
            self.carrier.api.requests.clear()

    # ---- control -----------------------------------------------------------------------------------------------
    def state(self) -> dict[str, Any]:
        """What the play page shows of it."""
        crowd = self.crowd
        return {
            "pace": crowd.pace if crowd else self._pace,
            "open": (crowd.open if crowd else 0) + (self.visitors.open if self.visitors else 0),
            "handled": self.room.handled,
        }

    def routes(self) -> list[web.RouteDef]:
        """The small control application."""

        async def show(request: web.Request) -> web.Response:
            expect_local(request)
            return web.json_response(self.state())

        async def pace(request: web.Request) -> web.Response:
            given = await _body(request)
            try:
                self.set_pace(str(given.get("pace")))
            except ValueError as error:
                raise web.HTTPBadRequest(text=str(error)) from None
            return web.json_response(self.state())

        async def burst(request: web.Request) -> web.Response:
            count = (await _body(request)).get("count")
            if not isinstance(count, int) or self.crowd is None:
                raise web.HTTPBadRequest(text="count: must be a whole number, and the people must be here")
            return web.json_response({"count": self.crowd.burst(count)})

        return [web.get("/people", show), web.post("/people/pace", pace), web.post("/people/burst", burst)]

    def set_pace(self, pace: str) -> None:
        """Change the pace; who is here finishes what he does. Raises ValueError."""
        if self.crowd is not None:
            self.crowd.set_pace(pace)
        if self.visitors is not None:
            self.visitors.set_pace(pace)
        self._pace = pace
        self.room.breaks = pace != "stopped"


async def _body(request: web.Request) -> dict[str, Any]:
    expect_local(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="application/json, please")
    found = await request.json()
    return found if isinstance(found, dict) else {}


def _tell(words: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


async def main() -> None:
    """Live as long as stdin does."""
    lines = await _stdin()
    first = await lines.readline()
    if not first:
        return
    config = json.loads(first)
    people = People(config)
    await people.carrier.start(config.get("carrier_port", 0))
    app = web.Application()
    app.add_routes(people.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", config.get("control_port", 0)).start()
    _tell({"carrier": people.carrier.base_url, "control": f"http://127.0.0.1:{runner.addresses[0][1]}"})
    living: asyncio.Task[None] | None = None
    try:
        if second := await lines.readline():
            given = json.loads(second)
            enter = asyncio.create_task(lines.readline(), name="enter")
            cast = Cast(**given | {"agents": tuple(given["agents"])})
            living = asyncio.create_task(people.live(cast, enter), name="people")
            ended = asyncio.create_task(_end_of(lines, enter), name="stdin")
            await asyncio.wait((living, ended), return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            if living.done():
                living.result()
            else:
                _throw_away(Path(config["folder"]))
    finally:
        if living is not None:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
        await people.carrier.close()
        await runner.cleanup()


async def _end_of(lines: asyncio.StreamReader, last_line: asyncio.Task[bytes]) -> None:
    await asyncio.wait((last_line,))
    await lines.read()


def _throw_away(folder: Path) -> None:
    """The parent does it himself, unless he was killed."""
    if folder.name.startswith(FOLDER_PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; its end is ours
    with contextlib.suppress(BrokenPipeError):
        asyncio.run(main())
