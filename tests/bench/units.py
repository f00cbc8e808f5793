"""The product's ledger with the units that a bench measures, and nothing around it: no web, no engine, no listeners."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.messages import AddressKind, InboundMessage
from interaction_hub.clock import HubClock
from interaction_hub.domain.documents import Document, parse
from interaction_hub.domain.permissions import Principal, Role
from interaction_hub.ids import new_id
from interaction_hub.services.arguments import OfferArguments
from interaction_hub.services.commands import Call, Commands
from interaction_hub.services.desk import Desk
from interaction_hub.services.followups import Followups
from interaction_hub.services.helping import Helping
from interaction_hub.services.intake import Arrival, Intake, arrival
from interaction_hub.services.presence import PresenceKeeper
from interaction_hub.services.rulebook import Publish, Rules
from interaction_hub.services.steering import Steering
from interaction_hub.services.verbs import Services, every_command
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.schema import upgrade

WAITING = 100
AGENTS = 20
RAW = b"x" * 1_000
TEXT = "Where is my table? It should have come today between two and six."
_FOREVER = 2**60


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one run: each unit's seconds from its submission to its answer, and the whole."""

    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        """Units per second."""
        return len(self.latencies) / self.seconds


@dataclass(frozen=True, slots=True)
class Units:
    """An open ledger that takes texts (`receive`) and commands."""

    ledger: Ledger
    commands: Commands

    async def run(self, kind: str, items: Sequence[Any], waiting: int = WAITING) -> Run:
        """Submit all, so many at a time: each waiter submits his next when the last is answered."""
        pending, latencies = iter(items), []

        async def waiter() -> None:
            for item in pending:
                began = time.perf_counter()
                await self.ledger.submit(kind, item)
                latencies.append(time.perf_counter() - began)

        began = time.perf_counter()
        await asyncio.gather(*(waiter() for _ in range(waiting)))
        return Run(time.perf_counter() - began, latencies)

    def acceptance(self, agent: str, offer: str) -> Call:
        """An agent takes an offer, with a command id as his console gives it."""
        principal = Principal(agent, agent, Role.AGENT, "")
        return Call(self.commands.all["offer.accept"], principal, OfferArguments(offer=offer), f"accept-{offer}")


@asynccontextmanager
async def units_of(url: str) -> AsyncIterator[Units]:
    """Open the ledger of a database, which is made if it is not there."""
    await upgrade(url)
    clock = HubClock()
    ledger, reads = Ledger(url, clock), Reads(url)
    rules = Rules(ledger, reads)
    desk = Desk(rules)
    Intake(ledger, rules)
    services = Services(desk, PresenceKeeper(ledger, rules, desk), Steering(rules), Followups(rules), Helping(rules))
    commands = Commands(ledger, clock, every_command(services), lambda _topic, _frame: None)
    await ledger.start()
    await rules.start()
    if not rules.current.queues:
        queue: Document = parse("queue", {"key": "q", "name": "Q", "channel": "sms", "entries": ["*"]}, "bench")
        await rules.publish(Publish({("queue", "q"): queue}, frozenset(), "system:bench"))
    try:
        yield Units(ledger, commands)
    finally:
        await ledger.stop()
        await reads.close()


def arrivals(number: int, customers: int, *, node: int = 0) -> list[Arrival]:
    """Texts of so many customers in turn; those of another node come from other people."""
    return [
        arrival(
            InboundMessage(
                channel="sms",
                account="main",
                provider_id=f"SM{node:08d}{one:024d}",
                sender_kind=AddressKind.PHONE,
                sender=f"+447{node:04d}{one % customers:05d}",
                recipient="+447700900101",
                text=TEXT,
            ),
            RAW,
        )
        for one in range(number)
    ]


def offer_all(path: Path) -> list[tuple[str, str]]:
    """Offer every waiting contact of a SQLite database to the agents in turn. Gives (agent, offer)."""
    agents, found = [f"agent{number}" for number in range(AGENTS)], []
    with closing(sqlite3.connect(path)) as connection, connection:
        for agent in agents:
            connection.execute("INSERT INTO user_account (id, login, role) VALUES (?, ?, 'agent')", (agent, agent))
            connection.execute("INSERT INTO agent (id, presence, confirmed) VALUES (?, 'available', 1)", (agent,))
        waiting = connection.execute("SELECT id, epoch + 1 FROM contact ORDER BY arrival").fetchall()
        for (contact, epoch), agent in zip(waiting, _again(agents), strict=False):
            found.append((agent, new_id()))
            connection.execute(
                "INSERT INTO offer (id, contact_id, agent_id, state, epoch, deadline_us, why)"
                " VALUES (?, ?, ?, 'open', ?, ?, x'7b7d')",
                (found[-1][1], contact, agent, epoch, _FOREVER),
            )
        connection.execute("UPDATE contact SET state = 'offered', epoch = epoch + 1")
    return found


def _again(agents: list[str]) -> Iterator[str]:
    while True:
        yield from agents
