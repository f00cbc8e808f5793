"""What a person has set for himself, by key, as JSON. Not events (decisions 17)."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, upsert

_preference = tables.preference.c
_SAVE = upsert(tables.preference, ("user_id", "key"), ("value", "at_us"))
_FORGET = sa.delete(tables.preference).where(
    _preference.user_id == sa.bindparam("u"), _preference.key == sa.bindparam("k")
)
_OF = sa.select(_preference.key, _preference.value).where(_preference.user_id == sa.bindparam("u"))


def save(tx: Tx, user: str, key: str, value: bytes) -> None:
    """Keep a value (JSON)."""
    tx.execute(_SAVE.of(tx), {"user_id": user, "key": key, "value": value, "at_us": tx.now})


def forget(tx: Tx, user: str, key: str) -> None:
    """Go back to what everybody has."""
    tx.execute(_FORGET, {"u": user, "k": key})


def of_user(connection: sa.Connection, user: str) -> dict[str, Any]:
    """All that a person has set, by key."""
    rows = connection.execute(_OF, {"u": user})
    return {row.key: msgspec.json.decode(bytes(row.value)) for row in sorted(rows, key=lambda row: str(row.key))}
