"""The steps that several use-cases share: a contact queues, comes back unanswered, leaves, or ends with its agent.

All run inside of a unit, write conditionally, raise the agent's load version, and emit what happened.
"""

from __future__ import annotations

from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState, Outcome
from interaction_hub.storage import agents, contacts, drafts, interactions, offers
from interaction_hub.storage.unit import Tx
from routing.model import OfferEnd


def queued_event(row: dict[str, Any], transferred_from: str = "") -> events.ContactQueued:
    """The event of a contact's row that was just made."""
    return events.ContactQueued(
        contact=row["id"],
        interaction=row["interaction_id"],
        customer=row["customer_id"],
        queue=row["queue"],
        channel=row["channel"],
        band=row["band"],
        virtual_start=row["virtual_start_us"],
        arrival=row["arrival"],
        entered=row["entered_us"],
        epoch=row["epoch"],
        rules_version=row["rules_version"],
        preferred_agent=row["preferred_agent"] or "",
        preferred_until=row["preferred_until_us"],
        transferred_from=transferred_from,
    )


def return_to_queue(
    tx: Tx, contact: Any, offer: Any, end: OfferEnd, *, reason: str = "", back_off_until: int = 0
) -> int:
    """End an open offer without an answer of "yes": the contact waits again at its old place.

    Returns the agent's new load version. The caller has read both rows in this transaction and emits the event.
    """
    offers.end(tx, offer.id, end, reason=reason, back_off_until=back_off_until)
    contacts.change(
        tx, contact.id, state=ContactState.OFFERED, values={"state": ContactState.QUEUED, "epoch": contact.epoch + 1}
    )
    return agents.raise_load(tx, offer.agent_id)


def withdraw(tx: Tx, contact: Any, *, reason: str, actor: str, requeued: bool) -> None:
    """Take back the open offer of a contact, if there is one."""
    offer = offers.open_of_contacts(tx.connection, [contact.id]).get(contact.id)
    if offer is None:
        return
    offers.end(tx, offer.id, OfferEnd.WITHDRAWN, reason=reason)
    load_version = agents.raise_load(tx, offer.agent_id)
    tx.emit(
        events.OfferWithdrawn(
            offer=offer.id,
            contact=contact.id,
            agent=offer.agent_id,
            queue=contact.queue,
            reason=reason,
            epoch=contact.epoch + 1,
            load_version=load_version,
            requeued=requeued,
            missed_in_row=agents.missed_in_row(tx, offer.agent_id),
        ),
        actor=actor,
    )


def leave(tx: Tx, contact: Any, outcome: Outcome, *, actor: str, reason: str) -> None:
    """A contact that waits (queued or offered) ends without an agent."""
    withdraw(tx, contact, reason=reason, actor=actor, requeued=False)
    contacts.change(
        tx,
        contact.id,
        state=contact.state,
        values={"state": ContactState.ENDED, "outcome": outcome, "ended_us": tx.now, "epoch": contact.epoch + 1},
    )
    tx.emit(
        events.ContactEnded(
            contact=contact.id,
            queue=contact.queue,
            channel=contact.channel,
            outcome=outcome,
            was=contact.state,
            waited=tx.now - contact.entered_us,
        ),
        actor=actor,
    )


def end_with_agent(tx: Tx, contact: Any, outcome: Outcome, *, actor: str, disposition: str = "") -> None:
    """A contact that an agent holds (active or wrapping) ends; he is free from now."""
    wrap_from = contact.wrap_from_us or tx.now
    contacts.change(
        tx,
        contact.id,
        state=contact.state,
        values={
            "state": ContactState.ENDED,
            "outcome": outcome,
            "disposition": disposition or None,
            "ended_us": tx.now,
            "wrap_from_us": wrap_from,
            "epoch": contact.epoch + 1,
            "park_at_us": None,
            # Who is put away unanswered still waits: the contact that goes on begins with this.
            "customer_waits_us": contact.customer_waits_us if outcome is Outcome.PARKED else None,
            "unread": 0,
            "helper_id": None,
        },
    )
    drafts.forget_contact(tx, contact.id)
    interactions.remember_agent(tx, contact.interaction_id, contact.agent_id)
    load_version = agents.raise_load(tx, contact.agent_id, idle_since_us=tx.now)
    tx.emit(
        events.ContactEnded(
            contact=contact.id,
            queue=contact.queue,
            channel=contact.channel,
            outcome=outcome,
            was=contact.state,
            agent=contact.agent_id,
            disposition=disposition,
            load_version=load_version,
            idle_since=tx.now,
            handled=tx.now - (contact.accepted_us or tx.now),
        ),
        actor=actor,
    )
    _go_away_after(tx, contact.agent_id)


def _go_away_after(tx: Tx, agent: str) -> None:
    """*Away after this contact* takes effect when the last one is gone."""
    row = agents.find(tx, agent)
    if row is None or not row.after_contact or contacts.of_agent(tx.connection, agent):
        return
    agents.change(
        tx, agent, presence="away", reason=row.after_reason, set_by="agent", since_us=tx.now, after_contact=False
    )
    emit_presence(tx, agent, actor=f"agent:{agent}")


def emit_presence(tx: Tx, agent: str, *, actor: str, correlation: str = "") -> None:
    """Tell an agent's presence as its row stands now."""
    row = agents.find(tx, agent)
    assert row is not None
    tx.emit(
        events.PresenceChanged(
            agent=agent,
            presence=row.presence,
            reason=row.reason,
            set_by=row.set_by,
            confirmed=bool(row.confirmed),
            since=row.since_us,
            idle_since=row.idle_since_us,
            load_version=row.load_version,
            after_contact=bool(row.after_contact),
        ),
        actor=actor,
        correlation=correlation,
    )
