"""What a unit of work may touch: the open transaction, deferred rows, and events. Nothing else.

A unit may be run again (its group failed, its batch lost a connection): it has no side effect but `Tx`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from interaction_hub.domain.events import Body
from interaction_hub.storage import direct
from interaction_hub.storage.chain import Unsealed
from interaction_hub.storage.direct import Found
from interaction_hub.storage.rows import Rows

ARRIVALS_PER_POSITION = 1024
"""More than a batch can hold, so that (head position, number in the batch) makes one rising number."""


class Lane(IntEnum):
    """Who waits for the unit: people are served first."""

    PEOPLE = 0
    MACHINES = 1


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A registered kind of unit. `run` gets all waiting items of the kind and gives one result for each, in order."""

    name: str
    run: Callable[[Tx, list[Any]], list[Any]]
    lane: Lane


def each(single: Callable[[Tx, Any], Any]) -> Callable[[Tx, list[Any]], list[Any]]:
    """Make a unit over one item into one over a list; events get the arrival number of their item."""

    def run(tx: Tx, items: list[Any]) -> list[Any]:
        results = []
        for number, item in enumerate(items):
            tx.item = number
            results.append(single(tx, item))
        tx.item = 0
        return results

    return run


class Tx:
    """The open transaction as units see it.

    `now` is hub time (µs) at which the batch will be sealed: never before the log's head. One unit `alone` needs no
    savepoints: the whole transaction is its own.
    """

    def __init__(self, connection: sa.Connection, *, now: int, position: int, alone: bool = False) -> None:
        self.bare = connection
        self.rows = Rows(connection)
        self.now = now
        self.position = position
        self.alone = alone
        self.dialect = connection.dialect.name
        self.item = 0
        self.events: list[Unsealed] = []
        self._arrivals: Sequence[int] = (0,)
        self._added: dict[sa.Table, list[dict[str, Any]]] = {}
        self._later: dict[int, tuple[sa.Executable, list[dict[str, Any]]]] = {}
        self._events_before = 0

    @property
    def connection(self) -> sa.Connection:
        """For reading by statements of one's own: what `rows` has to write is written first."""
        self.rows.flush()
        return self.bare

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Run one statement through Core: for what is asked seldom, or tells how many rows it met."""
        result = self.connection.execute(statement, parameters)
        if isinstance(statement, sa.UpdateBase):
            self.rows.forget(statement.table)  # type: ignore[arg-type]
        return result

    def write(self, statement: sa.Executable, rows: Sequence[dict[str, Any]]) -> None:
        """Run a statement once for each row, without asking how many rows of the table it met."""
        self.rows.flush()
        direct.write(self.bare, statement, rows)
        if isinstance(statement, sa.UpdateBase):
            self.rows.forget(statement.table)  # type: ignore[arg-type]

    def fetch(self, statement: sa.Select[Any], parameters: dict[str, Any]) -> list[Found]:
        """What a statement finds that stands ready (see `direct`); what `rows` has to write is written first."""
        self.rows.flush()
        return direct.fetch(self.bare, statement, parameters)

    def add(self, table: sa.Table, row: dict[str, Any]) -> None:
        """Insert a row at the end of the group: for append-only rows that no unit reads back in the same batch."""
        self._added.setdefault(table, []).append(row)

    def later(self, statement: sa.Executable, parameters: dict[str, Any]) -> None:
        """Run it at the end of the group, once for all parameters: for what no unit of the batch looks at."""
        self._later.setdefault(id(statement), (statement, []))[1].append(parameters)

    def emit(self, body: Body, *, actor: str, correlation: str = "", item: int | None = None) -> None:
        """Append an event. `item` is the number of the item in the group, so that the log keeps their order."""
        arrival = self._arrivals[self.item if item is None else item]
        self.events.append(Unsealed(arrival, actor, correlation, body))

    def arrival(self, item: int | None = None) -> int:
        """A number that orders items exactly as the log will: place of the batch, then number in the batch."""
        return self.position * ARRIVALS_PER_POSITION + self._arrivals[self.item if item is None else item]

    # ---- for the ledger ----------------------------------------------------------------------------------------
    def begin_group(self, arrivals: Sequence[int]) -> None:
        """The items that follow have these numbers in the batch."""
        self._arrivals = arrivals
        self._added, self._later = {}, {}
        self.rows.forget()
        self._events_before = len(self.events)
        self.item = 0

    def settle(self) -> None:
        """Write what is deferred, now: for whoever needs it in the database, and at the end of each group."""
        self.rows.flush()
        added, self._added = self._added, {}
        for table, rows in added.items():
            direct.write(self.bare, insert_into(table), rows)
            self.rows.forget(table)
        later, self._later = self._later, {}
        for statement, parameters in later.values():
            direct.write(self.bare, statement, parameters)

    def drop_group(self) -> None:
        """Forget the deferred rows and the events of a group that was rolled back."""
        self._added, self._later = {}, {}
        self.rows.drop()
        del self.events[self._events_before :]


_inserts: dict[str, sa.Insert] = {}


def insert_into(table: sa.Table) -> sa.Insert:
    """The plain insert of a table, built once (building costs five times the statement)."""
    statement = _inserts.get(table.name)
    if statement is None:
        statement = _inserts[table.name] = sa.insert(table)
    return statement


class PerDialect:
    """A statement with `ON CONFLICT`, built once for each database: both dialects share the API, not the class."""

    def __init__(self, build: Callable[[Callable[..., Any]], sa.Executable]) -> None:
        self._build = build
        self._built: dict[str, sa.Executable] = {}

    def of(self, tx: Tx) -> sa.Executable:
        """The statement for the transaction's database."""
        statement = self._built.get(tx.dialect)
        if statement is None:
            insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
            statement = self._built[tx.dialect] = self._build(insert)
        return statement


def upsert(table: sa.Table, keys: tuple[str, ...], columns: tuple[str, ...], *, newest: str = "") -> PerDialect:
    """Insert a row, or overwrite these columns of the one that has its keys.

    With `newest`, a column of the row, a row that is older by it than the one that stands changes nothing.
    """

    def build(insert: Callable[..., Any]) -> sa.Executable:
        statement = insert(table)
        fresh = {name: statement.excluded[name] for name in columns}
        where = statement.excluded[newest] >= table.c[newest] if newest else None
        return statement.on_conflict_do_update(  # type: ignore[no-any-return]
            index_elements=list(keys), set_=fresh, where=where
        )

    return PerDialect(build)
