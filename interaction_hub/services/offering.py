"""The dispatcher's writes: offers are made, expire, are taken back. Each is conditional and carries the lease's epoch.

A decision that lost its race is refused as a result, with the reason; nothing of it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook
from interaction_hub.domain.states import ContactState
from interaction_hub.services import endings
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, offers, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each
from routing.model import ExpireOffer, OfferContact, OfferEnd

LEASE = "dispatcher"
DISPATCHER = "system:dispatcher"
_EPOCH = sa.select(tables.lease.c.epoch).where(tables.lease.c.name == LEASE)
_TAKE_CONTACT = (
    sa.update(tables.contact)
    .where(
        tables.contact.c.id == sa.bindparam("i"),
        tables.contact.c.state == "queued",
        tables.contact.c.epoch == sa.bindparam("e"),
    )
    .values(state="offered", epoch=sa.bindparam("e") + 1)
)
_TAKE_ROOM = (
    sa.update(tables.agent)
    .where(tables.agent.c.id == sa.bindparam("a"), tables.agent.c.load_version == sa.bindparam("v"))
    .values(load_version=sa.bindparam("v") + 1)
)


@dataclass(frozen=True, slots=True)
class Fenced:
    """A decision with the epoch of the lease under which it was made."""

    decision: Any
    epoch: int


@dataclass(frozen=True, slots=True)
class Act:
    """A supervisor's wish about a waiting contact, as the dispatcher carries it out."""

    contact: str
    actor: str
    correlation: str
    queue: str | None = None
    band: int | None = None


def register(ledger: Ledger, rules: Rules) -> None:
    """Make the dispatcher's unit kinds known."""
    ledger.register("offer", make_offers, Lane.PEOPLE)
    ledger.register("expire", each(expire), Lane.PEOPLE)
    ledger.register("move", each(lambda tx, item: move(tx, item, rules.current)), Lane.PEOPLE)
    ledger.register("refuse_request", each(refuse), Lane.PEOPLE)


def make_offers(tx: Tx, items: list[Fenced]) -> list[str]:
    """Unit over a list: "" for each offer that was made, else why not."""
    epoch = tx.execute(_EPOCH).scalar()
    waiting = contacts.by_ids(tx.connection, (item.decision.contact_id for item in items))
    people = agents.by_ids(tx.connection, (item.decision.agent_id for item in items))
    loads = {key: row.load_version for key, row in people.items()}
    taken: set[str] = set()
    results: list[str] = []
    rows: list[dict[str, Any]] = []
    for number, item in enumerate(items):
        decision: OfferContact = item.decision
        contact, agent = waiting.get(decision.contact_id), people.get(decision.agent_id)
        refusal = _refusal(item, epoch, contact, agent, loads, taken, tx.now)
        results.append(refusal)
        if refusal:
            continue
        assert contact is not None
        taken.add(decision.contact_id)
        loads[decision.agent_id] += 1
        rows.append(_offer_row(decision, tx.now))
        tx.emit(_offered(decision, loads[decision.agent_id]), actor=DISPATCHER, item=number)
    if rows:
        made = [item.decision for item, refusal in zip(items, results, strict=True) if not refusal]
        tx.write(_TAKE_CONTACT, [{"i": d.contact_id, "e": d.epoch} for d in made])
        tx.write(_TAKE_ROOM, [{"a": d.agent_id, "v": loads[d.agent_id] - 1} for d in made])
        offers.insert(tx, rows)
    return results


def _refusal(
    item: Fenced, epoch: int | None, contact: Any, agent: Any, loads: dict[str, int], taken: set[str], now: int
) -> str:
    decision: OfferContact = item.decision
    if item.epoch != epoch:
        return "lease_lost"
    if contact is None or contact.state != ContactState.QUEUED or contact.id in taken:
        return "contact_gone"
    if contact.epoch != decision.epoch:
        return "contact_changed"
    if agent is None or agent.presence != "available" or not agent.confirmed:
        return "agent_gone"
    if loads[decision.agent_id] != decision.load_version:
        return "load_changed"
    return "too_late" if decision.deadline <= now else ""


