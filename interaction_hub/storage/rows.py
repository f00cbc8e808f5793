"""Rows that the units of a group read and change: each is read once, and all changes are written together.

A statement costs more than all that happens in it, so a group of fifty commands must not send fifty times fifteen. This
is safe because there is one writer at a time (the ledger holds the head of the log from the first to the last statement
of a batch): what was read here cannot be changed by anybody else before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct

Key = str
Row = Any
"""An immutable look at a row; a change makes a new one, so that whoever holds the old one still sees what was."""

Read = Callable[[sa.Connection, list[Key]], Iterable[Row]]

_selects: dict[str, sa.Select[Any]] = {}
_updates: dict[tuple[str, tuple[str, ...]], sa.Update] = {}


class Rows:
    """The rows of one group. It reads past its own changes, which are only written by `flush`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._known: dict[str, dict[Key, Row | None]] = {}
        self._changed: dict[sa.Table, dict[Key, dict[str, Any]]] = {}
        self._related: dict[tuple[str, str], dict[Key, list[Key]]] = {}

    # ---- reading -----------------------------------------------------------------------------------------------
    def one(self, table: sa.Table, key: Key) -> Row | None:
        """A row as this transaction has it, or None."""
        known = self._known.get(table.name)
        if known is not None and key in known:
            return known[key]
        return self.many(table, [key]).get(key)

    def many(self, table: sa.Table, keys: Iterable[Key]) -> dict[Key, Row]:
        """Rows by their keys; those that are not known yet are read in one statement."""
        known = self._known.setdefault(table.name, {})
        wanted = set(keys)
        missing = sorted(wanted - known.keys())
        if missing:
            known.update(dict.fromkeys(missing))
            self._learn(table, direct.fetch(self._connection, _select(table), {"keys": missing}))
        return {key: row for key in wanted if (row := known[key]) is not None}

    def related(
        self,
        table: sa.Table,
        column: str,
        keys: Iterable[Key],
        read: Callable[[sa.Connection, list[Key]], Iterable[Row]],
    ) -> dict[Key, list[Row]]:
        """The rows of `table` whose `column` is one of the keys, by key. `read` gives those that are not known yet."""
        groups = self._related.setdefault((table.name, column), {})
        wanted = set(keys)
        missing = sorted(wanted - groups.keys())
        if missing:
            groups.update({key: [] for key in missing})
            for row in self._learn(table, read(self._connection, missing)):
                groups[getattr(row, column)].append(row.id)
        known = self._known.get(table.name, {})
        return {key: [row for one in groups[key] if (row := known.get(one)) is not None] for key in wanted}

    # ---- changing ----------------------------------------------------------------------------------------------
    def change(self, table: sa.Table, key: Key, **values: Any) -> None:
        """Change columns of a row that was read. Written at the next `flush`."""
        row = self.one(table, key)
        if row is None:
            raise LookupError(f"{table.name} {key} is not there")
        self._known[table.name][key] = row._replace(**values)
        self._changed.setdefault(table, {}).setdefault(key, {}).update(values)

    def flush(self) -> None:
        """Write all changes: one statement for each set of columns."""
        if not self._changed:
            return
        changed, self._changed = self._changed, {}
        for table, rows in changed.items():
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for key, values in sorted(rows.items()):
                parameters = {f"new_{name}": value for name, value in values.items()}
                alike.setdefault(tuple(sorted(values)), []).append({"key": key, **parameters})
            for columns, parameters_of_all in alike.items():
                direct.write(self._connection, _update(table, columns), parameters_of_all)

    def forget(self, table: sa.Table | None = None) -> None:
        """Somebody wrote to the table by a statement of his own (None: to any): what was read is read again."""
        if table is None:
            self._known, self._related = {}, {}
            return
        self._known.pop(table.name, None)
        for pair in [pair for pair in self._related if pair[0] == table.name]:
            del self._related[pair]

    def drop(self) -> None:
        """The group was rolled back: nothing of it is known or to be written."""
        self._changed = {}
        self.forget()

    def _learn(self, table: sa.Table, found: Iterable[Row]) -> list[Row]:
        """Remember rows, but for those that were changed here meanwhile."""
        known, changed = self._known.setdefault(table.name, {}), self._changed.get(table, {})
        rows = []
        for row in found:
            if row.id not in changed:
                known[row.id] = direct.found(row) if isinstance(row, sa.Row) else row
            rows.append(known[row.id])
        return rows


def _select(table: sa.Table) -> sa.Select[Any]:
    statement = _selects.get(table.name)
    if statement is None:
        condition = table.c.id.in_(sa.bindparam("keys", expanding=True))
        statement = _selects[table.name] = sa.select(table).where(condition)
    return statement


def _update(table: sa.Table, columns: tuple[str, ...]) -> sa.Update:
    statement = _updates.get((table.name, columns))
    if statement is None:
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in columns}
        statement = sa.update(table).where(table.c.id == sa.bindparam("key")).values(**values)
        _updates[table.name, columns] = statement
    return statement
