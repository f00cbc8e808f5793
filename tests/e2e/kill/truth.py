"""What stands in the database, read past the hub: while it is dead, and while it lives."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.events import Sealed
from interaction_hub.storage import databases, eventlog, tables
from interaction_hub.storage.reads import Reads

_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True)
class Place:
    """Where a contact waits: nothing of it may change by a restart."""

    queue: str
    band: int
    virtual_start: int
    arrival: int
    entered: int


@dataclass
class Truth:
    """One reading of the whole database."""

    log: list[Sealed]
    contacts: dict[str, Any]
    touchpoints: list[Any]
    offers: dict[str, Any]

    @property
    def waiting(self) -> dict[str, Place]:
        """Contacts that wait, offered ones included, in the order of waiting."""
        rows = [row for row in self.contacts.values() if row.state in ("queued", "offered")]
        rows.sort(key=lambda row: (row.band, row.virtual_start_us, row.arrival))
        return {row.id: place(row) for row in rows}

    def texts(self, direction: str) -> list[str]:
        """Texts of all messages of a direction."""
        return [row.text for row in self.touchpoints if row.direction == direction and row.kind == "message"]


def place(row: Any) -> Place:
    """The place of a contact's row."""
    return Place(row.queue, row.band, row.virtual_start_us, row.arrival, row.entered_us)


def _read(connection: sa.Connection) -> Truth:
    log: list[Sealed] = []
    while page := eventlog.events_after(connection, log[-1].position if log else 0):
        log += page
    contacts = {row.id: row for row in connection.execute(sa.select(tables.contact))}
    touchpoints = list(connection.execute(sa.select(tables.touchpoint)))
    offers = {row.id: row for row in connection.execute(sa.select(tables.offer))}
    return Truth(log, contacts, touchpoints, offers)


def _copy(source: Path, copy: Path) -> str:
    shutil.rmtree(copy.parent, ignore_errors=True)
    copy.parent.mkdir()
    for ending in ("", "-wal"):
        if Path(f"{source}{ending}").exists():
            shutil.copyfile(f"{source}{ending}", f"{copy}{ending}")
    return f"sqlite:///{copy}"


async def read_dead(url: str, folder: Path) -> Truth:
    """Read what a killed hub left. SQLite's files are copied, so that the next life does its own recovery."""
    if databases.is_sqlite(url):
        url = await asyncio.to_thread(_copy, databases.sqlite_path(url), folder / "copy" / "hub.db")
    reads = Reads(url)
    try:
        if not databases.is_sqlite(url):
            # The server may still be at the last COMMIT of the dead hub.
            async with asyncio.timeout(10):
                while await reads.run(lambda connection: connection.execute(_OTHERS).scalar()):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        return await reads.run(_read)
    finally:
        await reads.close()


async def read_alive(url: str) -> Truth:
    """Read beside a living hub."""
    reads = Reads(url)
    try:
        return await reads.run(_read)
    finally:
        await reads.close()
