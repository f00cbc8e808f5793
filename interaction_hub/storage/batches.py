"""How one batch of units becomes one commit. Synchronous, over an open connection, the same on both databases.

Head lock first, then one group a kind, then the seal, then COMMIT (design D3). It knows no queue and no future.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from interaction_hub.clock import Clock
from interaction_hub.domain.events import Sealed
from interaction_hub.storage import chain, direct, tables
from interaction_hub.storage.unit import Tx, UnitKind, insert_into

_HEAD = sa.select(tables.head.c.position, tables.head.c.at_us, tables.head.c.hash).where(tables.head.c.id == 1)
_HEAD_LOCKED = _HEAD.add_columns(
    sa.cast(sa.extract("epoch", sa.func.clock_timestamp()) * 1_000_000, sa.BigInteger).label("database_us")
).with_for_update()
_MOVE_HEAD = (
    sa.update(tables.head)
    .where(tables.head.c.id == 1)
    .values(position=sa.bindparam("p"), at_us=sa.bindparam("t"), hash=sa.bindparam("h"))
)
_HASH_AT = sa.select(tables.event.c.hash).where(tables.event.c.position == sa.bindparam("p"))


class BatchLost(Exception):
    """The transaction is gone (connection, deadlock, lock time-out): no unit is to blame, the batch may run again."""


@dataclass(slots=True)
class Work:
    """One submitted unit, and what became of it."""

    kind: UnitKind
    item: Any
    result: Any = None
    error: BaseException | None = None


@dataclass(slots=True)
class Committed:
    """What one commit did: its sealed events in order, and how many units were run again alone."""

    sealed: list[Sealed] = field(default_factory=list)
    reruns: int = 0
    last_hash: bytes = b""


def commit(connection: sa.Connection, batch: Sequence[Work], clock: Clock, *, database_time: bool) -> Committed:
    """Run the batch and commit it. Fills in each `Work`. Raises `BatchLost` when the transaction was lost.

    When COMMIT itself loses its answer, `was_committed` finds out.
    """
    done = Committed()
    try:
        with connection.begin() as transaction:
            postgresql = connection.dialect.name == "postgresql"
            (row,) = direct.fetch(connection, _HEAD_LOCKED if postgresql else _HEAD, {})
            now = row.database_us if postgresql and database_time else clock.now()
            tx = Tx(connection, now=max(row.at_us, now), position=row.position, alone=len(batch) == 1)
            done.reruns = _run_groups(tx, batch)
            if len(batch) == 1 and batch[0].error is not None:
                transaction.rollback()
                return done
            if tx.events:
                rows, done.sealed, done.last_hash = chain.seal(
                    tx.events, position=row.position, previous=bytes(row.hash), at=tx.now
                )
                direct.write(connection, insert_into(tables.event), rows)
                direct.write(connection, _MOVE_HEAD, [{"p": rows[-1]["position"], "t": tx.now, "h": done.last_hash}])
            transaction.commit()
    except DBAPIError as error:
        # Errors of units are caught in their savepoints: this one is the head's, the events', or COMMIT's.
        if done.sealed:
            raise CommitUnknown(done) from error
        raise BatchLost(str(error.orig)) from error
    return done


class CommitUnknown(BatchLost):
    """COMMIT went out and no answer came; `done` tells what would have been committed."""

    def __init__(self, done: Committed) -> None:
        super().__init__("the answer to COMMIT was lost")
        self.done = done


def was_committed(connection: sa.Connection, done: Committed) -> bool:
    """Whether a batch whose COMMIT lost its answer is in the log: its last event stands there with its hash.

    On PostgreSQL behind the head lock: the old server process may still be at its COMMIT.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_HEAD_LOCKED)
    found = connection.execute(_HASH_AT, {"p": done.sealed[-1].position}).scalar()
    connection.rollback()
    return found is not None and bytes(found) == done.last_hash


def _run_groups(tx: Tx, batch: Sequence[Work]) -> int:
    groups: dict[str, list[int]] = {}
    for number, work in enumerate(batch):
        work.result = work.error = None
        groups.setdefault(work.kind.name, []).append(number)
    reruns = 0
    for numbers in groups.values():
        kind = batch[numbers[0]].kind
        try:
            results = _in_savepoint(tx, kind, [batch[n].item for n in numbers], numbers)
        except Exception as error:  # noqa: BLE001 - whatever a unit raises is its caller's answer
            _raise_if_lost(tx, error)
            if len(numbers) == 1:
                batch[numbers[0]].error = error
                continue
            reruns += len(numbers)
            _run_alone(tx, kind, batch, numbers)
            continue
        for number, result in zip(numbers, results, strict=True):
            batch[number].result = result
    return reruns


def _run_alone(tx: Tx, kind: UnitKind, batch: Sequence[Work], numbers: list[int]) -> None:
    for number in numbers:
        try:
            (batch[number].result,) = _in_savepoint(tx, kind, [batch[number].item], [number])
        except Exception as error:  # noqa: BLE001 - as above
            _raise_if_lost(tx, error)
            batch[number].error = error


def _in_savepoint(tx: Tx, kind: UnitKind, items: list[Any], numbers: list[int]) -> list[Any]:
    tx.begin_group(numbers)
    if not tx.alone:
        _savepoint(tx, "SAVEPOINT unit")
    try:
        results = kind.run(tx, items)
        if len(results) != len(items):
            raise RuntimeError(f"unit {kind.name} gave {len(results)} results for {len(items)} items")
        tx.settle()
    except BaseException as error:
        tx.drop_group()
        if not tx.alone and not _transaction_lost(error, tx.bare):
            _savepoint(tx, "ROLLBACK TO SAVEPOINT unit")
            _savepoint(tx, "RELEASE SAVEPOINT unit")
        raise
    if not tx.alone:
        _savepoint(tx, "RELEASE SAVEPOINT unit")
    return results


def _savepoint(tx: Tx, statement: str) -> None:
    # begin_nested() costs 70 µs, this 1–14 µs; on SQLite the driver is asked directly.
    if tx.dialect == "sqlite":
        tx.bare.connection.dbapi_connection.execute(statement)  # type: ignore[union-attr]
    else:
        tx.bare.exec_driver_sql(statement)


_LOST_STATES = ("40001", "40P01", "55P03", "57014", "25P02", "25P03", "57P01", "57P02", "57P03")

_LOST_CODES = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_NOTADB,
)


def _transaction_lost(error: BaseException, connection: sa.Connection) -> bool:
    """Whether the whole transaction is gone, so that going on with its other groups would commit half a batch."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated or connection.invalidated:
        return True
    if connection.dialect.name == "sqlite":
        dbapi = connection.connection.dbapi_connection
        if dbapi is None or not dbapi.in_transaction:
            return True
        # The low byte is the kind of error, whatever the details above it.
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in _LOST_CODES
    return getattr(error.orig, "sqlstate", None) in _LOST_STATES


def _raise_if_lost(tx: Tx, error: BaseException) -> None:
    if _transaction_lost(error, tx.bare):
        raise BatchLost(str(error)) from error
