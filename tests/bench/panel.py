"""What is read when a contact pops up, over five million touchpoints, against one bare prepared `SELECT … LIMIT 50`.

Both read the histories of customers who write now: one of five has a long one. The yardstick has the drivers' fastest
way (sqlite3, asyncpg), one statement, no names, no files; ours is the product's own reading, ready for JSON.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from itertools import islice
from typing import Any

import asyncpg
import sqlalchemy as sa

from interaction_hub.services import customer_list, timeline
from interaction_hub.services.directory import Directory, Names
from interaction_hub.services.pops import pops
from interaction_hub.storage import contacts, databases, interactions, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.reads import Reads
from tests.bench.corpus import stores
from tests.bench.corpus.population import Population
from tests.bench.corpus.shape import Shape, contact_id, customer_id
from tests.bench.figures import ROUNDS, Figure, stepwise

SHAPE = Shape("panel", touchpoints=5_000_000, light=500_000, heavy=5_000, long=100_000, texts=20_000, indexed=False)
NEWEST = 50
READ = 1_000
"""Customers in a round, half of them by each side in turn: nobody finds the other's pages warm."""
REPEATS = 200
GOAL, FLAT = 4.0, 1.5
_BARE = "SELECT * FROM touchpoint WHERE customer_id = {} ORDER BY at_us DESC, id DESC LIMIT 50"

Reading = Callable[[str], Awaitable[Any]]


def measure() -> Iterator[Figure]:
    """For each database: the panel and the whole pop over the bare statement, long histories over short ones."""
    yield from stepwise(_measure("SQLite", stores.sqlite(SHAPE)))
    with stores.postgresql(SHAPE) as url:
        yield from stepwise(_measure("PostgreSQL", url))


async def _measure(name: str, url: str) -> AsyncIterator[Figure]:
    async with AsyncExitStack() as stack:
        reads = Reads(url)
        stack.push_async_callback(reads.close)
        bare = await stack.enter_async_context(_bare(url))
        ours = _ours(reads)
        callers = [
            customer_id(one) for one in islice(Population(SHAPE).writers(), 500_000, 500_000 + 4 * (ROUNDS + 1) * READ)
        ]
        names = Names(Feed(reads, poll=False))  # the hub's names, which it keeps
        panel, pop = partial(_panel, names), partial(_pop, names)
        for what, reading in (("newest 50 and summary", ours(panel)), ("whole pop", ours(pop))):
            ratios = await _against(reading, bare, callers)
            yield Figure(f"panel: {what} / bare LIMIT 50, p99, {name}", ratios, GOAL, most=True)
        short, middle, long = await reads.run(_by_length)
        for what, reading, among in (
            ("summary", ours(_summary), short),
            ("line of a list", ours(_line), short),
            ("newest 50 and summary", ours(panel), middle),
        ):
            ratios = await _growth(reading, long, among)
            length = 10 if among is short else 200
            yield Figure(f"panel: {what}, 100,000 / {length} entries, {name}", ratios, FLAT, most=True)


# ---- what is read --------------------------------------------------------------------------------------------------
def _ours(reads: Reads) -> Callable[[Callable[[sa.Connection, str], Any]], Reading]:
    """On SQLite without the hop to a reader's thread, which the yardstick has not either."""

    def of(function: Callable[[sa.Connection, str], Any]) -> Reading:
        async def at_once(customer: str) -> Any:
            return reads.run_now(function, customer)

        return at_once if reads.sqlite else lambda customer: reads.run(function, customer)

    return of


def _panel(known: Names, connection: sa.Connection, customer: str) -> Any:
    who, still_open = _summary(connection, customer)
    lengths = {customer: who["touchpoints"]}
    return who, still_open, timeline.newest_histories(connection, lengths, Directory(connection, known), most=NEWEST)


def _summary(connection: sa.Connection, customer: str) -> Any:
    return timeline.customer_view(connection, customer), interactions.open_of(connection, [customer])


def _pop(known: Names, connection: sa.Connection, customer: str) -> Any:
    key = contact_id(int(customer[-12:], 16))
    rows = contacts.by_ids(connection, [key])
    names = Directory(connection, known)
    return pops(connection, list(rows.values()), names, {}), timeline.conversations(
        connection, list(rows.values()), names
    )


def _line(connection: sa.Connection, customer: str) -> Any:
    row = connection.execute(sa.select(tables.customer).where(tables.customer.c.id == customer)).one()
    return customer_list.lines(connection, [row])


@asynccontextmanager
async def _bare(url: str) -> AsyncIterator[Reading]:
    if databases.is_sqlite(url):
        file = sqlite3.connect(databases.sqlite_path(url), isolation_level=None)
        for pragma in ("query_only=ON", "mmap_size=268435456", "cache_size=-16384"):
            file.execute(f"PRAGMA {pragma}")

        async def from_file(customer: str) -> Any:
            return file.execute(_BARE.format("?"), (customer,)).fetchall()

        yield from_file
        file.close()
        return
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    prepared = await connection.prepare(_BARE.format("$1"))
    yield prepared.fetch
    await connection.close()


def _by_length(connection: sa.Connection) -> tuple[list[str], list[str], list[str]]:
    """Customers with 10 entries, with about 200, and the one with the most."""
    count, key = tables.customer.c.touchpoints, tables.customer.c.id
    found = [
        connection.execute(sa.select(key).where(count.between(low, high)).order_by(key).limit(REPEATS)).scalars().all()
        for low, high in ((10, 10), (150, 250))
    ]
    longest = connection.execute(sa.select(key).order_by(count.desc()).limit(1)).scalar_one()
    return list(found[0]), list(found[1]), [longest] * REPEATS


# ---- how it is compared --------------------------------------------------------------------------------------------
async def _against(ours: Reading, yardstick: Reading, callers: Sequence[str]) -> tuple[float, ...]:
    """p99 over p99, a warm-up and then the rounds, each of them over other customers."""
    ratios = []
    for number in range(ROUNDS + 1):
        among = list(dict.fromkeys(callers[4 * number * READ : 4 * (number + 1) * READ]))[: 2 * READ]
        times: tuple[list[float], list[float]] = ([], [])
        for place, customer in enumerate(among):
            side = place % 2
            times[side].append(await _timed((ours, yardstick)[side], customer))
        ratios.append(_p99(times[0]) / _p99(times[1]))
    return tuple(ratios[1:])


async def _growth(reading: Reading, long: Sequence[str], short: Sequence[str]) -> tuple[float, ...]:
    """Medians over medians, in turn; all pages are warm, for it is the work that may grow."""
    ratios = []
    for _ in range(ROUNDS + 1):
        times: tuple[list[float], list[float]] = ([], [])
        for one, other in zip(long, short, strict=False):
            times[0].append(await _timed(reading, one))
            times[1].append(await _timed(reading, other))
        ratios.append(statistics.median(times[0]) / statistics.median(times[1]))
    return tuple(ratios[1:])


async def _timed(reading: Reading, customer: str) -> float:
    started = time.perf_counter()
    await reading(customer)
    return time.perf_counter() - started


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]
