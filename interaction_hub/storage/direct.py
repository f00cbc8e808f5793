"""One statement for many rows, without SQLAlchemy between each row and the driver.

Core makes the SQL, once for each database and set of columns; from then on a row is picked apart in C. Through Core it
costs more than SQLite takes to write it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa

Row = dict[str, Any]
Pick = Callable[[Row], tuple[Any, ...]]


class _Prepared(NamedTuple):
    """SQL as the driver takes it, and how a row becomes its parameters."""

    sql: str
    pick: Pick
    constants: Row
    """Values that stand in the statement itself and are bound with each row."""


_prepared: WeakKeyDictionary[sa.Executable, dict[tuple[str, ...], _Prepared]] = WeakKeyDictionary()


def execute_many(connection: sa.Connection, statement: sa.Executable, rows: Sequence[Row]) -> sa.CursorResult[Any]:
    """Run it once for each row; all rows name the same columns. Keep the statement: it is compiled once in its life."""
    known = _prepared.get(statement)
    if known is None:
        known = _prepared[statement] = {}
    key = (connection.dialect.name, *rows[0])
    prepared = known.get(key)
    if prepared is None:
        prepared = known[key] = _prepare(connection.dialect, statement, list(rows[0]))
    if prepared.constants:
        rows = [{**prepared.constants, **row} for row in rows]
    return connection.exec_driver_sql(prepared.sql, list(map(prepared.pick, rows)))


def _prepare(dialect: sa.Dialect, statement: sa.Executable, columns: list[str]) -> _Prepared:
    compiled: Any = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect, column_keys=sorted(columns), for_executemany=True
    )
    names: list[str] = compiled.positiontup
    constants = {name: compiled.params[name] for name in names if name not in columns}
    if missing := [name for name in constants if compiled.binds[name].required]:
        raise ValueError(f"the rows do not name {', '.join(missing)}")
    # Texts, integers, bytes and booleans go to both drivers as they are; the schema has no other columns.
    return _Prepared(compiled.string, _picker(names), constants)


def _picker(names: list[str]) -> Pick:
    if len(names) > 1:
        return itemgetter(*names)
    (only,) = names
    return lambda row: (row[only],)
