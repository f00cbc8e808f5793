"""A visitor of the web chat without a screen: asks for sessions, speaks over `/ws/chat`, keeps what he is told.

Written from docs/webchat.md; it knows nothing else of the hub.
"""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import websockets

from tests.fakes.house import Answer, House

SITE = "shop"


@dataclass
class Visitor:
    """One browser: `session` is what the hub gave; `lines` and `conversation` are what its page shows."""

    house: House
    session: dict[str, Any]
    site: str = SITE
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversation: dict[str, Any] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    seq: int | None = None
    ws: Any = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def page(self, *, seq: int | None = None) -> AsyncIterator[Visitor]:
        """An open page; a second one later resumes from `seq` if it is given."""
        address = self.house.url.replace("http", "ws") + "/ws/chat"
        async with websockets.connect(address, origin=self.house.url) as ws:  # type: ignore[arg-type]
            self.ws, before = ws, len(self.frames)
            listener = asyncio.create_task(self._listen(ws))
            try:
                await self.send("hello", token=self.session["token"], seq=seq)
                await self.until(lambda: len(self.frames) > before)
                yield self
            finally:
                listener.cancel()
                await asyncio.gather(listener, return_exceptions=True)

    async def send(self, op: str, **fields: Any) -> None:
        """One frame."""
        await self.ws.send(json.dumps({"op": op, **fields}))

    async def write(self, text: str, message_id: str = "", **fields: Any) -> dict[str, Any]:
        """Write, and wait for the answer frame."""
        return await self.ask("message", message_id, text=text, **fields)

    async def ask(self, op: str, message_id: str = "", **fields: Any) -> dict[str, Any]:
        """A frame with an id, and its answer."""
        key, before = message_id or str(uuid.uuid4()), len(self.frames)
        await self.send(op, id=key, **fields)

        def answer() -> dict[str, Any] | None:
            return next((f for f in self.frames[before:] if f["type"] == "result" and f["id"] == key), None)

        return dict(await self.until(answer))

    async def until(self, condition: Callable[[], Any], seconds: float = 10) -> Any:
        """Wait for something to be true of what the page shows."""
        async with asyncio.timeout(seconds), self.changed:
            while not (found := condition()):
                await self.changed.wait()
            return found

    async def state(self, wanted: str, seconds: float = 10) -> dict[str, Any]:
        """Wait until the conversation is in this state."""
        await self.until(lambda: self.conversation.get("state") == wanted, seconds)
        return self.conversation

    @property
    def texts(self) -> list[str]:
        """The words that the page shows, in order."""
        lines = sorted(self.lines.values(), key=lambda line: (line["at"], line["seq"]))
        return [line["text"] for line in lines if line["kind"] == "message"]

    async def upload(self, content: bytes, content_type: str, name: str) -> Answer:
        """Give a file to the hub."""
        headers = {
            "Authorization": f"Bearer {self.session['token']}",
            "Content-Type": content_type,
            "X-File-Name": name,
        }
        return await self.house.call(
            "POST", f"/api/v1/chat/{self.site}/uploads", headers=headers, data=io.BytesIO(content)
        )

    async def file(self, file_id: str) -> Answer:
        """Look at a file of the conversation."""
        headers = {"Authorization": f"Bearer {self.session['token']}"}
        return await self.house.call("GET", f"/api/v1/chat/{self.site}/files/{file_id}", headers=headers)

    async def _listen(self, ws: Any) -> None:
        async for text in ws:
            frame = json.loads(text)
            self.frames.append(frame)
            if frame["type"] == "snapshot":
                self.seq, state = frame["seq"], frame["state"]
                self.conversation = state["conversation"]
                self.lines = {line["id"]: line for line in state["messages"]}
            elif frame["type"] == "delta":
                self.seq = frame["seq"]
                for change in frame["changes"]:
                    if change["kind"] == "line":
                        self.lines[change["id"]] = change["value"]
                    else:
                        self.conversation = change["value"]
            async with self.changed:
                self.changed.notify_all()


async def session(house: House, site: str = SITE, **given: str) -> Answer:
    """Ask to be admitted: as a stranger, with an earlier `credential`, or with an `identity`."""
    return await house.call("POST", f"/api/v1/chat/{site}/sessions", json=given)


async def come(house: House, site: str = SITE, **given: str) -> Visitor:
    """A visitor who was admitted."""
    answer = await session(house, site, **given)
    assert answer.status == 201, answer
    return Visitor(house, answer.data, site)
