"""The statements of every batch, straight to the driver: Core writes their SQL once, and is not asked again.

Through Core each run costs more than SQLite takes for it, and so does each row and each look at a column. Both drivers
take texts, integers, bytes and booleans as they are; the schema has no other columns.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

Row = dict[str, Any]
Found = Any
"""A row that was read: a named tuple of its columns. What Core gives knows much more, and costs eight times as much."""
Make = Callable[[Iterable[Any]], Found]
Pick = Callable[[Row], Any]


class _Prepared(NamedTuple):
    """SQL as the driver takes it, and how parameters and rows pass the border."""

    sql: str
    pick: Pick
    constants: Row
    """Values that stand in the statement itself."""
    lists: tuple[str, ...] = ()
    make: Make = tuple


_prepared: WeakKeyDictionary[Any, dict[tuple[str, ...], _Prepared]] = WeakKeyDictionary()


def write(connection: sa.Connection, statement: sa.Executable, rows: Sequence[Row]) -> None:
    """Run it once for each row; all rows name the same columns. Raises `DBAPIError` as Core does."""
    prepared = _known(connection.dialect, statement, tuple(rows[0]), _prepare_write)
    if prepared.constants:
        rows = [{**prepared.constants, **row} for row in rows]
    _run(connection, prepared.sql, list(map(prepared.pick, rows)), many=True)


def fetch(connection: sa.Connection, statement: sa.Select[Any], parameters: Row) -> list[Found]:
    """The rows that it finds. A list in the parameters is one of texts, for an `IN`: however long, the SQL is the same.

    Raises `DBAPIError` as Core does.
    """
    prepared = _known(connection.dialect, statement, (), _prepare_fetch)
    given = {**prepared.constants, **parameters}
    if connection.dialect.name == "sqlite":
        for name in prepared.lists:
            given[name] = msgspec.json.encode(given[name]).decode()
    return list(map(prepared.make, _ask(connection, prepared, given)))


def found(row: sa.Row[Any]) -> Found:
    """A row of Core's as one of ours."""
    return _kind(tuple(row._fields))(row)


def _ask(connection: sa.Connection, prepared: _Prepared, given: Row) -> Sequence[Sequence[Any]]:
    cursor = _run(connection, prepared.sql, prepared.pick(given), many=False)
    rows: Sequence[Sequence[Any]] = cursor.fetchall()
    cursor.close()
    return rows


def _run(connection: sa.Connection, sql: str, parameters: Any, *, many: bool) -> Any:
    if not connection.in_transaction():
        connection.begin()  # as Core would, with what hangs on it
    dialect = connection.dialect
    driver: Any = dialect.loaded_dbapi
    cursor = connection.connection.cursor()
    try:
        if many and len(parameters) > 1:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters[0] if many else parameters)
    except driver.Error as error:
        lost = dialect.is_disconnect(error, connection.connection, cursor)
        raise DBAPIError.instance(
            sql, None, error, driver.Error, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error
    return cursor


# ---- once for each statement and database ------------------------------------------------------------------------
def _known(
    dialect: sa.Dialect,
    statement: sa.Executable,
    columns: tuple[str, ...],
    prepare: Callable[[sa.Dialect, Any, tuple[str, ...]], _Prepared],
) -> _Prepared:
    known = _prepared.setdefault(statement, {})
    found = known.get((dialect.name, *columns))
    if found is None:
        found = known[(dialect.name, *columns)] = prepare(dialect, statement, columns)
    return found


def _prepare_write(dialect: sa.Dialect, statement: Any, columns: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(dialect=dialect, column_keys=sorted(columns), for_executemany=True)
    names: list[str] = compiled.positiontup
    constants = {name: compiled.params[name] for name in names if name not in columns}
    if missing := [name for name in constants if compiled.binds[name].required]:
        raise ValueError(f"the rows do not name {', '.join(missing)}")
    return _Prepared(compiled.string, _picker(names), constants)


def _prepare_fetch(dialect: sa.Dialect, statement: Any, _columns: tuple[str, ...]) -> _Prepared:
    compiled = statement.compile(dialect=dialect)
    names, sqlite = list(compiled.positiontup), dialect.name == "sqlite"
    lists = [name for name in names if compiled.binds[name].expanding]
    if not sqlite:  # numbered, and Core numbers no lists
        names = [name for name in names if name not in lists] + lists
    sql = compiled.string
    for name in lists:
        one = "IN (SELECT value FROM json_each(?))" if sqlite else f"= ANY (${names.index(name) + 1}::VARCHAR[])"
        sql = sql.replace(f"IN (__[POSTCOMPILE_{name}])", one)
    constants = {name: compiled.params[name] for name in names if not compiled.binds[name].required}
    return _Prepared(sql, _picker(names), constants, tuple(lists), _maker(statement, sqlite=sqlite))


def _maker(statement: sa.Select[Any], *, sqlite: bool) -> Make:
    columns = statement.selected_columns
    make = _kind(tuple(column.name for column in columns))
    flags = [place for place, column in enumerate(columns) if sqlite and isinstance(column.type, sa.Boolean)]

    def make_with_flags(row: Iterable[Any]) -> Found:
        values = list(row)
        for place in flags:  # SQLite keeps them as 0 and 1
            values[place] = bool(values[place])
        return make(values)

    return make_with_flags if flags else make


@lru_cache(None)
def _kind(columns: tuple[str, ...]) -> Make:
    kind: Any = cast(Any, namedtuple)("Found", columns)
    make: Make = kind._make
    return make


def _picker(names: list[str]) -> Pick:
    if len(names) > 1:
        return itemgetter(*names)
    return lambda row: tuple(row[name] for name in names)
