"""The whole inbound unit through the ledger, against raw executemany of the same rows at the same batch, on SQLite.

The yardstick copies, table by table, the very rows that the unit wrote into an empty database of the same schema:
prepared tuples, one transaction of the same size, no reads, no hash.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from channels.messages import AddressKind, InboundMessage
from interaction_hub.clock import HubClock
from interaction_hub.domain.documents import Document, parse
from interaction_hub.services.intake import Intake, arrival
from interaction_hub.services.rulebook import Publish, Rules
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.schema import upgrade
from tests.bench.figures import Figure, alternate

MESSAGES = 4_000
WAITING = 100
CUSTOMERS = 2_000
TABLES = ("customer", "identity", "interaction", "contact", "touchpoint", "raw", "event")
RAW = b"x" * 1_000


def measure() -> Iterator[Figure]:
    """Units per second of ours over those of the yardstick, 100 waiting."""
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(_rows(Path(folder)))
        counter = iter(range(10_000))
        ratios = alternate(
            lambda: asyncio.run(_ours(Path(folder) / f"ours{next(counter)}.db")),
            lambda: _raw(Path(folder) / f"raw{next(counter)}.db", rows),
        )
    yield Figure("ledger: inbound unit / raw executemany, SQLite", ratios, 0.45)


def _messages() -> list[InboundMessage]:
    return [
        InboundMessage(
            channel="sms",
            account="main",
            provider_id=f"SM{number:032d}",
            sender_kind=AddressKind.PHONE,
            sender=f"+4477009{number % CUSTOMERS:05d}",
            recipient="+447700900101",
            text="Where is my table? It should have come today between two and six.",
        )
        for number in range(MESSAGES)
    ]


async def _ours(path: Path) -> float:
    url = f"sqlite:///{path}"
    await upgrade(url)
    ledger, reads = Ledger(url, HubClock()), Reads(url)
    rules = Rules(ledger, reads)
    intake = Intake(ledger, rules)
    await ledger.start()
    queue: Document = parse("queue", {"key": "q", "name": "Q", "channel": "sms", "entries": ["*"]}, "bench")
    await rules.publish(Publish({("queue", "q"): queue}, frozenset(), "system:bench"))
    arrivals = [arrival(message, RAW) for message in _messages()]
    pending = iter(arrivals)

    async def worker() -> None:
        for item in pending:
            await intake.receive([item])

    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(WAITING)))
    rate = MESSAGES / (time.perf_counter() - started)
    await ledger.stop()
    await reads.close()
    return rate


async def _rows(folder: Path) -> dict[str, tuple[str, list[Any]]]:
    """What the unit writes, as prepared tuples."""
    await _ours(folder / "source.db")
    connection = sqlite3.connect(folder / "source.db")
    found: dict[str, tuple[str, list[Any]]] = {}
    for table in TABLES:
        rows = connection.execute(f"SELECT * FROM {table}").fetchall()
        marks = ",".join("?" * len(rows[0]))
        found[table] = (f"INSERT INTO {table} VALUES ({marks})", rows)
    connection.close()
    return found


def _raw(path: Path, rows: dict[str, tuple[str, list[Any]]]) -> float:
    asyncio.run(upgrade(f"sqlite:///{path}"))
    connection = sqlite3.connect(path, isolation_level=None)
    # Foreign keys off: the slices of the tables do not meet, and it only makes the yardstick faster.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8000"):
        connection.execute(f"PRAGMA {pragma}")
    commits = MESSAGES // WAITING
    started = time.perf_counter()
    for number in range(commits):
        connection.execute("BEGIN IMMEDIATE")
        for statement, all_rows in rows.values():
            size = -(-len(all_rows) // commits)
            connection.executemany(statement, all_rows[number * size : (number + 1) * size])
        connection.execute("COMMIT")
    rate = MESSAGES / (time.perf_counter() - started)
    connection.close()
    return rate
