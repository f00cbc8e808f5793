"""Looking back in the event log: what happened to one agent since a time. Reads only."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from interaction_hub.domain.events import Body, Sealed, decode
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
    rows = connection.execute(_OF_AGENT, given)
    return [Sealed(row.position, row.at_us, row.actor, row.correlation, decode(bytes(row.payload))) for row in rows]
