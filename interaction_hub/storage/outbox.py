"""The outbox: what is to be sent, written in the same transaction as the touchpoint that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx

_outbox = tables.outbox.c
_DUE = (
    sa.select(tables.outbox, tables.touchpoint.c.text)
    .join_from(tables.outbox, tables.touchpoint, tables.touchpoint.c.id == _outbox.touchpoint_id)
    .where(
        _outbox.account == sa.bindparam("account"),
        tables.UNSENT,
        _outbox.state.in_(("queued", "unknown")),
        _outbox.next_us <= sa.bindparam("now"),
    )
    .order_by(_outbox.next_us, _outbox.touchpoint_id)
    .limit(sa.bindparam("most"))
)
_NEXT = sa.select(sa.func.min(_outbox.next_us)).where(
    _outbox.account == sa.bindparam("account"), tables.UNSENT, _outbox.state.in_(("queued", "unknown"))
)
_INTERRUPTED = sa.select(_outbox.touchpoint_id).where(
    tables.UNSENT, _outbox.state == "sending", _outbox.node != sa.bindparam("node")
)
_BY_ID = sa.select(tables.outbox).where(_outbox.touchpoint_id == sa.bindparam("i"))


def add(tx: Tx, row: dict[str, Any]) -> None:
    """A message that waits to be sent."""
    tx.add(tables.outbox, row)


def due(connection: sa.Connection, account: str, now: int, most: int = 20) -> Sequence[Any]:
    """Messages of an account to send, or to look up, now; oldest first, with their text."""
    return connection.execute(_DUE, {"account": account, "now": now, "most": most}).all()


def next_due(connection: sa.Connection, account: str) -> int | None:
    """When the next message of the account is due (µs), or None."""
    return connection.execute(_NEXT, {"account": account}).scalar()


def get(connection: sa.Connection, touchpoint: str) -> Any | None:
    """The row of a message."""
    return connection.execute(_BY_ID, {"i": touchpoint}).first()


def interrupted(connection: sa.Connection, node: str) -> list[str]:
    """Messages that another life of the hub was sending when it died: their outcome is unknown."""
    return list(connection.execute(_INTERRUPTED, {"node": node}).scalars())


def move(tx: Tx, touchpoint: str, from_states: tuple[str, ...], **values: Any) -> bool:
    """Change a row if it is in one of these states. Returns whether it was."""
    statement = sa.update(tables.outbox).where(_outbox.touchpoint_id == touchpoint, _outbox.state.in_(from_states))
    return tx.execute(statement.values(**values)).rowcount == 1
