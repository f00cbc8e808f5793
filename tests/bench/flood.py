"""Floods, and those who have nothing to do with them: what is shed, what the others feel, what is lost, what stays.

The hub is a process on one core, everybody else is on the other. In what it can sustain the agents' work behind each
text is counted, until all is at rest. "Before" is an ordinary busy hour at half of that; a flood is twice of it for a
minute, or comes on top of that hour.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.crew import crew_of
from tests.bench.figures import Figure, stepwise
from tests.bench.flood_lines import deaf_readers, reconnects
from tests.bench.flood_people import people
from tests.bench.flood_stage import (
    CONNECTIONS,
    FLOOD_SECONDS,
    LINES,
    MOST_CONNECTIONS,
    OTHER_ACCOUNTS,
    SETTLE_SECONDS,
    TIMES_MEMORY,
    Stage,
    say,
    seeded,
    shown,
)
from tests.bench.load import Poured, closed, pour
from tests.bench.others import Others, worse
from tests.bench.pinned import free_port, pin_client, serving
from tests.fakes.hub_toml import write_config

WARMS, WARM = 3, 2_000
SHED = 0.25
"""At twice what it takes, half is too much; that the hub takes more by then than when it was measured is no fault."""


def measure() -> Iterator[Figure]:
    """Texts, requests, log-ins and frames; a thousand consoles at once; readers that never read."""
    pin_client()
    with tempfile.TemporaryDirectory() as folder:
        yield from stepwise(_measure(Path(folder)))


async def _measure(folder: Path) -> AsyncIterator[Figure]:
    tokens = await seeded(folder)
    port = free_port()
    config = write_config(folder, port, f"sqlite:///{folder / 'hub.db'}", OTHER_ACCOUNTS)
    environment = {"HUB_CONFIG": str(config), "HUB_SERVER__TRUSTED_PROXIES": "127.0.0.1"}
    with serving("tests.fakes.hub_process", port=port, log=folder / "hub.log", environment=environment) as hub:
        async with crew_of(hub.url, tokens[1:-LINES]) as crew, AsyncExitStack() as stack:
            others = Others(hub.url)
            await others.open(stack, tokens[0])
            stage = Stage(hub, others, crew, tokens)
            await _learn(stage)
            for flood in (_texts(stage, folder), people(stage), reconnects(stage), deaf_readers(stage)):
                async for figure in flood:
                    yield figure


async def _learn(stage: Stage) -> None:
    """What the hub takes, and how the others fare in an ordinary hour."""
    for _ in range(WARMS):  # a thousand conversations begin with the first
        began = time.perf_counter()
        outcome = await closed(stage.hub.port, stage.texts.some(WARM), CONNECTIONS)
        stage.rate = outcome.answered / (await stage.at_rest() - began)
    stage.calm = await stage.ordinary_hour()
    say(f"the hub takes {stage.rate:.0f} texts a second; before: {shown(stage.calm)}")


# ---- texts of one account --------------------------------------------------------------------------------------
async def _texts(stage: Stage, folder: Path) -> AsyncIterator[Figure]:
    await stage.at_rest()
    memory, first = stage.hub.resident_bytes, stage.texts.number
    async with stage.others.going_on() as during:
        flood = await pour(stage.hub.port, stage.texts, stage.rate * 2, FLOOD_SECONDS, MOST_CONNECTIONS)
    say(f"{flood.sent} texts, answered {dict(flood.statuses)}; {shown(during)}; {stage.troubles()}")
    shed = [reply for reply in flood.replies.values() if reply.status in (429, 503)]
    strange = len(flood.replies) - len(shed) - sum(200 <= one.status < 300 for one in flood.replies.values())
    yield Figure("texts at twice the rate: share shed", (len(shed) / flood.sent,), SHED)
    unsaid = sum(not reply.retry_after for reply in shed)
    yield Figure("texts: answered otherwise, or shed without Retry-After", (unsaid + strange,), 0, most=True)
    yield Figure("texts: who timed out or failed", (flood.timed_out + stage.unlucky(),), 0, most=True)
    for kind, ratio in worse(stage.calm, during):
        yield Figure(f"texts: other's {kind}, p95 / before", (ratio,), 3.0, most=True)
    await asyncio.sleep(SETTLE_SECONDS)
    yield Figure("texts: memory after / before", (stage.hub.resident_bytes / memory,), TIMES_MEMORY, most=True)
    yield _kept(folder, flood, first)


def _kept(folder: Path, flood: Poured, first: int) -> Figure:
    """Accepted ones that are not in the database just once."""
    connection = sqlite3.connect(f"file:{folder / 'hub.db'}?mode=ro", uri=True)
    found: dict[int, int] = {}
    for (words,) in connection.execute("SELECT text FROM touchpoint WHERE account = 'main' AND direction = 'in'"):
        number = int(words.split(" ", 1)[0])
        found[number] = found.get(number, 0) + 1
    connection.close()
    accepted = [first + number for number, reply in flood.replies.items() if 200 <= reply.status < 300]
    wrong = sum(found.get(number, 0) != 1 for number in accepted)
    return Figure(f"texts: taken, and not stored just once (of {len(accepted)})", (wrong,), 0, most=True)
