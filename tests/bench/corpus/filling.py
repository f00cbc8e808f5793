"""Fills an empty database of the product's schema with a population, in bulk: indexes afterwards, no foreign keys.

The search index is written by the product's own unit, its last entries one small slice at a time as in life.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

import asyncpg
import sqlalchemy as sa

from interaction_hub.clock import HubClock
from interaction_hub.services import search_terms
from interaction_hub.services.pairs import indexed
from interaction_hub.storage import databases, search_index
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.search_index import Entry, Person, Slice
from interaction_hub.storage.unit import Tx, each
from tests.bench.corpus.population import Population, Rows
from tests.bench.corpus.shape import Shape, customer_id, touchpoint_id
from tests.bench.corpus.vocabulary import texts

CHUNK = 20_000
AS_IN_LIFE = 4_000
"""The newest entries of the search index come in slices as small as the product writes them."""
SMALL = 50
PROJECTION = "search_bench"
_SQLITE_INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({})"
_POSTGRESQL_INDEXES = (
    "SELECT i.indexname AS name, i.indexdef AS sql FROM pg_indexes i "
    "LEFT JOIN pg_constraint c ON c.conname = i.indexname WHERE i.schemaname = 'public' AND c.oid IS NULL "
    "AND i.tablename IN ({})"
)


class Progress:
    """What is being made, on stderr, a line every few seconds."""

    def __init__(self, what: str) -> None:
        self._what, self._began, self._shown = what, time.monotonic(), 0.0

    def __call__(self, words: str) -> None:
        now = time.monotonic()
        if now > self._shown + 5:
            self._shown = now
            print(f"{self._what}: {words}, {now - self._began:.0f} s", file=sys.stderr, flush=True)


async def fill(url: str, shape: Shape, progress: Progress) -> None:
    """All rows of the shape, and the search index if it wants one."""
    population = Population(shape)
    if databases.is_sqlite(url):
        _fill_sqlite(url, population, progress)
    else:
        await _fill_postgresql(url, population, progress)
    if shape.indexed:
        await _index(url, population, progress)
    if not databases.is_sqlite(url):
        await _settle(url)


def _fill_sqlite(url: str, population: Population, progress: Progress) -> None:
    connection = sqlite3.connect(databases.sqlite_path(url), isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    for table, rows in population.tables():
        indexes = connection.execute(_SQLITE_INDEXES.format(f"'{table.name}'")).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for names, chunk in _chunks(rows, table.name, progress):
            marks = ",".join("?" * len(names))
            connection.execute("BEGIN")
            connection.executemany(f"INSERT INTO {table.name} ({','.join(names)}) VALUES ({marks})", chunk)
            connection.execute("COMMIT")
        for name, statement in indexes:
            progress(name)
            connection.execute(statement)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _fill_postgresql(url: str, population: Population, progress: Progress) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '1GB'")
        for table, rows in population.tables():
            indexes = await connection.fetch(_POSTGRESQL_INDEXES.format(f"'{table.name}'"))
            for name, _ in indexes:
                await connection.execute(f"DROP INDEX {name}")
            for names, chunk in _chunks(rows, table.name, progress):
                await connection.copy_records_to_table(table.name, columns=names, records=chunk)
            for name, statement in indexes:
                progress(name)
                await connection.execute(statement, timeout=600)
    finally:
        await connection.close()


def _chunks(rows: Rows, what: str, progress: Progress) -> Iterator[tuple[list[str], list[tuple[Any, ...]]]]:
    done = 0
    while part := list(islice(rows, CHUNK)):
        yield list(part[0]), [tuple(row.values()) for row in part]
        done += len(part)
        progress(f"{done:,} rows of {what}")


async def _settle(url: str) -> None:
    """What autovacuum would have done by now; on SQLite nobody would do anything."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("VACUUM (ANALYZE)", timeout=600)
    finally:
        await connection.close()


# ---- the search index ----------------------------------------------------------------------------------------------
async def _index(url: str, population: Population, progress: Progress) -> None:
    """By the unit that the product writes it with; on PostgreSQL its big indexes are made before the newest entries."""
    ledger = Ledger(url, HubClock())
    ledger.register("save_search", each(search_index.write))
    ledger.register("run", each(_run))
    await ledger.start()
    try:
        indexes = [] if databases.is_sqlite(url) else await ledger.submit("run", _drop_indexes)
        after = 0
        for part in _slices(population):
            if part.position > population.shape.touchpoints - AS_IN_LIFE and indexes:
                await _make(url, [statement for _, statement in indexes], progress)
                indexes = []
            after = await ledger.submit("save_search", part)
            assert after == part.position
            progress(f"search index up to {after:,}")
    finally:
        await ledger.stop()


def _run(tx: Tx, work: Callable[[Tx], Any]) -> Any:
    return work(tx)


def _drop_indexes(tx: Tx) -> list[tuple[str, str]]:
    names = "'search_history', 'search_customer'"
    found = [(row.name, row.sql) for row in tx.execute(sa.text(_POSTGRESQL_INDEXES.format(names)))]
    for name, _ in found:
        tx.execute(sa.text(f"DROP INDEX {name}"))
    return found


async def _make(url: str, statements: Iterable[str], progress: Progress) -> None:
    """Beside the ledger, whose statements may not take that long."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in statements:
            progress(statement.split()[2])
            await connection.execute(statement, timeout=600)
    finally:
        await connection.close()


def _slices(population: Population) -> Iterator[Slice]:
    """Entries at positions from 1 on, by touchpoint; the customers come with the first ones."""
    shape = population.shape
    entries = (
        Entry(number + 1, touchpoint_id(number), restricted=False, words=indexed(text))
        for number, text in enumerate(islice(texts(shape.seed), shape.touchpoints))
    )
    people = _people(population)
    after = 0
    sizes = chain([CHUNK // 4] * ((shape.touchpoints - AS_IN_LIFE) // (CHUNK // 4)), iter(lambda: SMALL, None))
    for size in sizes:
        part = list(islice(entries, size))
        if not part:
            return
        yield Slice(PROJECTION, after, part[-1].position, part, list(islice(people, CHUNK // 4)))
        after = part[-1].position


def _people(population: Population) -> Iterator[Person]:
    for number, (name, phone) in enumerate(population.people()):
        yield Person(number + 1, customer_id(number), search_terms.customer_words(name, (), [("phone", phone)]))
