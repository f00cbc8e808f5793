"""The routing engine: facts and the time go in, decisions come out. Pure: it has no clock, no I/O, no randomness.

Rebuild it with `absorb` from the open rows: rules, agents, presences, waiting and offered contacts, open offers, active
contacts. A decision holds contact and agent until its `ContactOffered` or `DecisionRefused` is applied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from routing.facts import FACTS
from routing.floor import Floor
from routing.matcher import Matcher
from routing.model import AgentId, ContactId, Decision, Fact, Micros, OfferId, QueueId
from routing.sweep import stranded


class Engine:
    """Call `due` again as long as `next_due` is not in the future: the work of one call is bounded.

    `new_offer_id` names each offer that is decided; it must never give the same id twice.
    """

    def __init__(self, new_offer_id: Callable[[], OfferId]) -> None:
        self._floor = Floor()
        self._matcher = Matcher(self._floor, new_offer_id)
        self._now: Micros = 0

    def apply(self, fact: Fact, now: Micros) -> list[Decision]:
        """Take in one fact at this hub time. A fact told again changes nothing.

        Raises ValueError for rules that contradict themselves and TypeError for something that is no fact.
        """
        return self.absorb((fact,), now)

    def absorb(self, facts: Iterable[Fact], now: Micros) -> list[Decision]:
        """Take in many facts and decide only after the last: one sealed batch of the log, or all rows on a start."""
        for fact in facts:
            take = FACTS.get(type(fact))
            if take is None:
                raise TypeError(f"{type(fact).__name__} is not a fact")
            take(self._matcher, fact, now)
        return self.due(now)

    def due(self, now: Micros) -> list[Decision]:
        """What is to be decided because of the time, or because the last call left work."""
        self._now = now
        return self._matcher.step(now)

    @property
    def next_due(self) -> Micros | None:
        """The hub time of the next call of `due`; the last `now` if there is work left; None: nothing to wait for."""
        return self._now if self._matcher.pending else self._matcher.timers.next_at

    def stranded(self, now: Micros) -> list[tuple[ContactId, AgentId]]:
        """The slow sweep of `routing.sweep`: must be empty once `next_due` is in the future."""
        return stranded(self._floor, now)

    def waiting_count(self, queue_id: QueueId) -> int:
        """Contacts that wait in the queue; those with an offer are not counted."""
        return len(self._floor.waiting.get(queue_id, ()))

    def position_of(self, contact_id: ContactId) -> int | None:
        """The place of a waiting contact in its queue, from 1; None if it does not wait. Costs the queue's length."""
        contact = self._floor.contacts.get(contact_id)
        if contact is None or contact.offer_id is not None:
            return None
        rank = contact.rank()
        contacts = self._floor.contacts
        return 1 + sum(contacts[other].rank() < rank for other in self._floor.waiting.get(contact.queue_id, ()))

    @property
    def signature_count(self) -> int:
        """Requirement signatures known now; more than 1,000 in use are worth an alarm (decisions 22)."""
        return len(self._floor.signatures)
