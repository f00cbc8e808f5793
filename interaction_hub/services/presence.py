"""Presence: what an agent chose, whether a living console confirms it, and what happens when it is gone.

Socket lost: no new offers at once; after the grace the offers go back; after two more minutes waiting customers do too
(decisions 6). A lost socket never changes the chosen presence, only its agent does or, with a reason, the system.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState
from interaction_hub.durations import SECOND
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.services import endings
from interaction_hub.services.desk import Desk
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, offers, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each
from routing.model import OfferEnd

GRACE = 30 * SECOND
"""From a lost socket to `agent_lost`."""
REQUEUE_AFTER = 120 * SECOND
"""From `agent_lost` to the waiting customers going back to the queue."""
SYSTEM = "system:presence"


@dataclass(frozen=True, slots=True)
class Choice:
    """What an agent chose, or a supervisor for him: then `chosen_by` is the supervisor's id."""

    agent: str
    presence: str
    reason: str = ""
    after_contact: bool = False
    correlation: str = ""
    chosen_by: str = ""


@dataclass(frozen=True, slots=True)
class Socket:
    """A node has, or no longer has, a console of this agent."""

    agent: str
    node: str


def _over_sockets(single: Callable[[Tx, Socket], bool]) -> Callable[[Tx, list[Socket]], list[bool]]:
    """A unit over a list that reads its agents together: a whole house comes back at once."""
    one_by_one = each(single)

    def run(tx: Tx, sockets: list[Socket]) -> list[bool]:
        tx.rows.many(tables.agent, (socket.agent for socket in sockets))
        return one_by_one(tx, sockets)

    return run


class PresenceKeeper:
    """The unit kinds of presence."""

    def __init__(
        self, ledger: Ledger, rules: Rules, desk: Desk, *, grace: int = GRACE, requeue: int = REQUEUE_AFTER
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._desk = desk
        self._grace = grace
        self._requeue = requeue
        ledger.register("console_here", _over_sockets(self._here), Lane.PEOPLE)
        ledger.register("console_gone", _over_sockets(self._gone), Lane.PEOPLE)
        ledger.register("agent_lost", each(self._lost), Lane.PEOPLE)

    async def console_here(self, agent: str, node: str) -> None:
        """A console opened or came back."""
        await self._ledger.submit("console_here", Socket(agent, node))

    async def console_gone(self, agent: str, node: str) -> None:
        """The agent's last socket on this node is gone."""
        await self._ledger.submit("console_gone", Socket(agent, node))

    def set(self, tx: Tx, choice: Choice) -> dict[str, Any]:
        """Write a chosen presence. Signing off parks the agent's text contacts (decisions 3)."""
        reasons = self._rules.current.company.away_reasons
        if choice.presence not in ("available", "away", "offline"):
            raise Invalid("Presence is available, away or offline.", fields={"presence": "unknown"})
        if choice.presence == "away" and choice.reason not in reasons:
            raise Invalid(f"Choose a reason: {', '.join(reasons)}.", fields={"reason": "not a known reason"})
        row = agents.get(tx.connection, choice.agent)
        if row is None:
            if choice.chosen_by:
                raise NotFound("There is no such agent.")
            raise Invalid("You take no contacts in this company: ask an admin to make you an agent.")
        if choice.after_contact and contacts.of_agent(tx.connection, choice.agent):
            agents.change(tx, choice.agent, after_contact=True, after_reason=choice.reason)
        else:
            self._write(tx, row, choice)
        actor = f"user:{choice.chosen_by}" if choice.chosen_by else f"agent:{choice.agent}"
        endings.emit_presence(tx, choice.agent, actor=actor, correlation=choice.correlation)
        if choice.presence == "offline":
            self._sign_off(tx, choice.agent)
        return {}

    def _write(self, tx: Tx, row: Any, choice: Choice) -> None:
        values: dict[str, Any] = {
            "presence": choice.presence,
            "reason": choice.reason if choice.presence == "away" else "",
            "set_by": "supervisor" if choice.chosen_by else "agent",
            "set_by_id": choice.chosen_by,
            "after_contact": False,
            "missed_in_row": 0,
        }
        if not choice.chosen_by and row.lost_at_us is not None and choice.presence != "offline":
            # He is there, whatever became of his last line; his next one has the whole grace to come.
            values["lost_at_us"] = tx.now + self._grace
        if row.presence != choice.presence or row.reason != values["reason"]:
            values["since_us"] = tx.now
            if choice.presence == "available":
                values["idle_since_us"] = tx.now
        agents.change(tx, choice.agent, **values)

    def _sign_off(self, tx: Tx, agent: str) -> None:
        self._return_offers(tx, agent)
        for contact in contacts.of_agent(tx.connection, agent):
            if contact.state == ContactState.ACTIVE:
                self._desk.park(tx, contact.id, reason="signed_off", requeue=contact.customer_waits_us is not None)

    def _here(self, tx: Tx, socket: Socket) -> bool:
        row = agents.find(tx, socket.agent)
        if row is None:
            return False
        if row.confirmed and row.node == socket.node and row.lost_at_us is None:
            return False
        agents.change(tx, socket.agent, confirmed=True, node=socket.node, lost_at_us=None)
        endings.emit_presence(tx, socket.agent, actor=SYSTEM)
        return True

    def _gone(self, tx: Tx, socket: Socket) -> bool:
        row = agents.find(tx, socket.agent)
        if row is None or not row.confirmed or row.node != socket.node:
            return False
        agents.change(tx, socket.agent, confirmed=False, lost_at_us=tx.now + self._grace)
        endings.emit_presence(tx, socket.agent, actor=SYSTEM)
        return True

    def _lost(self, tx: Tx, agent: str) -> bool:
        row = agents.get(tx.connection, agent)
        if row is None or row.confirmed or row.lost_at_us is None or row.lost_at_us > tx.now:
            return False
        if row.reason == "agent_lost" or row.presence == "offline":
            agents.change(tx, agent, lost_at_us=None)
            for contact in contacts.of_agent(tx.connection, agent):
                if contact.state == ContactState.ACTIVE and contact.customer_waits_us is not None:
                    self._desk.park(tx, contact.id, reason="agent_lost", requeue=True)
            return True
        self._return_offers(tx, agent)
        agents.change(
            tx,
            agent,
            presence="away",
            reason="agent_lost",
            set_by="system",
            since_us=tx.now,
            lost_at_us=tx.now + self._requeue,
        )
        endings.emit_presence(tx, agent, actor=SYSTEM)
        return True

    def _return_offers(self, tx: Tx, agent: str) -> None:
        for offer in offers.open_of_agent(tx.connection, agent):
            contact = contacts.find(tx, offer.contact_id)
            assert contact is not None
            load_version = endings.return_to_queue(tx, contact, offer, OfferEnd.AGENT_LOST)
            tx.emit(
                events.OfferLost(
                    offer=offer.id,
                    contact=contact.id,
                    agent=agent,
                    queue=contact.queue,
                    epoch=contact.epoch + 1,
                    load_version=load_version,
                    missed_in_row=agents.missed_in_row(tx, agent),
                ),
                actor=SYSTEM,
            )
