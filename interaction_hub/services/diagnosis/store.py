"""The database and Redis: whether they answer, whether their schema is ours, and what the doctor reads from them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import SECOND
from interaction_hub.services.diagnosis.findings import Finding, fail, ok, warn
from interaction_hub.storage import databases, documents, eventlog, schema, users
from interaction_hub.storage.reads import Reads

SUBJECT = "database"
CLOCK_TOLERANCE = 60 * SECOND
TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What was read: the rules in use, and everybody who has a log-in (`login`, `role`, `active`)."""

    book: RuleBook
    people: Sequence[Any]
    admins: int


async def look_at_database(url: str) -> tuple[list[Finding], Stored | None]:
    """Reads alone, beside a running hub or without one."""
    if databases.is_sqlite(url) and not (path := databases.sqlite_path(url)).exists():
        return [fail(SUBJECT, f"{path} is not there", "`interaction-hub init` makes it; or restore a backup")], None
    reads = Reads(url)
    try:
        return await _look(reads, url)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return [fail(SUBJECT, f"{_name(url)}: {_reason(error)}", _advice(url))], None
    finally:
        await reads.close()


async def _look(reads: Reads, url: str) -> tuple[list[Finding], Stored | None]:
    stands = await reads.run(schema.standing)
    if stands.current is None:
        return [fail(SUBJECT, f"{_name(url)} is empty", "`interaction-hub init` makes the tables")], None
    if not stands.known:
        words = f"{_name(url)} is of a newer version ({stands.current}) than this program ({stands.newest})"
        return [fail(SUBJECT, words, "install that version again; this one refuses to start")], None
    if stands.current != stands.newest:
        words = f"{_name(url)} has schema {stands.current}; this program brings it to {stands.newest} at its start"
        return [warn(SUBJECT, words, "make a backup, then restart the hub; people and queues were not looked at")], None
    position, at, _ = await reads.run(eventlog.head)
    found = [ok(SUBJECT, f"{_name(url)}, schema {stands.current}, {position:,} events")]
    found.append(_clock(at if position else 0, await reads.run(_now)))
    return found, await reads.run(_read)


def _read(connection: sa.Connection) -> Stored:
    return Stored(documents.load(connection), users.everyone(connection), users.active_admins(connection))


def _now(connection: sa.Connection) -> int:
    """The clock that gives hub time: the database's on PostgreSQL, else this machine's."""
    if connection.dialect.name == "postgresql":
        return int(connection.execute(sa.select(sa.extract("epoch", sa.func.clock_timestamp()))).scalar_one() * SECOND)
    return time.time_ns() // 1000


def _clock(head: int, now: int) -> Finding:
    behind, apart = head - now, abs(time.time_ns() // 1000 - now)
    if behind > CLOCK_TOLERANCE:
        words = f"it is {behind // SECOND:,} s before the last event of the log"
        return fail("clock", words, "set the time (timedatectl set-ntp true): the hub refuses to start until then")
    if apart > CLOCK_TOLERANCE:
        return warn("clock", f"this machine and the database are {apart // SECOND:,} s apart", "let both use NTP")
    return ok("clock", "not behind the log")


def _name(url: str) -> str:
    """The database without user and password."""
    parts = sa.make_url(url)
    if databases.is_sqlite(url):
        return f"SQLite {databases.sqlite_path(url)}"
    return f"PostgreSQL {parts.database} at {parts.host or parts.query.get('host') or 'this machine'}"


def _reason(error: BaseException) -> str:
    """One line, without statements and values."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).partition("\n")[0].removeprefix("<class ").strip()
    return text[:200] or type(cause).__name__


def _advice(url: str) -> str:
    if databases.is_sqlite(url):
        return "run doctor as the user of the hub; if the file is damaged, `interaction-hub verify`, then a backup"
    return "see that the server runs, and compare database.url (user, password, name, pg_hba.conf)"


async def look_at_redis(url: str, *, sqlite: bool) -> Finding:
    """Only several nodes on PostgreSQL use it."""
    if sqlite:
        return warn("redis", "is configured and not used: SQLite has one node", "take redis.url out")
    redis = Redis.from_url(url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS)
    try:
        await redis.ping()
    except (RedisError, OSError, TimeoutError) as error:
        words = f"does not answer ({type(error).__name__}): the nodes hear of each other a quarter of a second later"
        return warn("redis", words, "start it, or compare redis.url; nothing is lost meanwhile")
    finally:
        await redis.aclose()
    return ok("redis", "answers")
