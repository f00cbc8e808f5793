"""Looking back in the event log: what happened to one agent since a time, who changed a customer last. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.events import Body, CustomerChanged, Sealed, decode
from interaction_hub.storage import tables

_event = tables.event.c
_AT = sa.select(_event.at_us).where(_event.position == sa.bindparam("position"))
_OF_AGENT = (
    sa.select(_event.position, _event.at_us, _event.actor, _event.correlation, _event.payload)
    .where(
        _event.position > sa.bindparam("after"),
        _event.kind.in_(sa.bindparam("kinds", expanding=True)),
        _event.subjects.contains(sa.bindparam("subject")),
    )
    .order_by(_event.position.desc())
    .limit(sa.bindparam("most"))
)


_OF_PRESENCE = sa.select(_event.position, _event.at_us, _event.actor, _event.correlation, _event.payload).where(
    _event.kind == sa.literal_column("'PresenceChanged'"),  # literally: the index is for this kind alone
    _event.subjects == sa.bindparam("subject"),
)
_PRESENCE_BEFORE = (
    _OF_PRESENCE.where(_event.at_us < sa.bindparam("at")).order_by(_event.at_us.desc(), _event.position.desc()).limit(1)
)
_PRESENCE_WITHIN = _OF_PRESENCE.where(
    _event.at_us >= sa.bindparam("begin"), _event.at_us < sa.bindparam("end")
).order_by(_event.at_us, _event.position)

_OF_CUSTOMER = (
    sa.select(_event.position, _event.at_us, _event.actor, _event.correlation, _event.payload)
    .where(
        _event.position > sa.bindparam("after"),
        _event.kind == CustomerChanged.__name__,
        _event.subjects.contains(sa.bindparam("subject")),
    )
    .order_by(_event.position.desc())
    .limit(1)
)
MOST_BACK = 10_000
"""So many events are looked through for the last change: two people who edit at once do so within minutes."""


def last_before(connection: sa.Connection, at: int, head: int) -> int:
    """The position of the last event before a time (µs), 0 if there is none. There are no gaps, times only rise."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        found = connection.execute(_AT, {"position": middle}).scalar()
        if found is not None and found < at:
            low = middle
        else:
            high = middle - 1
    return low


def of_agent(
    connection: sa.Connection, agent: str, kinds: Iterable[type[Body]], *, after: int, most: int
) -> list[Sealed]:
    """The newest events of these kinds about an agent after a position, newest first."""
    names = [kind.__name__ for kind in kinds]
    given = {"after": after, "kinds": names, "subject": f"agent={agent}", "most": most}
    return [_sealed(row) for row in connection.execute(_OF_AGENT, given)]


def last_change_of(connection: sa.Connection, customer: str, head: int) -> Sealed | None:
    """The last edit of a customer among the newest events before the log's head."""
    given = {"after": head - MOST_BACK, "subject": f"customer={customer}"}
    row = connection.execute(_OF_CUSTOMER, given).first()
    return None if row is None else _sealed(row)


def presence_of(connection: sa.Connection, agent: str, begin: int, end: int) -> list[Sealed]:
    """An agent's presence in a time (µs), in order: the last event before it, then all within."""
    subject = f"agent={agent}"
    before = connection.execute(_PRESENCE_BEFORE, {"subject": subject, "at": begin})
    within = connection.execute(_PRESENCE_WITHIN, {"subject": subject, "begin": begin, "end": end})
    return [*map(_sealed, before), *map(_sealed, within)]


def _sealed(row: Any) -> Sealed:
    return Sealed(row.position, row.at_us, row.actor, row.correlation, decode(bytes(row.payload)))
