"""Rows of files at touchpoints. Written at the end of the unit's group, after the touchpoints that they belong to."""

from __future__ import annotations

from typing import Any

from interaction_hub.ids import new_id
from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx

_EMPTY = {"name": "", "claimed_type": "", "content_type": "", "reason": "", "size": 0, "digest": "", "content": None}


def add(tx: Tx, touchpoint: str, place: int, url: str, state: str, **values: Any) -> None:
    """A file of a message: `waiting` to be fetched, `kept`, or `refused`. Each row has every column: one statement."""
    row = {"id": new_id(), "touchpoint_id": touchpoint, "place": place, "url": url, "state": state, "next_us": tx.now}
    tx.add(tables.media, {**_EMPTY, **row, **values})
