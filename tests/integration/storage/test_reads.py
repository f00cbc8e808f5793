"""Readers outlive a restart of the server, and see one moment where they ask for it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.storage.databases import IDLE_SECONDS, sqlite_path
from interaction_hub.storage.reads import Reads
from tests.fakes.servers import Postgres
from tests.integration.storage.rig import COUNT


@pytest.fixture
async def reads(hub_url: str) -> AsyncIterator[Reads]:
    reads = Reads(hub_url)
    yield reads
    await reads.close()


def number(connection: sa.Connection) -> Any:
    return connection.execute(sa.text(COUNT)).scalar_one()


async def test_idle_reader_outlives_the_server(reads: Reads, server: Postgres | None) -> None:
    assert await reads.run(number) == 0
    if server is not None:
        server.stop()
        server.start()
        await asyncio.sleep(IDLE_SECONDS)
    assert await reads.run(number) == 0


def write(url: str, server: Postgres | None) -> None:
    """One row more, by somebody else. Blocks: for use inside of a read."""
    statement = "INSERT INTO node (id, started_us, alive_until_us) VALUES ('other', 0, 0)"
    if server is not None:
        server.execute(statement, url.rsplit("/", 1)[1])
        return
    with sqlite3.connect(sqlite_path(url)) as connection:
        connection.execute(statement)
    connection.close()


async def test_one_moment_stays_while_others_write(reads: Reads, hub_url: str, server: Postgres | None) -> None:
    def around(connection: sa.Connection) -> tuple[Any, Any]:
        before = number(connection)
        write(hub_url, server)
        return before, number(connection)

    assert await reads.at_one_moment(around) == (0, 0)
    assert await reads.run(number) == 1
