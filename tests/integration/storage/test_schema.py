"""The migrated schema is the one of tables.py on both databases, and events are walled in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from interaction_hub.errors import StartRefused
from interaction_hub.storage import chain, schema, tables
from tests.fakes.servers import Postgres
from tests.integration.storage.sql import execute, fetch, outside, value

EVENT = sa.insert(tables.event).values(
    position=1, at_us=1, kind="SignedIn", version=1, actor="", correlation="", subjects="", payload=b"", hash=b""
)
# The search index is another thing on each database (FTS5's virtual tables, tsvectors): no metadata can describe it.
INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
    "AND tablename NOT LIKE 'search%' ORDER BY indexname",
}
COLUMNS = {
    "sqlite": 'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m '
    "JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'alembic_version' "
    "AND m.name NOT LIKE 'search%' ORDER BY 1, 2",
    "postgresql": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version' "
    "AND table_name NOT LIKE 'search%' ORDER BY 1, 2",
}


@pytest.fixture
async def fresh_url(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> str:
    """A second database, made from tables.py without any migration."""
    if database_url.startswith("sqlite"):
        url = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres_server")
        url = server.url(server.create_database())
    async with outside(url) as connection:
        await connection.run_sync(tables.metadata.create_all)
    return url


async def index_definitions(url: str) -> dict[str, str]:
    dialect = "sqlite" if url.startswith("sqlite") else "postgresql"
    rows = await fetch(url, INDEXES[dialect])
    # Alembic writes `CREATE INDEX` a little differently from create_all: blanks and quotes do not count.
    return {name: re.sub(r"[\s\"]+", " ", sql) for name, sql in rows if "alembic" not in name}


async def test_migrations_lead_to_the_metadata(hub_url: str) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        opts = {"compare_type": True, "include_name": lambda name, *_: not str(name).startswith("search")}
        context = MigrationContext.configure(connection, opts=opts)
        return [diff for diff in compare_metadata(context, tables.metadata) if "alembic_version" not in str(diff)]

    async with outside(hub_url) as connection:
        assert await connection.run_sync(differences) == []


async def test_migrated_indexes_have_their_predicates(hub_url: str, fresh_url: str) -> None:
    migrated = await index_definitions(hub_url)
    assert migrated == await index_definitions(fresh_url)
    assert "queued" in migrated["uq_contact_open"]


async def test_migrated_columns_and_defaults_are_equal(hub_url: str, fresh_url: str) -> None:
    query = COLUMNS["sqlite" if hub_url.startswith("sqlite") else "postgresql"]
    assert await fetch(hub_url, query) == await fetch(fresh_url, query)


async def test_every_constraint_has_a_name() -> None:
    for table in tables.metadata.tables.values():
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


async def test_new_log_begins_at_genesis(hub_url: str) -> None:
    ((identity, position, at, digest),) = await fetch(hub_url, "SELECT id, position, at_us, hash FROM head")
    assert (identity, position, at, bytes(digest)) == (1, 0, 0, chain.GENESIS)


async def test_second_upgrade_changes_nothing(hub_url: str) -> None:
    await execute(hub_url, EVENT)
    await schema.upgrade(hub_url)
    assert await value(hub_url, "SELECT count(*) FROM event") == 1


@pytest.mark.parametrize(
    "statement",
    ["UPDATE event SET actor = 'x'", "DELETE FROM event", "UPDATE event SET position = 2 WHERE position = 1"],
)
async def test_events_refuse_change_and_deletion(hub_url: str, statement: str) -> None:
    await execute(hub_url, EVENT)
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        await execute(hub_url, statement)
    assert await fetch(hub_url, "SELECT position, actor FROM event") == [(1, "")]


async def test_postgresql_refuses_to_truncate_events(postgres_url: str) -> None:
    await schema.upgrade(postgres_url)
    await execute(postgres_url, EVENT)
    with pytest.raises(DBAPIError, match="never changed or deleted"):
        await execute(postgres_url, "TRUNCATE event")


async def test_database_of_a_newer_version_is_refused(hub_url: str) -> None:
    await execute(hub_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartRefused, match="newer version"):
        await schema.upgrade(hub_url)


async def test_downgrade_leaves_nothing_behind(hub_url: str) -> None:
    def downgrade(connection: sa.Connection) -> None:
        from alembic import command

        config = schema._config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    async with outside(hub_url) as connection:
        await connection.run_sync(downgrade)
        assert await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names()) == ["alembic_version"]
