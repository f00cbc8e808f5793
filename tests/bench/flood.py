"""Floods, and those who have nothing to do with them: what is shed, what the others feel, what is lost, what stays.

The hub is a process on one core, everybody else is on the other. "Before" is an ordinary busy hour: half of what the
hub takes. The flood is twice what it takes, for a minute.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from interaction_hub.domain.documents import parse
from tests.bench.crew import BYE, Crew, crew_of
from tests.bench.figures import Figure, stepwise
from tests.bench.load import Poured, closed, pour
from tests.bench.others import SECOND_ACCOUNT, SECOND_NUMBER, Others, p95, worse
from tests.bench.pinned import Pinned, free_port, pin_client, serving
from tests.bench.texts import signed
from tests.fakes.house import SID, TOKEN, Rules, documents, open_house
from tests.fakes.hub_toml import write_config

AGENTS, ROOM, CUSTOMERS, PER_CONTACT = 20, 60, 1_000, 10
"""So much room that nobody waits: what is measured is the hub."""
SEED = 4_000
CONNECTIONS, WARM, MOST_CONNECTIONS = 32, 3_000, 600
CALM_SECONDS, FLOOD_SECONDS, SETTLE_SECONDS = 20.0, 60.0, 15.0
TIMES_WORSE, TIMES_MEMORY = 3.0, 1.2
OTHER_ACCOUNTS = f"""
[[channel]]
kind = "twilio_sms"
account = "{SECOND_ACCOUNT}"
account_sid = "{SID}"
auth_token = "{TOKEN}"
numbers = ["{SECOND_NUMBER}"]
[[channel]]
kind = "webchat"
account = "web"
"""


def measure() -> Iterator[Figure]:
    """Webhooks of one account at twice what the hub takes."""
    pin_client()
    with tempfile.TemporaryDirectory() as folder:
        yield from stepwise(_measure(Path(folder)))


async def _measure(folder: Path) -> AsyncIterator[Figure]:
    tokens = await _seeded(folder)
    port = free_port()
    config = write_config(folder, port, f"sqlite:///{folder / 'hub.db'}", OTHER_ACCOUNTS)
    environment = {"HUB_CONFIG": str(config), "HUB_SERVER__TRUSTED_PROXIES": "127.0.0.1"}
    with serving("tests.fakes.hub_process", port=port, log=folder / "hub.log", environment=environment) as hub:
        async with crew_of(hub.url, tokens[1:]) as crew, AsyncExitStack() as stack:
            others = Others(hub.url)
            await others.open(stack, tokens[0])
            async for figure in _webhooks(hub, others, crew, folder):
                yield figure


def company() -> Rules:
    """Agents for the flood, and one for all others."""
    rules = documents(chat={"requires": {"quiet": 1}})
    rules["skill", "quiet"] = parse("skill", {"key": "quiet", "name": "Quiet"}, "bench")
    line = {"key": "second", "name": "Second", "channel": "sms", "entries": [SECOND_NUMBER], "requires": {"quiet": 1}}
    rules["queue", "second"] = parse("queue", line, "bench")
    for number in range(AGENTS + 1):
        able = {"en": 5} if number else {"quiet": 1}
        agent = {"skills": able, "capacity": 1000, "channels": {"sms": ROOM, "chat": ROOM}}
        key = f"agent{number}"
        rules["agent", key] = parse("agent", {"key": key, "name": key, **agent}, "bench")
    return rules


async def _seeded(folder: Path) -> list[str]:
    async with open_house(f"sqlite:///{folder / 'hub.db'}", folder, rules=company()) as house:
        return [await house.sign_in(f"agent{number}") for number in range(AGENTS + 1)]


# ---- webhooks of one account -----------------------------------------------------------------------------------
async def _webhooks(hub: Pinned, others: Others, crew: Crew, folder: Path) -> AsyncIterator[Figure]:
    texts = _Texts(hub.url)
    outcome = await closed(hub.port, (next(texts) for _ in range(WARM)), CONNECTIONS)
    rate = outcome.answered / outcome.seconds
    _say(f"the hub takes {rate:.0f} texts a second")
    async with others.going_on() as calm:
        await pour(hub.port, texts, rate / 2, CALM_SECONDS, MOST_CONNECTIONS)
    await asyncio.sleep(SETTLE_SECONDS)
    memory, first = hub.resident_bytes, texts.number
    async with others.going_on() as during:
        flood = await pour(hub.port, texts, rate * 2, FLOOD_SECONDS, MOST_CONNECTIONS)
    _say(f"{flood.sent} sent, answered {dict(flood.statuses)}, calm {_shown(calm)}, flood {_shown(during)}")
    _say(f"others' failures {others.failed[:3]}, crew's failures {len(crew.failed)} {crew.failed[:2]}")
    for figure in _felt("texts of one account", flood, others, calm, during):
        yield figure
    await asyncio.sleep(SETTLE_SECONDS)
    yield Figure("texts of one account: memory after / before", (hub.resident_bytes / memory,), TIMES_MEMORY, most=True)
    yield _kept(folder, flood, first)


def _felt(
    name: str, flood: Poured, others: Others, calm: dict[str, list[float]], during: dict[str, list[float]]
) -> Iterator[Figure]:
    shed = [reply for reply in flood.replies.values() if reply.status in (429, 503)]
    strange = len(flood.replies) - len(shed) - sum(200 <= one.status < 300 for one in flood.replies.values())
    yield Figure(f"{name}: share shed", (len(shed) / flood.sent,), 0.25)
    unsaid = sum(not reply.retry_after for reply in shed)
    yield Figure(f"{name}: shed without Retry-After", (unsaid + strange,), 0, most=True)
    yield Figure(f"{name}: who timed out", (flood.timed_out + others.late + len(others.failed),), 0, most=True)
    for kind, ratio in worse(calm, during):
        yield Figure(f"{name}: other's {kind}, p95 / before", (ratio,), TIMES_WORSE, most=True)


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
    return Figure(f"accepted, and not stored just once (of {len(accepted)})", (wrong,), 0, most=True)


class _Texts:
    """Endless texts of a thousand customers; about one in ten ends its conversation, the next begins another."""

    def __init__(self, url: str) -> None:
        self._url, self._dice, self.number = url, random.Random(SEED), 0

    def __iter__(self) -> _Texts:
        return self

    def __next__(self) -> bytes:
        number, self.number = self.number, self.number + 1
        words = BYE if self._dice.randrange(PER_CONTACT) == 0 else "Where is my table?"
        return signed(self._url, number, f"+4477{self._dice.randrange(CUSTOMERS):08d}", f"{number} {words}")


def _shown(times: dict[str, list[float]]) -> dict[str, Any]:
    return {kind: f"{len(found)}: {p95(found) * 1e3:.1f} ms" for kind, found in times.items()}


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)