def _offer_row(decision: OfferContact, now: int) -> dict[str, Any]:
    return {
        "id": decision.offer_id,
        "contact_id": decision.contact_id,
        "agent_id": decision.agent_id,
        "state": "open",
        "epoch": decision.epoch + 1,
        "made_us": now,
        "deadline_us": decision.deadline,
        "why": msgspec.json.encode(decision.why),
        "rules_version": decision.why.rules_version,
    }


def _offered(decision: OfferContact, load_version: int) -> events.ContactOffered:
    return events.ContactOffered(
        offer=decision.offer_id,
        contact=decision.contact_id,
        agent=decision.agent_id,
        queue=decision.queue_id,
        deadline=decision.deadline,
        epoch=decision.epoch + 1,
        load_version=load_version,
        rule=decision.why.rule,
        step=decision.why.step,
    )


def expire(tx: Tx, item: Fenced) -> str:
    """Unit: the deadline passed. "" if the offer ended by it, else why not (it was answered in time)."""
    decision: ExpireOffer = item.decision
    if item.epoch != tx.execute(_EPOCH).scalar():
        return "lease_lost"
    offer = offers.find(tx, decision.offer_id)
    if offer is None or offer.state != "open":
        return "offer_ended"
    contact = contacts.find(tx, offer.contact_id)
    agent = agents.find(tx, offer.agent_id)
    assert contact is not None
    assert agent is not None
    load_version = endings.return_to_queue(tx, contact, offer, OfferEnd.EXPIRED, back_off_until=decision.back_off_until)
    missed = agent.missed_in_row + 1
    agents.change(tx, offer.agent_id, missed_in_row=missed)
    tx.emit(
        events.OfferExpired(
            offer=offer.id,
            contact=contact.id,
            agent=offer.agent_id,
            queue=contact.queue,
            epoch=contact.epoch + 1,
            load_version=load_version,
            missed_in_row=missed,
            back_off_until=decision.back_off_until,
        ),
        actor=DISPATCHER,
    )
    if decision.away and agent.presence == "available":
        agents.change(tx, offer.agent_id, presence="away", reason="missed", set_by="system", since_us=tx.now)
        endings.emit_presence(tx, offer.agent_id, actor=DISPATCHER)
    return ""


def move(tx: Tx, item: Act, book: RuleBook) -> str:
    """Unit: a waiting contact goes to another queue or band, with its old virtual start. "" or why not."""
    contact = contacts.find(tx, item.contact)
    if contact is None or contact.state not in (ContactState.QUEUED, ContactState.OFFERED):
        return "not_waiting"
    queue = book.queues.get(item.queue or contact.queue)
    if queue is None or queue.channel != contact.channel:
        return "wrong_queue"
    epoch = contact.epoch + 1
    if contact.state == ContactState.OFFERED:
        endings.withdraw(tx, contact, reason="moved", actor=item.actor, requeued=True)
        epoch += 1
    band = contact.band if item.band is None else item.band
    contacts.change(
        tx,
        contact.id,
        state=contact.state,
        values={
            "state": ContactState.QUEUED,
            "queue": queue.key,
            "band": band,
            "epoch": epoch,
            "rules_version": book.version,
        },
    )
    tx.emit(
        events.ContactMoved(
            contact=contact.id,
            queue=queue.key,
            from_queue=contact.queue,
            band=band,
            epoch=epoch,
            rules_version=book.version,
            virtual_start=contact.virtual_start_us,
        ),
        actor=item.actor,
        correlation=item.correlation,
    )
    return ""


def refuse(tx: Tx, item: tuple[str, str, str, str]) -> None:
    """Unit: the dispatcher's "no" to a request by hand: (contact, request, reason, correlation)."""
    contact, request, reason, correlation = item
    body = events.RequestRefused(contact=contact, request=request, reason=reason)
    tx.emit(body, actor=DISPATCHER, correlation=correlation)
