"""Bringing a database to this version's schema, by alembic, on both databases.

On SQLite foreign keys are off around a migration (batch mode would delete child rows by cascade) and checked after it,
and a copy of the file is made first (decisions 37).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event

from interaction_hub.errors import StartRefused
from interaction_hub.storage import databases

MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Standing:
    """Which schema a database has, and which this program wants. `current` is None for an empty database."""

    current: str | None
    newest: str
    known: bool


def standing(connection: sa.Connection) -> Standing:
    """Compare them; changes nothing."""
    from alembic.script import ScriptDirectory

    current = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return Standing(current, _newest(), current in known)


async def upgrade(url: str) -> None:
    """Create or upgrade the schema. Raises `StartRefused` if the database is newer than this version."""
    if databases.is_sqlite(url):
        _upgrade_sqlite(url)
        return
    engine = databases.postgresql_async(url, pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_migrate)
            await connection.commit()
    finally:
        await engine.dispose()


def _upgrade_sqlite(url: str) -> None:
    path = databases.sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})

    @sa_event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.execute("PRAGMA foreign_keys=OFF")
        dbapi.execute("PRAGMA journal_mode=WAL")

    try:
        with engine.connect() as connection:
            if path.stat().st_size and _revision(connection) not in (None, _newest()):
                _copy_aside(connection, path)
            _migrate(connection)
            connection.commit()
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise StartRefused(
                    f"{path}: the migration left {len(broken)} rows without their parents; restore the copy"
                )
    finally:
        engine.dispose()


def _copy_aside(connection: sa.Connection, path: Path) -> None:
    copy = path.with_suffix(f".before-{_newest()}.db")
    if not copy.exists():
        connection.exec_driver_sql(f"VACUUM INTO '{str(copy).replace(chr(39), chr(39) * 2)}'")


def _config() -> Any:
    from alembic.config import Config  # 0.9 s to import: only when the schema is looked at

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _newest() -> str:
    from alembic.script import ScriptDirectory

    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _revision(connection: sa.Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _migrate(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    config = _config()
    current = _revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StartRefused(f"the database is of a newer version ({current}) than this program; install that version")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
