"""The next contact of an interaction: queued after a transfer, queued anew for a follow-up, or taken by hand.

The caller has made sure that no contact of the thread is open, and emits what the queued ones mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState, Mode
from interaction_hub.ids import new_id
from interaction_hub.storage import agents, contacts, interactions
from interaction_hub.storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next contact waits, under which version of the rules, and for whom until when (hub time)."""

    queue: str
    band: int
    rules_version: int
    preferred_agent: str | None = None
    preferred_until: int = 0


@dataclass(frozen=True, slots=True)
class Taking:
    """Who takes a contact past the queue. `parks_after` is the silence (µs) after which it is parked."""

    agent: str
    parks_after: int
    actor: str
    taken_from: str = ""
    correlation: str = ""


def queue_next(tx: Tx, contact: Any, place: Place) -> dict[str, Any]:
    """The same visit goes on in a queue: the next contact keeps the age, and a visitor his open page."""
    row = {
        **_identity_of(contact, contact.interaction_id),
        **_waiting(tx, place),
        "virtual_start_us": contact.virtual_start_us,
        **_visit_of(contact),
    }
    contacts.insert(tx, [row])
    return row


def queue_anew(tx: Tx, interaction: Any, place: Place) -> dict[str, Any]:
    """A new visit of an interaction, by its row: it begins to wait now. Whom nobody answered waits since he wrote."""
    row = {
        **_identity_of(interaction, interaction.id),
        **_waiting(tx, place),
        "virtual_start_us": tx.now,
        "unread": 0,
        "customer_waits_us": _unanswered_since(tx, interaction),
    }
    contacts.insert(tx, [row])
    return row


def take_over(tx: Tx, contact: Any, place: Place, taking: Taking) -> dict[str, Any]:
    """The same visit goes on with another agent at once. The old contact has ended."""
    values = {**_identity_of(contact, contact.interaction_id), **_visit_of(contact)}
    return _take(tx, values, contact.virtual_start_us, place, taking)


def take_anew(tx: Tx, interaction: Any, place: Place, taking: Taking) -> dict[str, Any]:
    """A new visit begins with an agent at once, past the queue and, by hand, past his capacity."""
    waits = {"unread": 0, "customer_waits_us": _unanswered_since(tx, interaction)}
    return _take(tx, {**_identity_of(interaction, interaction.id), **waits}, tx.now, place, taking)


def _unanswered_since(tx: Tx, interaction: Any) -> int | None:
    """Since when (µs) the customer waits for an answer, if his last contact was put away without one."""
    last = interactions.last_contact(tx.connection, interaction.id)
    return None if last is None else last.customer_waits_us


def _take(tx: Tx, values: dict[str, Any], virtual_start: int, place: Place, taking: Taking) -> dict[str, Any]:
    row = {
        **values,
        **_waiting(tx, place),
        "virtual_start_us": virtual_start,
        "state": ContactState.ACTIVE,
        "mode": Mode.LIVE,
        "agent_id": taking.agent,
        "accepted_us": tx.now,
        "park_at_us": None if values["customer_waits_us"] else tx.now + taking.parks_after,
    }
    contacts.insert(tx, [row])
    interactions.remember_agent(tx, row["interaction_id"], taking.agent)
    tx.emit(
        events.ContactTaken(
            contact=row["id"],
            interaction=row["interaction_id"],
            customer=row["customer_id"],
            agent=taking.agent,
            queue=place.queue,
            channel=row["channel"],
            epoch=row["epoch"],
            load_version=agents.raise_load(tx, taking.agent),
            taken_from=taking.taken_from,
        ),
        actor=taking.actor,
        correlation=taking.correlation,
    )
    return row


def _identity_of(row: Any, interaction: str) -> dict[str, Any]:
    """The columns that contacts and interactions share."""
    return {
        "id": new_id(),
        "interaction_id": interaction,
        "customer_id": row.customer_id,
        "identity_id": row.identity_id,
        "channel": row.channel,
        "account": row.account,
        "thread": row.thread,
    }


def _visit_of(contact: Any) -> dict[str, Any]:
    return {
        "unread": contact.unread,
        "customer_waits_us": contact.customer_waits_us,
        "visitor_node": contact.visitor_node,
        "gone_us": contact.gone_us,
    }


def _waiting(tx: Tx, place: Place) -> dict[str, Any]:
    return {
        "queue": place.queue,
        "state": ContactState.QUEUED,
        "band": place.band,
        "arrival": tx.arrival(),
        "entered_us": tx.now,
        "preferred_agent": place.preferred_agent,
        "preferred_until_us": place.preferred_until,
        "rules_version": place.rules_version,
        "epoch": 1,
    }
