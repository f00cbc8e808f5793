"""Simulated agents for the benches: they accept at once, answer nothing, and file a contact when its customer says bye.

They speak the product's protocol over `websockets` and look at nothing but rows of contacts, so that the client's core
has room for the load.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import websockets

BYE = "bye"
SETTLE_SECONDS = 180.0


@dataclass(slots=True)
class Crew:
    """All agents of a bench, and when they were shown what: seconds of `time.perf_counter` by text and by sender."""

    offers: dict[str, float] = field(default_factory=dict)
    messages: dict[str, float] = field(default_factory=dict)
    accepted: int = 0
    finished: int = 0
    failed: list[Any] = field(default_factory=list)
    _numbers: Any = field(default_factory=itertools.count)
    _accepting: set[str] = field(default_factory=set)
    _filing: set[str] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, ws: Any) -> None:
        """One agent, until the line is closed."""
        await ws.send(self._command("presence.set", presence="available"))
        async for text in ws:
            shown = time.perf_counter()
            frame = msgspec.json.decode(text)
            if frame["type"] == "delta":
                for change in frame["changes"]:
                    if change["op"] == "put" and change["kind"] == "contact":
                        await self._contact(ws, change["value"], shown)
                    elif change["op"] == "put" and change["kind"] == "message":
                        self.messages.setdefault(change["value"]["text"], shown)
            elif frame["type"] == "result" and not frame["ok"]:
                self.failed.append(frame["error"])

    async def _contact(self, ws: Any, contact: Mapping[str, Any], shown: float) -> None:
        state, key = contact["state"], contact["id"]
        if state == "offered" and contact["offer"] and contact["offer"]["id"] not in self._accepting:
            self._accepting.add(contact["offer"]["id"])
            self.offers.setdefault(contact["address"], shown)
            self.accepted += 1
            await ws.send(self._command("offer.accept", offer=contact["offer"]["id"]))
        elif state == "active" and key not in self._filing and (contact["last"] or {}).get("text", "").endswith(BYE):
            self._filing.add(key)
            self.finished += 1
            self._changed.set()
            await ws.send(self._command("contact.finish", contact=key, disposition="solved"))

    async def done(self, contacts: int) -> None:
        """Wait until so many contacts are filed."""
        async with asyncio.timeout(SETTLE_SECONDS):
            while self.finished < contacts:
                self._changed.clear()
                await self._changed.wait()

    def _command(self, op: str, **args: Any) -> str:
        return msgspec.json.encode({"op": op, "id": f"b{next(self._numbers)}", "args": args}).decode()


@asynccontextmanager
async def crew_of(url: str, tokens: list[str]) -> AsyncIterator[Crew]:
    """Every agent at his console, available."""
    crew = Crew()
    opened: list[Any] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        for token in tokens:
            headers = {"Authorization": f"Bearer {token}"}
            ws = await websockets.connect(
                url.replace("http", "ws") + "/ws/agent",
                additional_headers=headers,
                origin=url,  # type: ignore[arg-type]
                max_size=None,
                compression=None,
            )
            opened.append(ws)
            await ws.send('{"op":"hello","seq":null}')
            await ws.recv()
            tasks.append(asyncio.create_task(crew.work(ws)))
        yield crew
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for ws in opened:
            await ws.close()
