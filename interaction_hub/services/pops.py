"""The screen pop: who it is, what is open, and the top of the history; sent with the offer itself (docs/live.md)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channels.contract import Capabilities
from interaction_hub.clock import milliseconds
from interaction_hub.services import timeline
from interaction_hub.services.directory import Directory
from interaction_hub.storage import interactions


def pops(
    connection: sa.Connection, contacts: Sequence[Any], directory: Directory, capabilities: Mapping[str, Capabilities]
) -> dict[str, dict[str, Any]]:
    """Pops by contact. `capabilities` are those of the accounts."""
    if not contacts:
        return {}
    people = {contact.customer_id for contact in contacts}
    who = timeline.customer_views(connection, people)
    lengths = {key: customer["touchpoints"] for key, customer in who.items()}
    histories = timeline.newest_histories(connection, lengths, directory)
    still_open = open_interactions(connection, people)
    return {
        contact.id: {
            "contact": contact.id,
            "customer": who[contact.customer_id],
            "open_interactions": still_open[contact.customer_id],
            "timeline": {**histories[contact.customer_id], "total": who[contact.customer_id]["touchpoints"]},
            "composer": _composer(contact, who[contact.customer_id], capabilities.get(contact.account)),
        }
        for contact in contacts
    }


def open_interactions(connection: sa.Connection, customers: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """By customer, what is open, the freshest first."""
    return {
        key: [
            {
                "id": row.id,
                "subject": row.subject,
                "channel": row.channel,
                "state": row.state,
                "last_at": milliseconds(row.last_us),
            }
            for row in rows
        ]
        for key, rows in interactions.open_of(connection, customers).items()
    }


def _composer(contact: Any, customer: Mapping[str, Any], capabilities: Capabilities | None) -> dict[str, Any]:
    blocked = any(
        one["id"] == contact.identity_id and contact.account in one["opted_out"] for one in customer["identities"]
    )
    return {
        "max_text": capabilities.max_text if capabilities else 1600,
        "counts_parts": capabilities.counts_parts if capabilities else False,
        "live": capabilities is not None and not capabilities.deferred,
        "typing": capabilities.typing if capabilities else False,
        "media_out": capabilities.media_out if capabilities else False,
        "blocked": "opted_out" if blocked else None,
    }
