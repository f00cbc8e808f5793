"""What the floods share: the company, the running hub, an ordinary busy hour, and those who must not feel anything."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from interaction_hub.domain.documents import parse
from tests.bench.crew import BYE, Crew
from tests.bench.load import pour
from tests.bench.others import SECOND_ACCOUNT, SECOND_NUMBER, Others, p95
from tests.bench.pinned import Pinned
from tests.bench.texts import signed
from tests.fakes.house import SID, TOKEN, Rules, documents, open_house

AGENTS, ROOM, CUSTOMERS, PER_CONTACT = 20, 60, 1_000, 10
"""So much room that nobody waits for an agent: what is measured is the hub."""
LINES = 1_000
"""Agents beside them, of whom there is nothing but a console."""
SEED = 4_000
CONNECTIONS, MOST_CONNECTIONS = 32, 600
CALM_SECONDS, FLOOD_SECONDS, SETTLE_SECONDS = 20.0, 60.0, 15.0
TIMES_MEMORY = 1.2
REST_SECONDS, REST_LIMIT_SECONDS, IDLE = 0.25, 120.0, 0.25
"""Whoever uses less than a quarter of his core for so long is at rest."""
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
Times = dict[str, list[float]]


class Texts:
    """Endless texts of a thousand customers; about one in ten ends its conversation, the next begins another."""

    def __init__(self, url: str) -> None:
        self._url, self._dice, self.number = url, random.Random(SEED), 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        number, self.number = self.number, self.number + 1
        words = BYE if self._dice.randrange(PER_CONTACT) == 0 else "Where is my table?"
        return signed(self._url, number, f"+4477{self._dice.randrange(CUSTOMERS):08d}", f"{number} {words}")

    def some(self, count: int) -> Iterator[bytes]:
        """So many."""
        return islice(self, count)


@dataclass
class Stage:
    """The hub and its people; `tokens` are of the others' agent, the crew, and those who only have a console."""

    hub: Pinned
    others: Others
    crew: Crew
    tokens: list[str]
    rate: float = 0.0
    calm: Times = field(default_factory=dict)
    texts: Texts = field(init=False)
    _failed: int = 0

    def __post_init__(self) -> None:
        self.texts = Texts(self.hub.url)

    async def at_rest(self) -> float:
        """Wait until the hub has nothing left to do; gives when that was (`time.perf_counter`)."""
        async with asyncio.timeout(REST_LIMIT_SECONDS):
            used = self.hub.cpu_seconds
            while True:
                await asyncio.sleep(REST_SECONDS)
                before, used = used, self.hub.cpu_seconds
                if used - before < IDLE * REST_SECONDS:
                    return time.perf_counter() - REST_SECONDS

    async def ordinary_hour(self) -> Times:
        """The others' times at half of what the hub takes."""
        async with self.others.going_on() as times:
            await pour(self.hub.port, self.texts, self.rate / 2, CALM_SECONDS, MOST_CONNECTIONS)
        return times

    @asynccontextmanager
    async def beside(self, seconds: float) -> AsyncIterator[Times]:
        """The same hour goes on while the block runs, which takes so long; the times are complete after it."""
        async with self.others.going_on() as times:
            hour = asyncio.create_task(
                pour(self.hub.port, self.texts, self.rate / 2, seconds, MOST_CONNECTIONS), name="ordinary-hour"
            )
            yield times
            poured = await hour
            self._failed += poured.timed_out + sum(n for status, n in poured.statuses.items() if status != 200)

    def unlucky(self) -> int:
        """How many of the others got no answer in time, or a bad one, since this was asked last."""
        found = self.others.late + len(self.others.failed) + self._failed
        self._failed = 0
        self.others.failed.clear()
        return found

    def troubles(self) -> str:
        """What went wrong, for whoever watches the bench."""
        failed = self.others.failed
        return f"{len(failed)} of the others failed {failed[:2]}, {len(self.crew.failed)} of the crew"


def company() -> Rules:
    """Agents for the flood, one for all others, and a thousand who are only there."""
    rules = documents(chat={"requires": {"quiet": 1}})
    rules["skill", "quiet"] = parse("skill", {"key": "quiet", "name": "Quiet"}, "bench")
    line = {"key": "second", "name": "Second", "channel": "sms", "entries": [SECOND_NUMBER], "requires": {"quiet": 1}}
    rules["queue", "second"] = parse("queue", line, "bench")
    for number in range(1 + AGENTS + LINES):
        able = {"en": 5} if number else {"quiet": 1}
        agent = {"skills": able, "capacity": 1000, "channels": {"sms": ROOM, "chat": ROOM}}
        rules["agent", f"agent{number}"] = parse(
            "agent", {"key": f"agent{number}", "name": f"A {number}", **agent}, "bench"
        )
    return rules


async def seeded(folder: Path) -> list[str]:
    """A database with the company, and a session of each agent: the others', the crew's, the rest."""
    async with open_house(f"sqlite:///{folder / 'hub.db'}", folder, rules=company()) as house:
        names = [f"agent{number}" for number in range(1 + AGENTS + LINES)]
        return list(await asyncio.gather(*(house.sign_in(name) for name in names)))


def shown(times: Times) -> str:
    """The times, for whoever watches the bench."""
    return ", ".join(f"{kind} p95 {p95(found) * 1e3:.1f} ms of {len(found)}" for kind, found in times.items())


def say(words: str) -> None:
    """How far it is."""
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)
