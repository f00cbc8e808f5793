"""Simulated visitors of the web chat: they speak to the hub over its own socket, as a browser does (docs/webchat.md).

Most wait for an answer, a few leave the line, most rate the conversation at its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from random import Random
from typing import Any

import aiohttp
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from interaction_hub.demo.company import ITEMS, PACES, Person, somebody
from interaction_hub.demo.conversations import Script, choose

SECONDS_BETWEEN = {"calm": 25.0, "busy": 5.0}
PATIENCE_SECONDS = 180.0
MOST_OPEN = 25
LETTERS_A_SECOND = 12.0
PAGES = ("/", "/tables/oak", "/chairs/fjord", "/orders", "/delivery", "/returns")


class Gone(Exception):
    """The conversation is over, or the hub is away."""


class Visitors:
    """All simulated visitors of one site. `run` makes them come at the pace that is set."""

    def __init__(self, http: aiohttp.ClientSession, hub: str, site: str, seed: str, *, speed: float = 1.0) -> None:
        self._http, self._hub, self._site, self._seed, self._speed = http, hub, site, seed, speed
        self._rng = Random(f"{seed}:visitors")
        self._open: set[asyncio.Task[None]] = set()
        self._came = 0
        self._changed = asyncio.Event()
        self.pace = "stopped"

    @property
    def open(self) -> int:
        """Chats under way."""
        return len(self._open)

    def set_pace(self, pace: str) -> None:
        """How fast visitors come from now on. Raises ValueError for a pace that there is not."""
        if pace not in PACES:
            raise ValueError(f"pace: must be one of {', '.join(PACES)}")
        self.pace = pace
        self._changed.set()

    async def run(self) -> None:
        """Let visitors come until cancelled; their chats end with it."""
        try:
            while True:
                self._changed.clear()
                between = SECONDS_BETWEEN.get(self.pace)
                delay = None if between is None else self._rng.uniform(0.5, 1.5) * between / self._speed
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), delay)
                    continue
                if self.open < MOST_OPEN:
                    self.arrive()
        finally:
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    def arrive(self) -> None:
        """One visitor comes."""
        self._came += 1
        rng = Random(f"{self._seed}:visitor:{self._came}")
        visit = self._visit(somebody(self._came, rng), rng, leaves=self._came % 13 == 5)
        task = asyncio.create_task(visit, name=f"visitor {self._came}")
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _visit(self, person: Person, rng: Random, *, leaves: bool) -> None:
        with contextlib.suppress(Gone, OSError, aiohttp.ClientError, ConnectionClosed, InvalidHandshake, TimeoutError):
            # No cookies of others, and a connection of his own.
            async with self._http.post(f"{self._hub}/api/v1/chat/{self._site}/sessions", json={}) as answer:
                answer.raise_for_status()
                token = (await answer.json())["token"]
            address = self._hub.replace("http", "ws", 1) + "/ws/chat"
            connecting = websockets.connect(address, origin=self._hub, proxy=None, open_timeout=10)  # type: ignore[arg-type]
            async with connecting as ws:
                page = Page(ws, f"https://www.example.com{rng.choice(PAGES)}", person.name, self._speed)
                await page.hello(token)
                await self._talk(page, choose(person.language, rng, again=False), person, rng, leaves=leaves)

    async def _talk(self, page: Page, script: Script, person: Person, rng: Random, *, leaves: bool) -> None:
        order = str(rng.randint(40100, 40999))
        for place, (line, answer) in enumerate(script.turns):
            text = line.format(name=person.name, order=order, item=rng.choice(ITEMS[person.language]))
            await page.write(text)
            if leaves and place == 0:
                with contextlib.suppress(TimeoutError):
                    await page.answered(rng.uniform(8, 25) / self._speed)
                    continue
                await page.send("end", id=str(uuid.uuid4()))
                return
            if answer:
                await page.answered(PATIENCE_SECONDS / self._speed)
                await asyncio.sleep(rng.uniform(1.5, 5) / self._speed)
        await page.over(PATIENCE_SECONDS / self._speed)
        if rng.random() < 0.7:
            await page.send("rate", id=str(uuid.uuid4()), score=rng.choice((3, 4, 4, 5, 5, 5)), text="")
            await asyncio.sleep(1)


class Page:
    """A visitor's page without a screen: what it shows, and what he types."""

    def __init__(self, ws: ClientConnection, address: str, name: str, speed: float) -> None:
        self._ws, self._address, self._name, self._speed = ws, address, name, speed
        self._answers: set[str] = set()
        self._state = "none"

    async def hello(self, token: str) -> None:
        """Prove who it is and take the first frame."""
        await self.send("hello", token=token, seq=None)
        await self._next()

    async def write(self, text: str) -> None:
        """Type it, and send it."""
        await self.send("typing", on=True)
        await asyncio.sleep(min(len(text) / LETTERS_A_SECOND, 6) / self._speed)
        await self.send("message", id=str(uuid.uuid4()), text=text, name=self._name, page=self._address)

    async def answered(self, seconds: float) -> None:
        """Wait for new words of an agent, and read them. Raises `Gone` when the chat has ended, or `TimeoutError`."""
        before = set(self._answers)
        async with asyncio.timeout(seconds):
            while self._answers == before:
                if self._state == "ended":
                    raise Gone
                await self._next()
        await self.send("ack", state="read", messages=sorted(self._answers - before))

    async def over(self, seconds: float) -> None:
        """Wait until the agent has ended the chat."""
        async with asyncio.timeout(seconds):
            while self._state != "ended":
                await self._next()

    async def send(self, op: str, **fields: Any) -> None:
        """One frame."""
        await self._ws.send(json.dumps({"op": op, **fields}))

    async def _next(self) -> None:
        frame = json.loads(await self._ws.recv())
        match frame["type"]:
            case "snapshot":
                self._state = frame["state"]["conversation"]["state"]
            case "delta":
                for change in frame["changes"]:
                    self._take(change["kind"], change["value"])
            case "ping":
                await self.send("pong")
            case "bye":
                raise Gone

    def _take(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "conversation":
            self._state = value["state"]
        elif value["from"] == "agent" and value["kind"] == "message":
            self._answers.add(value["id"])
