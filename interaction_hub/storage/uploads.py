"""Files that were uploaded to the hub and wait to be sent with a message. Unused ones are forgotten after a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import media, tables
from interaction_hub.storage.unit import Tx, insert_into

_upload = tables.upload.c
_OF = sa.select(tables.upload).where(
    _upload.id.in_(sa.bindparam("ids", expanding=True)), _upload.owner == sa.bindparam("o"), sa.not_(_upload.used)
)
_WAITING = sa.select(sa.func.count()).where(_upload.owner == sa.bindparam("o"), sa.not_(_upload.used))
_GIVEN = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_upload.size), 0)).where(
    _upload.owner == sa.bindparam("o"), _upload.created_us >= sa.bindparam("since")
)
_USED = sa.update(tables.upload).where(_upload.id == sa.bindparam("i")).values(used=True, content=None)
_OLD = sa.delete(tables.upload).where(_upload.created_us < sa.bindparam("before"))


def insert(tx: Tx, row: dict[str, Any]) -> None:
    """A new upload."""
    tx.execute(insert_into(tables.upload), row)


def waiting(connection: sa.Connection, owner: str) -> int:
    """How many unused uploads somebody has."""
    return int(connection.execute(_WAITING, {"o": owner}).scalar_one())


def given(connection: sa.Connection, owner: str, since: int) -> tuple[int, int]:
    """How many files somebody has given since then (µs), and their bytes; sent or not."""
    row = connection.execute(_GIVEN, {"o": owner, "since": since}).one()
    return int(row[0]), int(row[1])


def forget_before(tx: Tx, before: int) -> None:
    """Drop rows from before this time (µs); what was sent stands in `media`."""
    tx.execute(_OLD, {"before": before})


def attach(tx: Tx, touchpoint: str, owner: str, ids: Sequence[str]) -> list[str]:
    """Make uploads of this owner the files of a message, in this order. Returns the ids that are not his (any more)."""
    found = {row.id: row for row in tx.execute(_OF, {"ids": sorted(set(ids)), "o": owner})}
    for place, key in enumerate(ids):
        if key in found:
            _attach(tx, touchpoint, place, found[key])
    if found:
        tx.write(_USED, [{"i": key} for key in found])
    return [key for key in ids if key not in found]


def refuse(tx: Tx, touchpoint: str, place: int, key: str) -> None:
    """Show at the message that this file could not be kept."""
    media.add(tx, touchpoint, place, f"upload:{key}", "refused", reason="The file is not there any more.")


def _attach(tx: Tx, touchpoint: str, place: int, upload: Any) -> None:
    media.add(
        tx,
        touchpoint,
        place,
        f"upload:{upload.id}",
        "kept",
        name=upload.name,
        claimed_type=upload.content_type,
        content_type=upload.content_type,
        size=upload.size,
        digest=upload.digest,
        content=upload.content,
    )
