"""The ledger: the only writer. Work is submitted, waits with what else waits, and is acknowledged after the commit.

On SQLite it is one named thread over sqlite3; on PostgreSQL one task over asyncpg. Nobody writes around it, but for
blobs and migrations.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection

from interaction_hub.clock import Clock
from interaction_hub.domain.events import Sealed
from interaction_hub.errors import HubError
from interaction_hub.storage import databases
from interaction_hub.storage.batches import BatchLost, Committed, CommitUnknown, Work, commit, was_committed
from interaction_hub.storage.unit import Lane, Tx, UnitKind

BATCH_LIMIT = 100
"""Units in one commit. More raises the latency and not the throughput."""
ATTEMPTS = 5
DOUBT_SECONDS = 30
"""How long a COMMIT without an answer is asked about before its waiters are told that nobody knows."""
CHECKPOINT_SECONDS = 0.2
CROWD = 8
"""Units in a batch from which on others are sure to be on their way."""
GATHER_SECONDS = 0.005
"""How long they are waited for after a crowded batch: fewer and larger commits, when each has much to share."""

log = structlog.get_logger("ledger")


class LedgerUnavailable(HubError):
    """The database did not take the batch; nothing of it is stored. Try again in a moment."""

    code = "unavailable"
    retry_after = 3.0


class OutcomeUnknown(LedgerUnavailable):
    """The database went away during COMMIT and did not come back: the batch may be stored."""

    code = "outcome_unknown"

    def __init__(self) -> None:
        super().__init__("The database went away while it stored this; look whether it is there before you repeat it.")


@dataclass(slots=True)
class LedgerStats:
    """Counters for /metrics."""

    batches: int = 0
    units: int = 0
    events: int = 0
    reruns: int = 0
    lost: int = 0


class Ledger:
    """Takes units, batches them, commits them, resolves their futures, and hands the sealed events on.

    Register every kind before `start`. All methods but the constructor belong to the event loop.
    """

    def __init__(self, url: str, clock: Clock, *, database_time: bool = True) -> None:
        self._url = url
        self._clock = clock
        self._database_time = database_time
        self._kinds: dict[str, UnitKind] = {}
        self._lanes: tuple[deque[tuple[Work, asyncio.Future[Any]]], ...] = (deque(), deque())
        self._on_sealed: list[Callable[[list[Sealed]], None]] = []
        self._stopping = False
        self.stats = LedgerStats()
        self._writer: _SqliteWriter | _PostgresqlWriter

    @property
    def waiting(self) -> int:
        """Units that are not in a batch yet."""
        return sum(map(len, self._lanes))

    def register(self, name: str, run: Callable[[Tx, list[Any]], list[Any]], lane: Lane = Lane.PEOPLE) -> None:
        """Make a kind known. Raises `ValueError` if the name is taken."""
        if name in self._kinds:
            raise ValueError(f"unit kind {name!r} is registered twice")
        self._kinds[name] = UnitKind(name, run, lane)

    def on_sealed(self, callback: Callable[[list[Sealed]], None]) -> None:
        """Call this in the event loop with the events of each commit, right after their futures are resolved."""
        self._on_sealed.append(callback)

    async def start(self) -> None:
        """Open the writer's connection."""
        sqlite = databases.is_sqlite(self._url)
        self._writer = _SqliteWriter(self, self._url) if sqlite else _PostgresqlWriter(self, self._url)
        await self._writer.start()

    async def stop(self) -> None:
        """Commit what waits, then close. Later submissions are refused."""
        self._stopping = True
        await self._writer.stop()

    def submit(self, name: str, item: Any) -> asyncio.Future[Any]:
        """Queue one unit. The future gives the unit's result after its commit, or its error."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if self._stopping:
            future.set_exception(LedgerUnavailable("The hub is stopping; try again in a few seconds."))
            return future
        kind = self._kinds[name]
        self._lanes[kind.lane].append((Work(kind, item), future))
        self._writer.wake(full=self.waiting >= BATCH_LIMIT)
        return future

    # ---- for the writers ---------------------------------------------------------------------------------------
    def take(self) -> list[tuple[Work, asyncio.Future[Any]]]:
        """The next batch: people's lane first."""
        batch: list[tuple[Work, asyncio.Future[Any]]] = []
        for lane in self._lanes:
            while lane and len(batch) < BATCH_LIMIT:
                batch.append(lane.popleft())
        return batch

    def commit(self, connection: sa.Connection, batch: Sequence[Work]) -> Committed:
        """One attempt, on whatever thread or greenlet the writer runs."""
        return commit(connection, batch, self._clock, database_time=self._database_time)

    def settle(self, batch: Sequence[tuple[Work, asyncio.Future[Any]]], done: Committed | BaseException) -> None:
        """Resolve the futures of a batch, then hand over its events. A cancelled waiter changes nothing."""
        if isinstance(done, BaseException):
            self.stats.lost += 1
            for _, future in batch:
                if not future.done():
                    future.set_exception(done)
            return
        self.stats.batches += 1
        self.stats.units += len(batch)
        self.stats.events += len(done.sealed)
        self.stats.reruns += done.reruns
        for work, future in batch:
            if work.error is not None and not isinstance(work.error, HubError):
                log.error("unit_failed", unit=work.kind.name, error=repr(work.error))
            if future.done():
                continue
            if work.error is not None:
                future.set_exception(work.error)
            else:
                future.set_result(work.result)
        if done.sealed:
            self._hand_over(done.sealed)

    def _hand_over(self, sealed: list[Sealed]) -> None:
        for callback in self._on_sealed:
            try:
                callback(sealed)
            except Exception:  # a listener's bug must not end the writer
                log.exception("listener_failed", position=sealed[-1].position)


