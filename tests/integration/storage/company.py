"""A small company at work, made by the real services: customers in every state, for `verify` to look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from channels.messages import AddressKind, InboundMessage
from interaction_hub.clock import HubClock
from interaction_hub.domain.documents import Document
from interaction_hub.durations import HOUR
from interaction_hub.ids import new_id
from interaction_hub.services import offering, seeding
from interaction_hub.services.desk import Deed, Desk
from interaction_hub.services.intake import Intake, arrival
from interaction_hub.services.offering import Fenced
from interaction_hub.services.rulebook import Publish, Rules
from interaction_hub.storage import agents, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Tx, each, insert_into
from routing.model import OfferContact, Why

WHY = Why(1, 1, (), "longest_idle", 1, 1, 1)

OPTIONS = {
    "reply": {"text": "It comes at two."},
    "note": {"text": "Asked the carrier."},
    "finish": {"disposition": "answered"},
}


@dataclass
class Company:
    """Contacts and agents by name; `contacts` has the newest one of each customer."""

    url: str
    ledger: Ledger
    reads: Reads
    rules: Rules
    intake: Intake
    agents: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    async def writes(self, customer: str, text: str = "Where is my table?") -> str:
        """A message by SMS; gives its touchpoint."""
        number = self.numbers.setdefault(customer, len(self.numbers) + 100)
        message = InboundMessage(
            channel="sms",
            account="main",
            provider_id=new_id(),
            sender_kind=AddressKind.PHONE,
            sender=f"+447700900{number}",
            recipient="+447700900101",
            text=text,
        )
        (taken,) = await self.intake.receive([arrival(message, b"raw")])
        assert taken.contact is not None
        self.contacts[customer] = taken.contact
        return taken.touchpoint

    async def offer(self, customer: str, agent: str) -> str:
        """What the dispatcher would commit."""
        contact, person = await self.reads.run(self._rows, self.contacts[customer], self.agents[agent])
        decision = OfferContact(
            offer_id=new_id(),
            contact_id=contact.id,
            agent_id=person.id,
            queue_id=contact.queue,
            deadline=HubClock().now() + HOUR,
            epoch=contact.epoch,
            load_version=person.load_version,
            why=WHY,
        )
        assert await self.ledger.submit("offer", Fenced(decision, 1)) == ""
        self.offers[customer] = decision.offer_id
        return decision.offer_id

    def _rows(self, connection: Any, contact: str, agent: str) -> tuple[Any, Any]:
        row = connection.execute(tables.contact.select().where(tables.contact.c.id == contact)).one()
        return row, agents.get(connection, agent)

    async def do(self, verb: str, agent: str, customer: str, **options: Any) -> dict[str, Any]:
        """A verb of the desk."""
        target = self.offers[customer] if verb in ("accept", "decline") else self.contacts[customer]
        answer: dict[str, Any] = await self.ledger.submit(verb, Deed(self.agents[agent], target, **options))
        if verb == "transfer":
            self.contacts[customer] = answer["contact"]
        return answer

    async def serve(self, customer: str, agent: str, *verbs: str) -> None:
        """Write, be offered, be accepted, and so on."""
        await self.writes(customer)
        await self.offer(customer, agent)
        for verb in ("accept", *verbs):
            await self.do(verb, agent, customer, **OPTIONS.get(verb, {}))

    async def publish(self, *documents: tuple[str, Document]) -> None:
        """Change documents."""
        await self.rules.publish(Publish({(kind, doc.key): doc for kind, doc in documents}, frozenset(), "test"))


def _people(tx: Tx, logins: list[str]) -> dict[str, str]:
    made = {login: new_id() for login in logins}
    for login, user in made.items():
        tx.execute(insert_into(tables.user), {"id": user, "login": login, "name": login, "role": "agent"})
        agents.add(tx, user)
        agents.change(tx, user, presence="available", confirmed=True)
    row = {"name": offering.LEASE, "node": "test", "epoch": 1, "until_us": tx.now}
    tx.execute(insert_into(tables.lease), row)
    return made


@asynccontextmanager
async def open_company(url: str) -> AsyncIterator[Company]:
    """The sample company on a migrated, empty database, without customers."""
    ledger, reads = Ledger(url, HubClock()), Reads(url)
    rules = Rules(ledger, reads)
    intake, desk = Intake(ledger, rules), Desk(rules)
    offering.register(ledger, rules)
    ledger.register("people", each(_people))
    for verb in ("accept", "decline", "reply", "note", "hold", "transfer", "end", "finish"):
        ledger.register(verb, each(getattr(desk, verb)))
    await ledger.start()
    try:
        await rules.publish(Publish(seeding.read(seeding.example_files()), frozenset(), "test"))
        company = Company(url, ledger, reads, rules, intake)
        company.agents = await ledger.submit("people", ["amara", "daniel", "linh"])
        yield company
    finally:
        await ledger.stop()
        await reads.close()


async def fill(company: Company) -> None:
    """One contact in every state; Ann's was finished and came back, Eve's was declined, Gil's transferred."""
    await company.serve("ann", "amara", "reply", "finish")
    await company.writes("ann")
    await company.serve("bob", "amara", "reply")
    await company.serve("cat", "daniel", "end")
    await company.writes("dan")
    await company.writes("dan")
    await company.offer("dan", "daniel")
    await company.writes("eve")
    await company.offer("eve", "linh")
    await company.do("decline", "linh", "eve", text="busy")
    await company.serve("fay", "linh", "note", "hold")
    await company.serve("gil", "linh")
    await company.do("transfer", "linh", "gil", queue="returns", text="Please look.")
