"""Reading the event log: from a position in SQL, and as a feed that follows the commits of this node and of others."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

import sqlalchemy as sa
import structlog

from interaction_hub.domain.events import Sealed, decode
from interaction_hub.storage import tables
from interaction_hub.storage.reads import Reads

RING = 10_000
"""Sealed events kept in memory for clients that resume (decisions 21)."""
POLL_SECONDS = 0.25
SLICE = 2_000

log = structlog.get_logger("feed")
_event = tables.event.c
_AFTER = (
    sa.select(_event.position, _event.at_us, _event.actor, _event.correlation, _event.payload)
    .where(_event.position > sa.bindparam("after"))
    .order_by(_event.position)
    .limit(sa.bindparam("most"))
)
_HEAD = sa.select(tables.head.c.position, tables.head.c.at_us, tables.head.c.hash)


def events_after(connection: sa.Connection, after: int, most: int = SLICE) -> list[Sealed]:
    """Up to `most` events that follow the position, in order."""
    rows = connection.execute(_AFTER, {"after": after, "most": most})
    return [Sealed(row.position, row.at_us, row.actor, row.correlation, decode(bytes(row.payload))) for row in rows]


def head(connection: sa.Connection) -> tuple[int, int, bytes]:
    """Position, time (µs) and hash of the last event."""
    row = connection.execute(_HEAD).one()
    return row.position, row.at_us, bytes(row.hash)


class Feed:
    """Hands every event to every subscriber once and in order, whichever node committed it.

    Commits of this process are pushed by the ledger; gaps are read from SQL. On several nodes a poll finds the rest.
    """

    def __init__(self, reads: Reads, *, poll: bool) -> None:
        self._reads = reads
        self._poll = poll
        self._subscribers: list[Callable[[Sequence[Sealed]], None]] = []
        self._filling: asyncio.Task[None] | None = None
        self._polling: asyncio.Task[None] | None = None
        self._poke = asyncio.Event()
        self._wanted = 0
        self.position = 0
        self.ring: deque[Sealed] = deque(maxlen=RING)

    def subscribe(self, callback: Callable[[Sequence[Sealed]], None]) -> None:
        """Call it in the event loop with each run of new events. It must not block."""
        self._subscribers.append(callback)

    async def start(self) -> None:
        """Begin at the head of the log, with the ring filled from SQL."""
        self.position, _, _ = await self._reads.run(head)
        after = max(0, self.position - RING)
        while after < self.position:
            found = await self._reads.run(events_after, after)
            self.ring.extend(found)
            after = found[-1].position
        if self._poll:
            self._polling = asyncio.create_task(self._poll_forever(), name="feed-poll")

    async def stop(self) -> None:
        """End the poll and a running catch-up."""
        for task in (self._polling, self._filling):
            if task is not None and not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def push(self, sealed: Sequence[Sealed]) -> None:
        """Take the events of one commit. If some before it are missing, they are read first."""
        fresh = [event for event in sealed if event.position > self.position]
        if not fresh:
            return
        self._wanted = max(self._wanted, fresh[-1].position)
        if self._filling is not None and not self._filling.done():
            return  # it reads on until `_wanted`
        if fresh[0].position == self.position + 1:
            self._hand_over(fresh)
        else:
            self._filling = asyncio.create_task(self._fill(), name="feed-fill")

    def since(self, position: int) -> list[Sealed] | None:
        """The events after the position, or None if the ring no longer reaches back that far."""
        if position > self.position:
            return None
        if position == self.position:
            return []
        if not self.ring or self.ring[0].position > position + 1:
            return None
        # The log has no gaps: what is wanted are the last so many. A deque is quick to reach at its ends only.
        return list(islice(reversed(self.ring), self.position - position))[::-1]

    def _hand_over(self, events: Sequence[Sealed]) -> None:
        self.position = events[-1].position
        self.ring.extend(events)
        for subscriber in self._subscribers:
            try:
                subscriber(events)
            except Exception:
                log.exception("subscriber_failed", position=self.position)

    def _take(self, found: Sequence[Sealed]) -> None:
        """Hand over what was read, but for what came by another way meanwhile."""
        fresh = [event for event in found if event.position > self.position]
        if fresh and fresh[0].position == self.position + 1:
            self._hand_over(fresh)

    async def _fill(self) -> None:
        while self.position < self._wanted:
            if not await self._read_on("fill_failed"):
                await asyncio.sleep(POLL_SECONDS)

    def poke(self) -> None:
        """Another node says that the log has grown: look at once."""
        self._poke.set()

    async def _poll_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._poke.wait(), POLL_SECONDS)
            self._poke.clear()
            if self._filling is None or self._filling.done():
                await self._read_on("poll_failed")

    async def _read_on(self, failure: str) -> bool:
        """Read once; gives whether it led further."""
        before = self.position
        try:
            found = await self._reads.run(events_after, self.position)
        except Exception:
            log.exception(failure, position=self.position)
            return False
        self._take(found)
        return self.position > before
