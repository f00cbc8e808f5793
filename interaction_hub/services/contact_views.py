"""Contacts as the work list shows them, in the shape of docs/live.md, read for many at once in few statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.carriage import CARRIED_BY_HUB
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services.directory import Directory
from interaction_hub.services.timeline import address_for_people, customer_line
from interaction_hub.storage import contacts, customers, interactions, offers, touchpoints

LAST_WORDS = 8
"""Touchpoints among which the last message is looked for."""
LAST_PAGE = 20
"""Touchpoints among which the visitor's last page is looked for."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """What stands beside the contacts, by id."""

    customers: dict[str, Any]
    identities: dict[str, Any]
    interactions: dict[str, Any]
    offers: dict[str, Any]
    newest: dict[str, list[Any]]


def contact_views(
    connection: sa.Connection, ids: Iterable[str], book: RuleBook, directory: Directory
) -> dict[str, dict[str, Any]]:
    """Contacts by id."""
    rows = contacts.by_ids(connection, ids)
    if not rows:
        return {}
    of = rows.values()
    chats = any(row.channel in CARRIED_BY_HUB for row in of)
    beside = _Rows(
        customers.by_ids(connection, (row.customer_id for row in of)),
        customers.identities(connection, (row.identity_id for row in of)),
        interactions.by_ids(connection, (row.interaction_id for row in of)),
        offers.open_of_contacts(connection, rows),
        touchpoints.newest(connection, (row.interaction_id for row in of), most=LAST_PAGE if chats else LAST_WORDS),
    )
    return {key: _contact(row, beside, book, directory) for key, row in rows.items()}


def work_of(connection: sa.Connection, agent: str) -> list[Any]:
    """Rows of the contacts that stand in an agent's work list: offered ones first by deadline, then held ones."""
    offered = [row.contact_id for row in offers.open_of_agent(connection, agent)]
    rows = contacts.by_ids(connection, offered) if offered else {}
    return [*(rows[key] for key in offered if key in rows), *contacts.of_agent(connection, agent)]


def _contact(row: Any, beside: _Rows, book: RuleBook, directory: Directory) -> dict[str, Any]:
    identity, interaction = beside.identities[row.identity_id], beside.interactions[row.interaction_id]
    offer, newest = beside.offers.get(row.id), beside.newest[row.interaction_id]
    queue = book.queues.get(row.queue)
    by_hub = row.channel in CARRIED_BY_HUB
    return {
        "id": row.id,
        "interaction": row.interaction_id,
        "customer": customer_line(beside.customers[row.customer_id]),
        "channel": row.channel,
        "account": row.account,
        "address": identity.value,
        "display": address_for_people(identity.kind, identity.value),
        "queue": {"id": row.queue, "name": queue.name if queue else row.queue},
        "subject": interaction.subject,
        "state": row.state,
        "mode": row.mode,
        "band": row.band,
        "agent": row.agent_id,
        "entered_at": milliseconds(row.entered_us),
        "accepted_at": milliseconds(row.accepted_us),
        "customer_waits_since": milliseconds(row.customer_waits_us),
        "target_ms": int((queue.target if queue else 300) * 1000),
        "wrap_until": milliseconds(row.wrap_until_us) if row.state == "wrapping" else None,
        "unread": row.unread,
        "here": row.gone_us is None if by_hub else None,
        "page": _page(newest) if by_hub else "",
        "helper": {"id": row.helper_id, "name": directory.name(row.helper_id)} if row.helper_id else None,
        "last": _last_words(newest[-LAST_WORDS:]),
        "offer": _offer(offer, queue, book) if offer is not None and row.state == "offered" else None,
    }


def _page(newest: list[Any]) -> str:
    """The page that the visitor was on when he wrote last."""
    for entry in reversed(newest):
        if entry.direction == "in" and entry.kind == "message":
            return str(msgspec.json.decode(entry.details).get("values", {}).get("page", ""))
    return ""


def _last_words(newest: list[Any]) -> dict[str, Any] | None:
    for row in reversed(newest):
        if row.kind == "message":
            return {
                "text": row.text[:200],
                "direction": row.direction,
                "at": milliseconds(row.at_us),
                "state": row.state,
                "author": row.author_id,
            }
    return None


def _offer(offer: Any, queue: Any, book: RuleBook) -> dict[str, Any]:
    why = msgspec.json.decode(offer.why)
    for need in why.get("requires", ()):
        skill = book.skills.get(need["skill"])
        need["name"] = skill.name if skill is not None else need["skill"]
    why["missed"] = "next_agent_and_away" if queue is not None and queue.away_after_missed == 1 else "next_agent"
    return {
        "id": offer.id,
        "made_at": milliseconds(offer.made_us),
        "deadline": milliseconds(offer.deadline_us),
        "why": why,
    }
