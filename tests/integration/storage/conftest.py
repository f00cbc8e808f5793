"""A migrated, empty database once for each of the two, and a ledger on it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from interaction_hub.storage import schema
from tests.fakes.servers import Postgres
from tests.integration.storage.rig import Rig, make_rig


@pytest.fixture
async def hub_url(database_url: str) -> str:
    await schema.upgrade(database_url)
    return database_url


@pytest.fixture
def server(request: pytest.FixtureRequest, hub_url: str) -> Postgres | None:
    """The PostgreSQL behind `hub_url`, or None for SQLite."""
    if hub_url.startswith("sqlite"):
        return None
    postgres: Postgres = request.getfixturevalue("postgres_server")
    return postgres


@pytest.fixture
async def rig(hub_url: str, server: Postgres | None) -> AsyncIterator[Rig]:
    rig = make_rig(hub_url, server)
    await rig.ledger.start()
    yield rig
    await rig.ledger.stop()


@pytest.fixture
async def sqlite_rig(sqlite_url: str) -> AsyncIterator[Rig]:
    await schema.upgrade(sqlite_url)
    rig = make_rig(sqlite_url, None)
    await rig.ledger.start()
    yield rig
    await rig.ledger.stop()


@pytest.fixture
async def postgres_rigs(postgres_url: str, postgres_server: Postgres) -> AsyncIterator[tuple[Rig, Rig]]:
    """Two processes' worth of ledgers on one database."""
    await schema.upgrade(postgres_url)
    rigs = make_rig(postgres_url, postgres_server), make_rig(postgres_url, postgres_server)
    for rig in rigs:
        await rig.ledger.start()
    yield rigs
    for rig in rigs:
        await rig.ledger.stop()


@pytest.fixture
async def sqlite_rig_url(sqlite_url: str) -> str:
    """A migrated SQLite database without a ledger."""
    await schema.upgrade(sqlite_url)
    return sqlite_url
