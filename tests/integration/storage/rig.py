"""A ledger with a few toy units: each item becomes a row of `node` and an event, so that both can be counted."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import HubClock
from interaction_hub.domain import events
from interaction_hub.storage import chain, databases, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each, insert_into
from tests.fakes.servers import Postgres
from tests.integration.storage.sql import fetch

COUNT = "SELECT count(*) FROM node"


def row(item: str) -> dict[str, Any]:
    return {"id": item, "started_us": 0, "alive_until_us": 0}


def mark(tx: Tx, item: str) -> str:
    """One row and one event; `bad…` fails after both."""
    tx.execute(insert_into(tables.node), row(item))
    tx.emit(events.SignedIn(user=item), actor="test")
    if item.startswith("bad"):
        raise ValueError(item)
    return f"done {item}"


def mark_set(tx: Tx, items: list[str]) -> list[str]:
    """The same over a list, with deferred rows; events are emitted in reverse, to prove who orders them."""
    for number in reversed(range(len(items))):
        tx.add(tables.node, row(items[number]))
        tx.emit(events.SignedOut(user=items[number], reason="test"), actor="test", item=number)
    return list(items)


@dataclass
class Rig:
    url: str
    ledger: Ledger
    server: Postgres | None = None
    sealed: list[events.Sealed] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    seen_outside: list[int] = field(default_factory=list)
    dbapi: Any = None

    @property
    def sqlite(self) -> bool:
        return databases.is_sqlite(self.url)

    async def together(self, *work: tuple[str, Any]) -> list[Any]:
        """Submit all so that they are one batch; gives results and errors in order."""
        return list(await asyncio.gather(*await self.submit_together(*work), return_exceptions=True))

    async def submit_together(self, *work: tuple[str, Any]) -> list[asyncio.Future[Any]]:
        """On SQLite the writer's thread is held at the gate meanwhile; on PostgreSQL the loop is ours anyway."""
        gate = None
        if self.sqlite:
            self.gate.clear()
            self.reached.clear()
            gate = self.ledger.submit("gate", None)
            await asyncio.to_thread(self.reached.wait, 10)
        futures = [self.ledger.submit(kind, item) for kind, item in work]
        if gate is not None:
            self.gate.set()
            await gate
        return futures

    def rows_outside(self) -> int:
        """Rows that another connection sees now. Blocks: for use inside of a unit."""
        if self.server is None:
            connection = sqlite3.connect(databases.sqlite_path(self.url))
            try:
                return int(connection.execute(COUNT).fetchone()[0])
            finally:
                connection.close()
        return int(self.server.execute(COUNT, self.url.rsplit("/", 1)[1]))

    def _peek(self, tx: Tx, _item: None) -> int:
        self.seen_outside.append(self.rows_outside())
        return int(tx.execute(sa.text(COUNT)).scalar_one())

    def _spoil(self, tx: Tx, _item: None) -> None:
        self.dbapi = tx.connection.connection.dbapi_connection

    def pragma(self, text: str) -> None:
        """Turn a screw at the writer's own connection (SQLite)."""
        self.dbapi.execute(f"PRAGMA {text}").close()

    def _gate(self, _tx: Tx, _item: None) -> None:
        self.reached.set()
        self.gate.wait(10)

    def register(self) -> None:
        self.ledger.register("mark", each(mark))
        self.ledger.register("mark_set", mark_set)
        self.ledger.register("machine", each(mark), Lane.MACHINES)
        self.ledger.register("peek", each(self._peek))
        self.ledger.register("gate", each(self._gate))
        self.ledger.register("spoil", each(self._spoil))
        self.ledger.on_sealed(self.sealed.extend)

    async def stored(self) -> list[str]:
        return [name for (name,) in await fetch(self.url, "SELECT id FROM node ORDER BY id")]

    async def logged(self) -> list[str]:
        """Users of the events, in the order of the log."""
        rows = await fetch(self.url, "SELECT subjects FROM event ORDER BY position")
        return [subjects.removeprefix("user=") for (subjects,) in rows]

    async def assert_whole(self) -> int:
        """Positions without gaps, chain whole, head row right; returns the number of events."""
        rows = await fetch(self.url, tables.event.select().order_by(tables.event.c.position))
        *breaks, last = list(chain.walk(rows))
        assert breaks == []
        ((position, digest),) = await fetch(self.url, "SELECT position, hash FROM head")
        assert (position, bytes(digest)) == (len(rows), last)
        return len(rows)


def make_rig(url: str, server: Postgres | None) -> Rig:
    rig = Rig(url, Ledger(url, HubClock()), server)
    rig.register()
    return rig
