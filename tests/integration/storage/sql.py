"""SQL around the ledger, the same way on both databases: for looking from outside, and for planting damage."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from interaction_hub.storage import protection

Statement = str | sa.Executable


@asynccontextmanager
async def outside(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection of its own, in one transaction that is committed at the end."""
    driver = "sqlite+aiosqlite" if url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(make_url(url).set(drivername=driver), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


async def fetch(url: str, statement: Statement) -> Sequence[Any]:
    """All rows of one query."""
    async with outside(url) as connection:
        return (await connection.execute(_text(statement))).all()


async def value(url: str, statement: Statement) -> Any:
    """The one value of a query."""
    async with outside(url) as connection:
        return (await connection.execute(_text(statement))).scalar_one()


async def execute(url: str, *statements: Statement) -> None:
    """Run statements as anybody could."""
    async with outside(url) as connection:
        for statement in statements:
            await connection.execute(_text(statement))


async def damage(url: str, *statements: Statement) -> None:
    """Run statements with the walls down: no triggers on events, no foreign keys."""
    async with outside(url) as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            for drop in protection.drop_statements("sqlite"):
                await connection.exec_driver_sql(drop)
        for statement in statements:
            await connection.execute(_text(statement))


def _text(statement: Statement) -> sa.Executable:
    return sa.text(statement) if isinstance(statement, str) else statement
