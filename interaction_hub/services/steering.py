"""A supervisor's acts on waiting contacts: facts in the log that the dispatcher answers by an event (decisions 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts
from interaction_hub.storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants what for which waiting contact."""

    actor: str
    contact: str
    queue: str = ""
    agent: str = ""
    band: int = 0
    correlation: str = ""


class Steering:
    """Each act checks that it makes sense and writes the request; the answer tells from where to follow the log."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def move(self, tx: Tx, wish: Wish) -> dict[str, Any]:
        """Ask for another queue."""
        contact = self._waiting(tx, wish)
        queue = self._rules.current.queues.get(wish.queue)
        if queue is None or queue.channel != contact.channel:
            raise Invalid("There is no such queue for this channel.", fields={"queue": "unknown"})
        return self._ask(tx, wish, events.MoveRequested(contact=wish.contact, queue=wish.queue))

    def assign(self, tx: Tx, wish: Wish) -> dict[str, Any]:
        """Ask for one agent."""
        self._waiting(tx, wish)
        row = agents.get(tx.connection, wish.agent)
        if row is None:
            raise Invalid("There is no such agent.", fields={"agent": "unknown"})
        if row.presence == "offline":
            raise Conflict(f"{row.name} is not signed in.", code="agent_gone")
        return self._ask(tx, wish, events.AssignRequested(contact=wish.contact, agent=wish.agent))

    def prioritise(self, tx: Tx, wish: Wish) -> dict[str, Any]:
        """Ask for another band: 0 is served first."""
        self._waiting(tx, wish)
        return self._ask(tx, wish, events.PriorityRequested(contact=wish.contact, band=wish.band))

    def _waiting(self, tx: Tx, wish: Wish) -> Any:
        contact = contacts.find(tx, wish.contact)
        if contact is None:
            raise NotFound("There is no such contact.")
        if contact.state not in (ContactState.QUEUED, ContactState.OFFERED):
            raise Conflict("The contact no longer waits.", code="not_waiting")
        return contact

    def _ask(self, tx: Tx, wish: Wish, body: events.Body) -> dict[str, Any]:
        tx.emit(body, actor=wish.actor, correlation=wish.correlation)
        return {"position": tx.position}
