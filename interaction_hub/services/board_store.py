"""The wallboard's fold on disk: stored with its position, so that a start folds only what came since."""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.services.lines import Waiting
from interaction_hub.services.metrics import Figures, QueueFold
from interaction_hub.storage import projections
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.unit import Lane, Tx, each

PROJECTION = "queue_lines"
"""A new name when the state's shape changes: the fold then begins again from the first event."""

Saved = tuple[int, bytes, list[dict[str, Any]]]


def register(ledger: Ledger) -> None:
    """Let the ledger know the unit."""
    ledger.register("save_figures", each(_save), Lane.MACHINES)


def load(connection: sa.Connection, fold: QueueFold, since_minute: int) -> None:
    """Go on from what was stored; minutes before `since_minute` are left on disk."""
    row = projections.get(connection, PROJECTION)
    if row is None:
        return
    state = msgspec.msgpack.decode(bytes(row.state), type=dict[str, Waiting])
    buckets = {
        (minute.queue, minute.minute): msgspec.msgpack.decode(bytes(minute.figures), type=Figures)
        for minute in projections.minutes_since(connection, since_minute)
    }
    fold.resume(row.position, state, buckets)


def saved(fold: QueueFold, dirty: set[tuple[str, int]]) -> Saved:
    """What is to be written: the position, who waits, and the minutes that changed."""
    rows = [
        {"queue": key[0], "minute": key[1], "figures": msgspec.msgpack.encode(fold.buckets[key])}
        for key in sorted(dirty)
        if key in fold.buckets
    ]
    return fold.position, msgspec.msgpack.encode(fold.waiting), rows


def _save(tx: Tx, item: Saved) -> None:
    """Unit: store the fold with its position. No event (decisions 17)."""
    position, state, rows = item
    projections.put(tx, PROJECTION, position, state)
    projections.put_minutes(tx, rows)
