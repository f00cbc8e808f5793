"""What the play page sees live (server-sent events): one customer's telephone, and the tail of the hub's event log."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from interaction_hub.clock import milliseconds
from interaction_hub.demo.troupe import Away, Troupe
from interaction_hub.domain.events import Sealed
from interaction_hub.services.hub import Hub
from interaction_hub.storage import agents

EVENTS_FIRST = 20
BEAT_SECONDS = 15.0
LOOK_SECONDS = 0.5
"""How soon a stopping hub is noticed."""
POLL_SECONDS = 20
MOST_WAITING = 1000
OPEN_AT_MOST = 50


@dataclass(slots=True, eq=False)
class Page:
    """One open page: whose telephone it shows, what is to be written to it, and when its messages were."""

    number: str
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    times: dict[str, int] = field(default_factory=dict)

    def put(self, frame: bytes) -> None:
        """Add to what is to be written; a page that does not read loses the oldest."""
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(frame)

    def message(self, message: dict[str, Any]) -> None:
        """Add a message. The carrier knows whole seconds alone: within one the order of arrival counts."""
        known = self.times.get(message["id"])
        if known is None:
            known = max(message["at"], max(self.times.values(), default=0) + 1)
            self.times[message["id"]] = known
        self.put(_frame("message", message | {"at": known}))


class Streams:
    """All open pages. Follows the log once, whatever their number."""

    def __init__(self, hub: Hub, troupe: Troupe) -> None:
        self._hub, self._troupe = hub, troupe
        self._open: set[Page] = set()
        self._names: dict[str, str] = {}
        self._sending: set[tuple[str, str]] = set()
        self._failed: deque[str] = deque(maxlen=100)
        hub.feed.subscribe(self._see)

    # ---- what is told ------------------------------------------------------------------------------------------
    def tell(self, kind: str, data: dict[str, Any]) -> None:
        """Something for all pages."""
        frame = _frame(kind, data)
        for page in self._open:
            page.put(frame)

    @contextlib.contextmanager
    def sending(self, number: str, recipient: str, body: str) -> Iterator[Callable[[str, bool], None]]:
        """While this is open a message counts as sent; call with its id and whether the hub has taken it."""

        def end(sid: str, taken: bool) -> None:
            self._sending.discard((number, body))
            if not taken:
                self._failed.append(sid)
            state, at = "delivered" if taken else "failed", milliseconds(self._hub.clock.now())
            told = {"id": sid, "direction": "out", "text": body, "at": at, "state": state, "other": recipient}
            for page in self._open:
                if page.number == number:
                    page.message(told)

        self._sending.add((number, body))
        try:
            yield end
        finally:
            self._sending.discard((number, body))

    def _see(self, sealed: Sequence[Sealed]) -> None:
        if self._open:
            for event in sealed:
                self.tell("event", self._line(event))

    def _line(self, event: Sealed) -> dict[str, Any]:
        return {
            "position": event.position,
            "kind": event.kind,
            "at": milliseconds(event.at),
            "subject": self._subject(event.body),
        }

    def _subject(self, body: Any) -> str:
        agent = self._names.get(getattr(body, "agent", ""), "")
        if agent:
            return f"→ {agent}"
        return str(getattr(body, "channel", "") or getattr(body, "state", "") or getattr(body, "queue", ""))

    # ---- one page ----------------------------------------------------------------------------------------------
    async def serve(self, request: web.Request, number: str) -> web.StreamResponse:
        """Answer until the page is gone."""
        if len(self._open) >= OPEN_AT_MOST:
            raise web.HTTPServiceUnavailable(text="Too many play pages are open.")
        rows = await self._hub.reads.run(agents.everyone)
        self._names = {row.id: row.name.split(" ")[0] for row in rows}
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        answer.headers["X-Content-Type-Options"] = "nosniff"
        await answer.prepare(request)
        page = Page(number)
        for event in list(self._hub.feed.ring)[-EVENTS_FIRST:]:
            page.put(_frame("event", self._line(event)))
        self._open.add(page)
        phone = asyncio.create_task(self._phone(page), name="play telephone")
        try:
            with contextlib.suppress(ConnectionError):  # the page was closed
                await self._write(answer, page.queue)
        finally:
            self._open.discard(page)
            phone.cancel()
            await asyncio.gather(phone, return_exceptions=True)
        return answer

    async def _write(self, answer: web.StreamResponse, queue: asyncio.Queue[bytes]) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while self._hub.ready:
            try:
                frame = await asyncio.wait_for(queue.get(), LOOK_SECONDS)
            except TimeoutError:
                if loop.time() - last < BEAT_SECONDS:
                    continue
                frame = b": beat\n\n"
            await answer.write(frame)
            last = loop.time()

    async def _phone(self, page: Page) -> None:
        """Follow the carrier's books for this number; its positions begin anew when the people were started again."""
        after = 0
        while True:
            try:
                found = await self._troupe.thread(page.number, after, POLL_SECONDS)
            except Away:
                after = 0
                await asyncio.sleep(1)
                continue
            for message in found["messages"]:
                page.message(self._message(message))
            after = int(found["position"]) if found["position"] >= after else 0

    def _message(self, message: dict[str, Any]) -> dict[str, Any]:
        """From the customer's point of view."""
        mine = message["from_customer"]
        state = "delivered"
        if mine and message["sid"] in self._failed:
            state = "failed"
        elif mine and (message["from"], message["body"]) in self._sending:
            state = "sent"
        return {
            "id": message["sid"],
            "direction": "out" if mine else "in",
            "text": message["body"],
            "at": int(datetime.fromisoformat(message["at"]).timestamp() * 1000),
            "state": state,
            "other": message["to"] if mine else message["from"],
        }


def _frame(kind: str, data: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
