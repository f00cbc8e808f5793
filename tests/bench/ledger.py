"""Whole units through the ledger, on both databases, against the bare driver that writes the very same rows.

100 waiting: half of the texts open a contact, half go on with one. Alone: one text at a time, beside the raw commit of
its rows. On PostgreSQL also two processes on one database. We run on one core, PostgreSQL on the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from interaction_hub.storage import databases
from interaction_hub.storage.schema import upgrade
from interaction_hub.storage.verify import verify
from tests.bench.figures import Figure, alternate
from tests.bench.pinned import CLIENT_CORE, SERVER_CORE, on_core
from tests.bench.subjects.bare_accept import accept_all
from tests.bench.units import WAITING, Run, arrivals, offer_all, units_of
from tests.bench.written import Batch, recording, write_postgresql, write_sqlite
from tests.fakes.servers import Postgres, start_postgres

MESSAGES, CUSTOMERS = 4_000, 2_000
ALONE = 400
OFFERS = 2_000
PROCESSES = 2
_number = count()

NewUrl = Callable[[], str]


def measure() -> Iterator[Figure]:
    """SQLite first, then a PostgreSQL of our own that is as durable as one in earnest."""
    with tempfile.TemporaryDirectory() as folder, on_core(SERVER_CORE):
        yield from _figures("SQLite", lambda: f"sqlite:///{Path(folder) / f'{next(_number)}.db'}", 0.45, 3.5)
        yield _accept(Path(folder))
    with _postgresql() as server, on_core(SERVER_CORE):
        yield from _figures("PostgreSQL", lambda: server.url(server.create_database()), 0.50, 2.5)
        yield from _two_processes(server)


def _figures(name: str, new_url: NewUrl, goal: float, alone: float) -> Iterator[Figure]:
    batches = asyncio.run(_recorded(new_url(), MESSAGES, WAITING))
    ratios = alternate(
        lambda: asyncio.run(_received(new_url(), MESSAGES, WAITING)).rate,
        lambda: MESSAGES / sum(asyncio.run(_written(new_url(), batches))),
    )
    yield Figure(f"inbound unit / raw executemany, {name}", ratios, goal)
    batches = asyncio.run(_recorded(new_url(), ALONE, 1))
    tails: list[float] = []

    def ours() -> float:
        latencies = sorted(asyncio.run(_received(new_url(), ALONE, 1)).latencies)
        tails.append(latencies[int(len(latencies) * 0.99)] / statistics.median(latencies))
        return statistics.median(latencies)

    ratios = alternate(ours, lambda: statistics.median(asyncio.run(_written(new_url(), batches))))
    yield Figure(f"one alone / raw commit of its rows, {name}: p50", ratios, alone, most=True)
    yield Figure(f"one alone, {name}: p99 / p50", tuple(tails[1:]), 5.0, most=True)


async def _received(url: str, messages: int, waiting: int) -> Run:
    """Ours."""
    async with units_of(url) as units:
        return await units.run("receive", arrivals(messages, CUSTOMERS), waiting)


async def _recorded(url: str, messages: int, waiting: int) -> list[Batch]:
    """What ours writes."""
    async with units_of(url) as units:
        with recording() as batches:
            await units.run("receive", arrivals(messages, CUSTOMERS), waiting)
    return batches


async def _written(url: str, batches: list[Batch]) -> list[float]:
    """The yardstick, into an empty database of the same schema. Seconds of each commit."""
    await upgrade(url)
    if databases.is_sqlite(url):
        return write_sqlite(databases.sqlite_path(url), batches)
    return await write_postgresql(url, batches)


# ---- accepting ---------------------------------------------------------------------------------------------------
def _accept(folder: Path) -> Figure:
    prepared = folder / "offered.db"
    asyncio.run(_received(f"sqlite:///{prepared}", OFFERS, WAITING))
    offers = offer_all(prepared)

    def copy() -> Path:
        return Path(shutil.copy(prepared, folder / f"{next(_number)}.db"))

    ratios = alternate(lambda: asyncio.run(_accepted(copy(), offers)).rate, lambda: accept_all(copy(), offers, WAITING))
    return Figure("accept of an offer / the same in bare sqlite3", ratios, 0.35)


async def _accepted(path: Path, offers: list[tuple[str, str]]) -> Run:
    async with units_of(f"sqlite:///{path}") as units:
        return await units.run("command", [units.acceptance(agent, offer) for agent, offer in offers])


# ---- two processes on one PostgreSQL -------------------------------------------------------------------------------
def _two_processes(server: Postgres) -> Iterator[Figure]:
    """The sum of both against one alone; afterwards what they wrote must hold together."""
    broken: list[str] = []

    def both() -> float:
        url = server.url(server.create_database())
        rate = _nodes(url, PROCESSES)
        report = asyncio.run(verify(url, full=True))
        broken.extend(str(finding) for finding in report.findings)
        if report.looked_at["touchpoints"] != PROCESSES * MESSAGES:
            broken.append(f"{report.looked_at['touchpoints']} touchpoints of {PROCESSES * MESSAGES}")
        return rate

    ratios = alternate(both, lambda: _nodes(server.url(server.create_database()), 1))
    yield Figure("two processes / one, units per s, PostgreSQL", ratios, 0.9)
    if broken:
        raise RuntimeError("the log of two processes does not hold together: " + "; ".join(broken[:5]))


def _nodes(url: str, number: int) -> float:
    """Units per second of all processes together, from the first beginning to the last end."""
    asyncio.run(_received(url, 0, 1))  # schema and rules
    command = [sys.executable, "-m", "tests.bench.subjects.ledger_node", url]
    with contextlib.ExitStack() as stack:
        nodes = [
            stack.enter_context(
                subprocess.Popen(
                    [*command, str(node), str(MESSAGES), str(CUSTOMERS)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for node in range(1, number + 1)
        ]
        for node in nodes:
            _line(node)
        for node in nodes:
            assert node.stdin is not None
            node.stdin.write("go\n")
            node.stdin.flush()
        times = [tuple(map(float, _line(node).split())) for node in nodes]
    return number * MESSAGES / (max(end for _, end in times) - min(began for began, _ in times))


def _line(node: subprocess.Popen[str]) -> str:
    assert node.stdout is not None
    if not (line := node.stdout.readline()):
        raise RuntimeError("a node has ended before its time")
    return line


@contextlib.contextmanager
def _postgresql() -> Iterator[Postgres]:
    with on_core(CLIENT_CORE):
        server = start_postgres(durable=True)
    try:
        yield server
    finally:
        server.remove()
