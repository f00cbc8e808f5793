"""Customers as lines of a list: the last who wrote first. Plain functions over an open connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.services.timeline import address_for_people, parse_cursor
from interaction_hub.storage import customers

PAGE = 50
FIRST = (2**62, "~")
"""The place before the first one of every list: behind all times and all ids."""


def page(connection: sa.Connection, cursor: str | None) -> dict[str, Any]:
    """One page: `{items, next}`."""
    rows = customers.last_heard(connection, parse_cursor(cursor) or FIRST, PAGE + 1)
    return {"items": lines(connection, rows[:PAGE]), "next": following(rows, PAGE)}


def following(rows: Sequence[Any], most: int) -> str | None:
    """The cursor of the next page, if there is more than one page in the rows."""
    return f"{rows[most - 1].last_us}.{rows[most - 1].id}" if len(rows) > most else None


def lines(connection: sa.Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows of customers as the lists show them. `display` is the address that is known for the longest time."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    addresses: dict[str, str] = {}
    for one in customers.identities_of_all(connection, ids):
        addresses.setdefault(one.customer_id, address_for_people(one.kind, one.value))
    channels: dict[str, list[str]] = {}
    for one in customers.channels_of_all(connection, ids):
        channels.setdefault(one.customer_id, []).append(one.channel)
    still_open = customers.open_of_all(connection, ids)
    return [
        {
            "id": row.id,
            "name": row.name,
            "tier": row.tier,
            "display": addresses.get(row.id, ""),
            "channels": channels.get(row.id, []),
            "last_at": milliseconds(row.last_us or None),
            "open": still_open.get(row.id, 0),
            "touchpoints": row.touchpoints,
        }
        for row in rows
    ]