def _unavailable(error: BaseException) -> LedgerUnavailable:
    log.error("batch_lost", error=str(error))
    return LedgerUnavailable("The database does not answer; nothing was stored. Try again in a few seconds.")


class _SqliteWriter:
    """One thread that holds the writing connection, and one that checkpoints the WAL beside it."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        self._ledger = ledger
        self._url = url
        self._wake = threading.Event()
        self._full = threading.Event()
        self._stop = threading.Event()
        self._opened: asyncio.Future[None]

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._opened = self._loop.create_future()
        self._threads = [
            threading.Thread(target=self._write, name="ledger-writer", daemon=True),
            threading.Thread(target=self._checkpoint, name="ledger-checkpointer", daemon=True),
        ]
        self._threads[0].start()
        await self._opened
        self._threads[1].start()

    def wake(self, *, full: bool) -> None:
        self._wake.set()
        if full:
            self._full.set()

    async def stop(self) -> None:
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, 10)

    def _write(self) -> None:
        engine = databases.sqlite_writer(self._url)
        try:
            connection = engine.connect()
        except BaseException as error:  # noqa: BLE001 - it reaches whoever waits for the start
            self._loop.call_soon_threadsafe(self._opened.set_exception, error)
            return
        self._loop.call_soon_threadsafe(self._opened.set_result, None)
        with connection:
            while True:
                self._wake.wait()
                self._wake.clear()
                while batch := self._ledger.take():
                    done = self._attempt(connection, [work for work, _ in batch])
                    self._loop.call_soon_threadsafe(self._ledger.settle, batch, done)
                    if len(batch) >= CROWD:
                        self._gather()
                if self._stop.is_set():
                    break
        engine.dispose()

    def _gather(self) -> None:
        self._full.clear()
        if self._ledger.waiting < BATCH_LIMIT:
            self._full.wait(GATHER_SECONDS)

    def _attempt(self, connection: sa.Connection, batch: Sequence[Work]) -> Committed | BaseException:
        error: BaseException = RuntimeError("no attempt")
        for number in range(ATTEMPTS):
            try:
                return self._ledger.commit(connection, batch)
            except (BatchLost, DBAPIError) as lost:
                error = lost
                with contextlib.suppress(DBAPIError):
                    connection.rollback()
                    if isinstance(lost, CommitUnknown) and was_committed(connection, lost.done):
                        return lost.done
                self._stop.wait(0.05 * 2**number)
            except BaseException as bug:
                log.exception("batch_failed")
                with contextlib.suppress(DBAPIError):
                    connection.rollback()
                return bug
        return _unavailable(error)

    def _checkpoint(self) -> None:
        engine = databases.sqlite_writer(self._url)
        with contextlib.closing(engine.raw_connection()) as connection:
            while not self._stop.wait(CHECKPOINT_SECONDS):
                cursor = connection.cursor()
                with contextlib.suppress(Exception):  # busy: the next round does it
                    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                cursor.close()
        engine.dispose()


class _PostgresqlWriter:
    """One task over one connection. It is stopped by a flag, never by cancelling: that would cut a batch in two."""

    def __init__(self, ledger: Ledger, url: str) -> None:
        self._ledger = ledger
        self._engine = databases.postgresql_async(url, pool_size=1, writer=True)
        self._connection: AsyncConnection | None = None
        self._wake, self._full = asyncio.Event(), asyncio.Event()
        self._stop = False

    async def start(self) -> None:
        async with self._engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")
        self._task = asyncio.create_task(self._write(), name="ledger-writer")

    def wake(self, *, full: bool) -> None:
        self._wake.set()
        if full:
            self._full.set()

    async def stop(self) -> None:
        self._stop = True
        self._wake.set()
        await asyncio.wait_for(self._task, 15)
        await self._engine.dispose()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while batch := self._ledger.take():
                self._ledger.settle(batch, await self._attempt([work for work, _ in batch]))
                if len(batch) >= CROWD:
                    await self._gather()
            if self._stop:
                break
        await self._disconnect()

    async def _gather(self) -> None:
        self._full.clear()
        if self._ledger.waiting < BATCH_LIMIT:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self._full.wait()

    async def _attempt(self, works: Sequence[Work]) -> Committed | BaseException:
        """Try until it is committed, refused by a bug, or given up. Never again while an earlier COMMIT is in doubt."""
        error: BaseException = RuntimeError("no attempt")
        in_doubt: Committed | None = None
        started = monotonic()
        number = 0
        while number < ATTEMPTS or (in_doubt is not None and monotonic() - started < DOUBT_SECONDS and not self._stop):
            try:
                connection = await self._connect()
                if in_doubt is not None and await connection.run_sync(was_committed, in_doubt):
                    return in_doubt
                in_doubt = None
                return await connection.run_sync(self._ledger.commit, works)
            except CommitUnknown as lost:
                error, in_doubt = lost, lost.done
            except (BatchLost, DBAPIError, PendingRollbackError, OSError, TimeoutError) as lost:
                error = lost
            except Exception as bug:
                log.exception("batch_failed")
                await self._disconnect()
                return bug
            await self._disconnect()
            await asyncio.sleep(min(0.05 * 2**number, 1))
            number += 1
        return _unavailable(error) if in_doubt is None else OutcomeUnknown()

    async def _connect(self) -> AsyncConnection:
        if self._connection is None:
            try:
                self._connection = await self._engine.connect()
            except Exception as error:  # asyncpg's own errors come unwrapped here ("the database is starting up")
                raise BatchLost(str(error)) from error
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                await connection.invalidate()
            with contextlib.suppress(Exception):
                await connection.close()
