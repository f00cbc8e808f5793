"""Reading beside the writer: plain functions over an open connection, run on a reader's thread or over asyncpg."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from interaction_hub.storage import databases

P = ParamSpec("P")
R = TypeVar("R")
READERS = 2
"""Reading threads on SQLite; more only fight for the interpreter."""


class Reads:
    """Runs `function(connection, …)` beside the writer and gives its result."""

    def __init__(self, url: str) -> None:
        self.sqlite = databases.is_sqlite(url)
        if self.sqlite:
            self._engine = databases.sqlite_readers(url)
            self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        else:
            # Each statement sees its own moment anyway; to say so to the server takes two ways to it and back.
            self._async_engine = databases.postgresql_async(url, pool_size=6, isolation="AUTOCOMMIT")

    async def run(self, function: Callable[Concatenate[sa.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call it with an open connection."""
        if self.sqlite:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, lambda: self.run_now(function, *args, **kwargs))
        return await self._asked("AUTOCOMMIT", lambda sync: function(sync, *args, **kwargs))

    async def at_one_moment(
        self, function: Callable[Concatenate[sa.Connection, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """The same, and all statements of the function see the database as it was at the first of them."""
        if self.sqlite:
            return await self.run(function, *args, **kwargs)
        return await self._asked("REPEATABLE READ", lambda sync: function(sync, *args, **kwargs))

    async def _asked(self, isolation: str, function: Callable[[sa.Connection], R]) -> R:
        async with self._async_engine.connect() as connection:
            if isolation != "AUTOCOMMIT":
                await connection.execution_options(isolation_level=isolation)
            return await connection.run_sync(function)

    def run_now(self, function: Callable[Concatenate[sa.Connection, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same at once, on the calling thread (SQLite only)."""
        with self._engine.connect() as connection:
            return function(connection, *args, **kwargs)

    async def close(self) -> None:
        """Wait for running reads and release the connections."""
        if self.sqlite:
            await asyncio.to_thread(self._threads.shutdown)
            self._engine.dispose()
        else:
            await self._async_engine.dispose()
