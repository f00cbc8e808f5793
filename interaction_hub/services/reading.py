"""A supervisor reads one conversation: its views, what events change of it, and the one trace that it leaves.

Agent and customer see nothing of it (decisions 35); the log has `ConversationRead`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.domain.permissions import Principal
from interaction_hub.domain.rules import RuleBook
from interaction_hub.errors import NotFound
from interaction_hub.services import timeline
from interaction_hub.services.contact_views import contact_views
from interaction_hub.services.directory import Directory
from interaction_hub.services.pops import pops
from interaction_hub.storage import contacts
from interaction_hub.storage.unit import Tx

Change = dict[str, Any]


def note_reading(tx: Tx, item: tuple[str, Principal]) -> None:
    """Unit: write down who reads what. Raises `NotFound`."""
    contact, principal = item
    row = contacts.find(tx, contact)
    if row is None:
        raise NotFound("There is no such contact.")
    body = events.ConversationRead(
        contact=contact, interaction=row.interaction_id, customer=row.customer_id, user=principal.user_id
    )
    tx.emit(body, actor=f"user:{principal.user_id}")


def views(connection: sa.Connection, contact: str, book: RuleBook, capabilities: Any) -> dict[str, Any]:
    """The conversation as its agent sees it. Raises `NotFound`."""
    row = contacts.get(connection, contact)
    if row is None:
        raise NotFound("There is no such contact.")
    names = Directory(connection)
    return {
        "contact": {
            **contact_views(connection, [contact], book, names)[contact],
            "agent_name": names.name(row.agent_id or ""),
        },
        "messages": timeline.conversations(connection, [row], names)[contact],
        "pop": pops(connection, [row], names, capabilities)[contact],
    }


def concerns(sealed: Sequence[events.Sealed], contact: str, interaction: str, customer: str) -> bool:
    """Whether any of the events touches what is read."""
    mine = {contact, interaction, customer}
    return any(
        mine & {getattr(event.body, name, "") for name in ("contact", "interaction", "customer")} for event in sealed
    )


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """The puts that lead from one view to the next."""
    found: list[Change] = []
    key = after["contact"]["id"]
    for kind in ("contact", "pop"):
        if before[kind] != after[kind]:
            found.append({"op": "put", "kind": kind, "id": key, "value": after[kind]})
    known = {message["id"]: message for message in before["messages"]}
    for message in after["messages"]:
        if known.get(message["id"]) != message:
            found.append({"op": "put", "kind": "message", "id": message["id"], "value": message})
    return found
