"""Keeps the search index: follows the log, folds what came, writes it by small units behind everyone else.

Never more than one unit at a time; what comes within a quarter of a second goes together. It changes nothing else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog

from interaction_hub.domain import events
from interaction_hub.services import folding, search_terms
from interaction_hub.services.pairs import indexed
from interaction_hub.storage import customers, eventlog, search_index, touchpoints
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.search_index import Entry, Person, Slice
from interaction_hub.storage.unit import Lane, each

PROJECTION = f"search_{folding.VERSION}"
"""Texts that fold differently make a new index in place of the old, from the first event on."""
KINDS = ("message", "note", "survey")
COALESCE_SECONDS = 0.25
PAUSE_SECONDS = 0.01
"""Between the units of a catch-up, so that the intake comes first."""
RETRY_SECONDS = 1.0
MOST_EVENTS = 400
MOST_ROWS = 200
"""Touchpoints and customers of one unit: some milliseconds of the ledger's time."""

log = structlog.get_logger("search")


class Indexing:
    """One named task. The index may be behind; `caught_up` tells when it is not."""

    def __init__(self, ledger: Ledger, reads: Reads, feed: Feed) -> None:
        self._ledger, self._reads, self._feed = ledger, reads, feed
        self._stored = self._seen = 0
        self._wake, self._progress = asyncio.Event(), asyncio.Event()
        self._busy = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        ledger.register("save_search", each(search_index.write), Lane.MACHINES)
        ledger.register("reset_search", each(search_index.reset), Lane.MACHINES)
        feed.subscribe(self._see)

    async def start(self) -> None:
        """Go on from the stored position."""
        self._stored = self._seen = await self._reads.run(search_index.position, PROJECTION)
        self._wake.set()
        self._task = asyncio.create_task(self._run(), name="search-index")

    async def stop(self) -> None:
        """End where it stands; the next start goes on from there."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def rebuild(self) -> None:
        """Make all of it again from the log and the rows, beside the work; the old rows are found until replaced."""
        async with self._busy:
            await self._ledger.submit("reset_search", PROJECTION)
            self._stored = self._seen = 0
        self._wake.set()
        await self.caught_up()

    async def caught_up(self) -> None:
        """Wait until everything that is in the log now can be found."""
        wanted = self._feed.position
        while self._seen < wanted:
            self._progress.clear()
            await self._progress.wait()

    def _see(self, _sealed: Sequence[events.Sealed]) -> None:
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(COALESCE_SECONDS)
            self._wake.clear()
            try:
                while self._seen < self._feed.position:
                    async with self._busy:
                        await self._step()
                    await asyncio.sleep(PAUSE_SECONDS)
            except Exception:
                log.exception("indexing_failed", position=self._seen)
                self._wake.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _step(self) -> None:
        """One slice of the log: read the rows behind it, write the index."""
        found = self._feed.since(self._seen)
        if found is None:
            found = await self._reads.run(eventlog.events_after, self._seen, MOST_EVENTS)
        wanted = _cut(self._seen, found)
        if wanted.entries or wanted.people:
            part = await self._reads.run(_slice, wanted, self._stored)
            self._stored = await self._ledger.submit("save_search", part)
            # Another node may have been faster, or somebody made the index new: the stored position is the truth.
            self._seen = self._stored
        else:
            self._seen = wanted.position
        self._progress.set()


class _Wanted(msgspec.Struct):
    """What a run of events tells to read: touchpoints by id and customers by id, each with the event's position."""

    position: int
    entries: dict[str, int] = {}
    people: dict[str, int] = {}


def _cut(position: int, found: Iterable[events.Sealed]) -> _Wanted:
    """The events from the first on, until they make a full unit."""
    wanted = _Wanted(position)
    for event in found:
        body = event.body
        wanted.position = event.position
        if isinstance(body, events.TouchpointAdded):
            if body.touchpoint_kind in KINDS:
                wanted.entries[body.touchpoint] = event.position
        elif isinstance(body, events.CustomerCreated | events.CustomerChanged | events.IdentityAdded):
            wanted.people[body.customer] = event.position
        if len(wanted.entries) + len(wanted.people) >= MOST_ROWS:
            break
    return wanted


def _slice(connection: sa.Connection, wanted: _Wanted, stored: int) -> Slice:
    rows = touchpoints.by_ids(connection, wanted.entries)
    entries = [
        _entry(rows[key], position) for key, position in wanted.entries.items() if key in rows and rows[key].text
    ]
    return Slice(PROJECTION, stored, wanted.position, entries, _people(connection, wanted.people))


def _entry(row: Any, position: int) -> Entry:
    restricted = row.kind == "note" and bool(msgspec.json.decode(bytes(row.details)).get("whisper"))
    return Entry(position, row.id, restricted, indexed(row.text))


def _people(connection: sa.Connection, wanted: dict[str, int]) -> list[Person]:
    if not wanted:
        return []
    rows = customers.by_ids(connection, wanted)
    addresses: dict[str, dict[str, tuple[str, str]]] = {key: {} for key in rows}
    for one in customers.identities_of(connection, rows):
        addresses[one.customer_id][one.id] = (one.kind, one.value)
    return [
        Person(position, key, search_terms.customer_words(rows[key].name, _facts(rows[key]), addresses[key].values()))
        for key, position in wanted.items()
        if key in rows
    ]


def _facts(customer: Any) -> list[str]:
    return [str(fact.get("value", "")) for fact in msgspec.json.decode(customer.facts)]
