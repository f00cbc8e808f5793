"""Stored projections: what was folded from the log up to a position, so that a start need not fold it all again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, upsert

_GET = sa.select(tables.projection).where(tables.projection.c.name == sa.bindparam("n"))
_PUT = upsert(tables.projection, ("name",), ("position", "state"))
_MINUTES = sa.select(tables.minute).where(tables.minute.c.minute >= sa.bindparam("since"))
_PUT_MINUTE = upsert(tables.minute, ("queue", "minute"), ("figures",))


def get(connection: sa.Connection, name: str) -> Any | None:
    """Position and state of a projection."""
    return connection.execute(_GET, {"n": name}).first()


def put(tx: Tx, name: str, position: int, state: bytes) -> None:
    """Store a projection's state."""
    tx.execute(_PUT.of(tx), {"name": name, "position": position, "state": state})


def minutes_since(connection: sa.Connection, minute: int) -> list[Any]:
    """Minute buckets (queue, minute, figures) from a minute on."""
    return list(connection.execute(_MINUTES, {"since": minute}))


def put_minutes(tx: Tx, rows: Iterable[dict[str, Any]]) -> None:
    """Store minute buckets."""
    if listed := list(rows):
        tx.execute(_PUT_MINUTE.of(tx), listed)
