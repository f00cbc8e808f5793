"""Engines for the two databases: how a URL becomes a writer's connection and readers' connections.

The traps of both drivers stand here and nowhere else: pysqlite's hidden transactions, UTC, time-outs of PostgreSQL.
What stands in a statement's parameters is people's words: errors, which are logged, never repeat them.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from interaction_hub.errors import StartRefused

IDLE_SECONDS = 1.0
"""A connection that was used so shortly before is believed to stand."""
WRITER_TIMEOUTS = {
    "lock_timeout": "2s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "2s",
}


def is_sqlite(url: str) -> bool:
    """Whether the URL names a SQLite file. Raises `StartRefused` for a database that is neither of the two."""
    name = make_url(url).get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise StartRefused(
            f"database.url: {name} is not supported; use sqlite:///path/hub.db or postgresql://host/name"
        )
    return name == "sqlite"


def sqlite_path(url: str) -> Path:
    """The file behind a SQLite URL."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise StartRefused("database.url: SQLite needs a file, for example sqlite:///var/hub.db")
    return Path(database)


def sqlite_writer(url: str) -> sa.Engine:
    """The one writing engine on SQLite: WAL, FULL, and transactions that begin when we say so.

    pysqlite would run SAVEPOINT as the outermost transaction and commit at RELEASE; `isolation_level=None` together
    with an explicit BEGIN IMMEDIATE is the only combination that does not (shared measurements, and a test here).
    """
    path = sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        f"sqlite:///{path}",
        connect_args={"cached_statements": 512, "timeout": 10, "check_same_thread": False},
        poolclass=sa.pool.StaticPool,
        query_cache_size=2000,
        hide_parameters=True,
    )

    @sa_event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        _pragmas(dbapi, ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "wal_autocheckpoint=8000"))

    @sa_event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def sqlite_readers(url: str) -> sa.Engine:
    """Engine for reading threads on SQLite; its connections cannot write."""
    engine = sa.create_engine(
        f"sqlite:///{sqlite_path(url)}",
        connect_args={"cached_statements": 512, "timeout": 10, "check_same_thread": False},
        pool_size=4,
        max_overflow=4,
        query_cache_size=2000,
        hide_parameters=True,
    )

    @sa_event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        _pragmas(dbapi, ("query_only=ON", "mmap_size=268435456", "cache_size=-16384"))

    @sa_event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _pragmas(dbapi: Any, pragmas: tuple[str, ...]) -> None:
    cursor = dbapi.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def postgresql_async(
    url: str, *, pool_size: int, writer: bool = False, isolation: str = "READ COMMITTED"
) -> AsyncEngine:
    """An asyncpg engine; the writer's gets short time-outs, so that a frozen node cannot hold the log head.

    Of a connection that lay idle it is asked whether it still stands; asking before each use costs as much as a read.
    """
    settings = {
        "application_name": "interaction-hub",
        "timezone": "UTC",
        # Our statements take milliseconds; compiling one, which is done when many rows are expected, takes a hundred.
        "jit": "off",
        # Each has one good plan, by its index, whatever is asked for; to plan it anew costs more than to carry it out.
        "plan_cache_mode": "force_generic_plan",
    }
    if writer:
        settings |= WRITER_TIMEOUTS
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0 if writer else 4,
        isolation_level=isolation,
        query_cache_size=2000,
        hide_parameters=True,
        connect_args={
            "server_settings": settings,
            "timeout": 5,
            "command_timeout": 15,
            "prepared_statement_cache_size": 500,
        },
    )
    if not writer:
        _ask_after_idling(engine.sync_engine)
    return engine


def _ask_after_idling(engine: sa.Engine) -> None:
    @sa_event.listens_for(engine, "checkin")
    def _left(_dbapi: Any, record: Any) -> None:
        record.info["left"] = time.monotonic()

    @sa_event.listens_for(engine, "checkout")
    def _taken(dbapi: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("left", time.monotonic()) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi)
        except engine.dialect.loaded_dbapi.Error as lost:
            raise sa.exc.DisconnectionError from lost  # the pool makes a new one


def async_url(url: str) -> sa.URL:
    """The same URL with the asyncpg driver."""
    return make_url(url).set(drivername="postgresql+asyncpg")
