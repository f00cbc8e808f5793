"""Fixtures that every layer may use: real servers, and a database URL once for each database.

A server that is not installed skips the test by name; with CI=true that is a failure, for nothing may be skipped there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.fakes.servers import Postgres, Redis, ServerMissing, start_postgres, start_redis

Server = TypeVar("Server", Postgres, Redis)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A private PostgreSQL for this process (with -n 2: one per worker)."""
    server = started(start_postgres)
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """A fresh, empty database; dropped afterwards, whoever is still connected."""
    name = postgres_server.create_database()
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """A private Redis for this process."""
    server = started(start_redis)
    yield server
    server.remove()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """The private Redis, emptied."""
    redis_server.clear()
    return redis_server.url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Runs the test twice: an empty SQLite file, an empty PostgreSQL database."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


def started(start: Callable[[], Server]) -> Server:
    try:
        return start()
    except ServerMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
