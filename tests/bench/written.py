"""What the ledger's batches write, row by row, and the same rows written again by the bare driver: the yardstick.

Each INSERT and UPDATE of a batch is one executemany over prepared tuples, one transaction a batch: no reads, no
decisions, no hash.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import sqlalchemy as sa

from interaction_hub.storage import direct

Batch = list[tuple[str, list[Any]]]
"""Statements in the driver's own words, each with its rows."""


@contextmanager
def recording() -> Iterator[list[Batch]]:
    """The batches that are committed in the block, by whichever way their statements reach the driver."""
    batches: list[Batch] = []
    open_one: Batch = []

    plain = direct._run

    def run(connection: sa.Connection, sql: str, parameters: Any, *, many: bool) -> Any:
        if many:
            open_one.append((sql, list(parameters)))
        return plain(connection, sql, parameters, many=many)

    def saw(_connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, many: bool) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            open_one.append((statement, list(given) if many else [given]))

    def done(_connection: Any) -> None:
        if open_one:
            batches.append(open_one.copy())
            open_one.clear()

    direct._run = run
    sa.event.listen(sa.Engine, "before_cursor_execute", saw)
    sa.event.listen(sa.Engine, "commit", done)
    try:
        yield batches
    finally:
        direct._run = plain
        sa.event.remove(sa.Engine, "before_cursor_execute", saw)
        sa.event.remove(sa.Engine, "commit", done)


def durable(path: Path) -> sqlite3.Connection:
    """A connection with the product's durability. Foreign keys stay unchecked: that only makes the yardstick faster."""
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def write_sqlite(path: Path, batches: list[Batch]) -> list[float]:
    """Write them into a database that stands where theirs stood. Seconds of each commit."""
    seconds = []
    with closing(durable(path)) as connection:
        for batch in batches:
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in batch:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
            seconds.append(time.perf_counter() - began)
    return seconds


async def write_postgresql(url: str, batches: list[Batch]) -> list[float]:
    """The same over asyncpg, whose executemany sends all rows of a statement at once."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""), statement_cache_size=500)
    seconds = []
    try:
        for batch in batches:
            began = time.perf_counter()
            async with connection.transaction():
                for statement, rows in batch:
                    await connection.executemany(statement, rows)
            seconds.append(time.perf_counter() - began)
    finally:
        await connection.close()
    return seconds
