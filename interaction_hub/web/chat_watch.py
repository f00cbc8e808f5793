"""One connected visitor: what his pages know, and the pump that brings them up to date. It reads; it writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog

from channels.messages import Visitor
from interaction_hub.clock import milliseconds
from interaction_hub.services import chat
from interaction_hub.services.chat import Visit
from interaction_hub.services.hub import Hub
from interaction_hub.web import chat_waits
from interaction_hub.web.sockets import Socket, delta_frame, encode

log = structlog.get_logger("chat")


class Watch:
    """A visitor at this node, over all his open pages."""

    def __init__(self, hub: Hub, visitor: Visitor, taken: Callable[[Watch], None]) -> None:
        """`taken` is called when another agent has his contact."""
        self._hub, self._taken = hub, taken
        self.value, self.site, self.verified = visitor.value, visitor.site, visitor.verified
        self.sockets: set[Any] = set()
        self.page = ""
        """Where he is now: kept as long as his page is open, and nowhere else."""
        self._shown: Visit | None = None
        self._dirty = False
        self._pump: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        self._deaf: Callable[[], None] = _nothing
        self._heard = ""

    @property
    def identity(self) -> str:
        """The visitor's identity, "" before his first message."""
        return self._shown.identity if self._shown is not None else ""

    @property
    def customer(self) -> str:
        """The customer he is, "" before his first message."""
        return self._shown.customer if self._shown is not None else ""

    @property
    def contact(self) -> str:
        """His newest contact."""
        return self._shown.contact if self._shown is not None else ""

    @property
    def agent(self) -> str:
        """Who has that contact."""
        return self._shown.agent if self._shown is not None else ""

    @property
    def queue(self) -> str:
        """Where he waits, or waited."""
        return self._shown.queue if self._shown is not None else ""

    @property
    def waiting(self) -> bool:
        """Whether he waits now."""
        return self._shown is not None and self._shown.waiting

    def touch(self) -> None:
        """Something happened that may concern him."""
        self._dirty = True
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._bring_up_to_date(), name="chat-pump")

    async def settled(self) -> None:
        """Wait until his pages were told all that is known now."""
        if self._pump is not None:
            await asyncio.gather(self._pump, return_exceptions=True)

    def close(self) -> None:
        """His last page is gone."""
        self._deaf()
        if self._pump is not None:
            self._pump.cancel()

    async def greet(self, socket: Socket, seq: int | None) -> None:
        """Bring one page to the present: nothing was missed since `seq`, or it gets the whole."""
        async with self._reading:
            socket.hold()
            position = self._hub.feed.position
            missed = self._hub.feed.since(seq) if seq is not None and socket.seq is None else None
            self._shown = shown = await self._read()
            self._listen()
            at = milliseconds(self._hub.clock.now()) or 0
            mine = {shown.customer, shown.contact} - {""}
            if seq is not None and missed is not None and not any(_concerns(event.body, mine) for event in missed):
                place = self._conversation(shown)
                socket.begin(position, delta_frame("chat", position, seq, at, encode([place])))
                return
            state = {"conversation": self._conversation(shown)["value"], "messages": shown.lines, "more": shown.more}
            snapshot = {"type": "snapshot", "stream": "chat", "seq": position, "at": at, "state": state}
            socket.begin(position, encode(snapshot))

    async def _bring_up_to_date(self) -> None:
        while self._dirty:
            self._dirty = False
            try:
                async with self._reading:
                    await self._send_changes()
            except Exception:
                log.exception("chat_pump_failed")
                for socket in list(self.sockets):
                    socket.close("stopping")

    async def _send_changes(self) -> None:
        # Taken before the read: what is read is at least as new, and puts may be repeated.
        position = self._hub.feed.position
        before, self._shown = self._shown, await self._read()
        self._listen()
        known = {line["id"]: line for line in before.lines} if before is not None else {}
        changes = [
            {"op": "put", "kind": "line", "id": line["id"], "value": line}
            for line in self._shown.lines
            if known.get(line["id"]) != line
        ]
        if before is None or before.conversation != self._shown.conversation:
            changes.append(self._conversation(self._shown))
        if self.agent and (before is None or before.agent != self.agent):
            self._taken(self)
        if changes:
            encoded, at = encode(changes), milliseconds(self._hub.clock.now()) or 0
            for socket in list(self.sockets):
                _send(socket, position, at, encoded)

    def _conversation(self, shown: Visit) -> dict[str, Any]:
        value = chat_waits.told(self._hub, shown.conversation, shown.queue)
        return {"op": "put", "kind": "conversation", "id": "", "value": value}

    async def _read(self) -> Visit:
        site = self._hub.rules.current.sites[self.site]
        return await self._hub.reads.run(
            chat.visit,
            self.value,
            verified=self.verified,
            site=site,
            book=self._hub.rules.current,
            now=self._hub.clock.now(),
        )

    def _listen(self) -> None:
        """Follow the signs of the conversation that is going on now."""
        if self.contact != self._heard:
            self._deaf()
            self._heard = self.contact
            self._deaf = self._hub.signals.listen(f"contact:{self.contact}", self._hear) if self.contact else _nothing

    def _hear(self, frame: dict[str, Any]) -> None:
        if frame.get("kind") == "typing" and frame.get("by") != "customer":
            name = (self._shown.conversation["agent"] or {}).get("name", "") if self._shown is not None else ""
            said = encode({"type": "signal", "kind": "typing", "on": frame["on"], "name": name})
            for socket in list(self.sockets):
                socket.send(said)


def _concerns(body: Any, mine: set[str]) -> bool:
    return getattr(body, "customer", "") in mine or getattr(body, "contact", "") in mine


def _send(socket: Socket, position: int, at: int, changes: bytes) -> None:
    if socket.seq is not None and position <= socket.seq:
        # What changed has no place of its own (the line of others), or was read ahead of its event.
        socket.send(delta_frame("chat", socket.seq, socket.seq, at, changes))
    else:
        socket.delta(position, at, changes)


def _nothing() -> None:
    """There is nothing to stop."""
