"""What visitors of the web chat do besides writing: their page opens and goes, they end the chat, they rate it.

Whose page has been gone for `visitor_gone_after` while he waits has abandoned (decisions 5). A node that dies takes its
sockets with it; the others, or the next start, find whom it had.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.rules import micros
from interaction_hub.domain.states import ContactState, Outcome
from interaction_hub.errors import Conflict, Invalid
from interaction_hub.services import endings
from interaction_hub.services.conversation import Draft, write_message
from interaction_hub.services.desk import Desk
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import contacts, interactions, touchpoints, visits
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

LOOK_SECONDS = 1.0
SLOW_STEPS = 5
MOST_WORDS = 1_000

log = structlog.get_logger("visitors")


@dataclass(frozen=True, slots=True)
class Page:
    """A visitor's page at a node, open or gone."""

    identity: str
    node: str


@dataclass(frozen=True, slots=True)
class Rating:
    """What a visitor thinks of a conversation, 1 to 5, with his words. `claim` makes it exactly once."""

    value: str
    claim: str
    score: int
    text: str = ""


class Visitors:
    """The unit kinds of visitors, and one named task that looks for those who left."""

    def __init__(self, ledger: Ledger, reads: Reads, clock: Clock, rules: Rules, desk: Desk, node: str) -> None:
        self._ledger, self._reads, self._clock, self._rules, self._node = ledger, reads, clock, rules, node
        self._desk = desk
        self._here: set[str] = set()
        self._kept: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        ledger.register("visitor_here", each(lambda tx, page: visits.set_here(tx, page.identity, page.node)))
        ledger.register("visitor_gone", each(lambda tx, page: visits.set_gone(tx, page.identity, page.node)))
        ledger.register("visitor_left", each(self._left), Lane.PEOPLE)
        ledger.register("visitor_end", each(self._end), Lane.PEOPLE)
        ledger.register("visitor_rate", each(self._rate), Lane.PEOPLE)

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="visitors")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def here(self, identity: str) -> None:
        """A visitor's page is open at this node."""
        self._here.add(identity)
        await self._ledger.submit("visitor_here", Page(identity, self._node))

    async def gone(self, identity: str) -> None:
        """His last page at this node is gone."""
        self._here.discard(identity)
        await self._ledger.submit("visitor_gone", Page(identity, self._node))

    async def end(self, value: str) -> None:
        """He ends the chat: abandoned while he waits, else the agent's wrap-up begins."""
        await self._ledger.submit("visitor_end", value)

    async def rate(self, rating: Rating) -> str:
        """Keep a rating; gives the touchpoint. Raises `Conflict` if there is nothing (more) to rate."""
        touchpoint: str = await self._ledger.submit("visitor_rate", rating)
        return touchpoint

    # ---- looking -----------------------------------------------------------------------------------------------
    async def _run(self) -> None:
        step = 0
        while True:
            try:
                await self.look(slow=step % SLOW_STEPS == 0)
            except Exception:
                log.exception("visitors_failed")
            step += 1
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, *, slow: bool = True) -> None:
        """Submit what is due: whoever is gone for too long; slowly, also whom another node has wrong."""
        now = self._clock.now()
        work = [self._ledger.submit("visitor_left", one) for one in await self._gone_for_good(now)]
        if slow:
            for identity in self._here & await self._reads.run(visits.marked_gone):
                work.append(self._ledger.submit("visitor_here", Page(identity, self._node)))
            for identity, node in await self._reads.run(visits.orphaned, self._node, now):
                kind = "visitor_here" if identity in self._here else "visitor_gone"
                work.append(self._ledger.submit(kind, Page(identity, self._node if identity in self._here else node)))
        if work:
            await asyncio.gather(*work)

    async def _gone_for_good(self, now: int) -> list[str]:
        """Who has abandoned. A message with an address for its answer is kept for whoever comes in first."""
        before = now - micros(self._rules.current.company.visitor_gone_after)
        gone = await self._reads.run(visits.gone_since, before)
        fresh = [one for one in gone if one not in self._kept]
        if fresh:
            self._kept |= await self._reads.run(visits.answered_elsewhere, fresh)
        self._kept &= set(gone)
        return [one for one in fresh if one not in self._kept]

    # ---- units -------------------------------------------------------------------------------------------------
    def _left(self, tx: Tx, contact_id: str) -> bool:
        contact = contacts.find(tx, contact_id)
        before = tx.now - micros(self._rules.current.company.visitor_gone_after)
        if contact is None or contact.gone_us is None or contact.gone_us > before:
            return False
        return self._abandon(tx, contact)

    def _abandon(self, tx: Tx, contact: Any) -> bool:
        if contact.state not in (ContactState.QUEUED, ContactState.OFFERED):
            return False
        self._line(tx, contact, "customer_left")
        endings.leave(tx, contact, Outcome.ABANDONED, actor=f"customer:{contact.customer_id}", reason="customer_left")
        return True

    def _end(self, tx: Tx, value: str) -> bool:
        contact = _contact_of(tx, value)
        if contact is None or self._abandon(tx, contact):
            return contact is not None
        if contact.state == ContactState.ACTIVE:
            self._line(tx, contact, "customer_ended")
            self._desk.begin_wrap_up(tx, contact, actor=f"customer:{contact.customer_id}")
        return True

    def _rate(self, tx: Tx, rating: Rating) -> str:
        known = touchpoints.claimed(tx.connection, [rating.claim]).get(rating.claim)
        if known is not None:
            return str(known.id)
        if not 1 <= rating.score <= 5:
            raise Invalid("A rating is a whole number from 1 to 5.", fields={"score": "1 to 5"})
        contact = _contact_of(tx, rating.value)
        if contact is None or not _is_over(contact):
            raise Conflict("There is no conversation to rate.", code="nothing_to_rate")
        if visits.is_rated(tx.connection, contact.interaction_id, contact.id):
            raise Conflict("This conversation is rated already. Thank you.", code="rated")
        closed = interactions.by_ids(tx.connection, [contact.interaction_id])[contact.interaction_id].state == "closed"
        touchpoint = write_message(tx, self._draft(contact, "survey", rating))
        if closed:  # words about an episode do not open it again
            interactions.close(tx, contact.interaction_id)
        tx.emit(
            events.SurveyAnswered(
                touchpoint=touchpoint,
                interaction=contact.interaction_id,
                customer=contact.customer_id,
                contact=contact.id,
                agent=contact.agent_id,
                score=rating.score,
            ),
            actor=f"customer:{contact.customer_id}",
        )
        return touchpoint

    def _draft(self, contact: Any, kind: str, rating: Rating) -> Draft:
        return Draft(
            contact,
            kind,
            "in",
            "customer",
            contact.customer_id,
            rating.text[:MOST_WORDS],
            details={"values": {"score": rating.score}},
            claim=rating.claim,
        )

    def _line(self, tx: Tx, contact: Any, what: str) -> None:
        details = {"event": what, "values": {}}
        write_message(tx, Draft(contact, "event", "none", "customer", contact.customer_id, "", details=details))


def _is_over(contact: Any) -> bool:
    over = contact.state in (ContactState.WRAPPING, ContactState.ENDED) and contact.outcome != Outcome.PARKED
    return over and contact.agent_id is not None


def _contact_of(tx: Tx, value: str) -> Any | None:
    identity = visits.identity(tx.connection, value)
    interaction = visits.last_interaction(tx.connection, identity.id) if identity is not None else None
    return visits.last_contact(tx.connection, interaction.id) if interaction is not None else None
