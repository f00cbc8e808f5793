"""Names of the people who work here, by id: they are few, change seldom, and stand beside nearly everything shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import tables
from interaction_hub.storage.eventlog import Feed

_NAMES = sa.select(tables.user.c.id, tables.user.c.name)


class Names:
    """All names, kept until the log says that one of these people has changed."""

    def __init__(self, feed: Feed) -> None:
        self._names: Mapping[str, str] | None = None
        self._changes = 0
        feed.subscribe(self._see)

    def _see(self, sealed: Sequence[events.Sealed]) -> None:
        if any(isinstance(event.body, events.UserChanged) for event in sealed):
            self._changes += 1
            self._names = None

    def names(self, connection: sa.Connection) -> Mapping[str, str]:
        """By id. Any thread may ask."""
        known, changes = self._names, self._changes
        if known is None:
            known = _read(connection)
            if changes == self._changes:  # else it may be older than the last change
                self._names = known
        return known


class Directory:
    """Names as one reading needs them: looked up when the first is asked for, and never twice."""

    def __init__(self, connection: sa.Connection, known: Names | None = None) -> None:
        """With `known` they are not read at all, as long as nobody has changed."""
        self._connection, self._known = connection, known
        self._names: Mapping[str, str] | None = None

    def name(self, agent: str) -> str:
        """The name, or nothing if there is no such person."""
        if self._names is None:
            self._names = self._known.names(self._connection) if self._known else _read(self._connection)
        return self._names.get(agent, "")


def _read(connection: sa.Connection) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(_NAMES)}
