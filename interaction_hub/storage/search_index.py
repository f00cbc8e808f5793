"""The search index: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL. It can always be made again from the rows.

Texts come in folded (words with spaces between), queries as terms: nothing that a person typed is ever FTS syntax.
Rows stand at positions of the log, so that the newest come first without sorting by rank (a hundred times slower).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import projections
from interaction_hub.storage.unit import Tx

MOST_CUSTOMERS = 2_000
"""Customers among whom the last who wrote are found; who wants another one types another letter."""
_POSITIONS = 16_383
"""The last place of a word that a tsvector keeps."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand side by side; of the last one its beginning is enough if `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False


Query = Sequence[Sequence[Term]]
"""All of them must match, each by one of its alternatives."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A touchpoint in the index. `restricted`: for supervisors alone."""

    position: int
    touchpoint: str
    restricted: bool
    words: str


@dataclass(frozen=True, slots=True)
class Person:
    """A customer in the index, at the last event about him."""

    position: int
    customer: str
    words: str


@dataclass(frozen=True, slots=True)
class Slice:
    """What the index holds of the events after `after` up to `position`."""

    projection: str
    after: int
    position: int
    entries: Sequence[Entry] = ()
    people: Sequence[Person] = ()


# ---- writing: units of the ledger ----------------------------------------------------------------------------------
_FORGET_ENTRIES = {
    "sqlite": sa.text("DELETE FROM search_history WHERE rowid > :after AND rowid <= :position"),
    "postgresql": sa.text("DELETE FROM search_history WHERE position > :after AND position <= :position"),
}
_PUT_ENTRY = {
    "sqlite": sa.text(
        "INSERT INTO search_history (rowid, words, touchpoint_id, restricted) "
        "VALUES (:position, :words, :touchpoint, :restricted)"
    ),
    "postgresql": sa.text(
        "INSERT INTO search_history (position, words, touchpoint_id, restricted) "
        "VALUES (:position, CAST(CAST(:words AS text) AS tsvector), :touchpoint, :restricted)"
    ),
}
_FORGET_PERSON = {
    # The id is a word of the index, so that a customer's row is found without a second table.
    "sqlite": sa.text(
        "DELETE FROM search_customer WHERE rowid IN "
        "(SELECT rowid FROM search_customer WHERE search_customer MATCH 'customer_id : \"' || :customer || '\"')"
    ),
    "postgresql": sa.text("DELETE FROM search_customer WHERE customer_id = :customer"),
}
_PUT_PERSON = {
    "sqlite": sa.text("INSERT INTO search_customer (rowid, words, customer_id) VALUES (:position, :words, :customer)"),
    "postgresql": sa.text(
        "INSERT INTO search_customer (position, words, customer_id) "
        "VALUES (:position, CAST(CAST(:words AS text) AS tsvector), :customer)"
    ),
}


def position(connection: sa.Connection, projection: str) -> int:
    """Up to where the index was made."""
    row = projections.get(connection, projection)
    return 0 if row is None else int(row.position)


def write(tx: Tx, given: Slice) -> int:
    """Unit: put a slice into the index. Gives the index's position; if it is not the slice's, somebody was faster."""
    stored = position(tx.connection, given.projection)
    if stored != given.after:
        return stored
    dialect = tx.dialect
    # What a rebuild finds in its way is replaced; otherwise there is nothing.
    tx.execute(_FORGET_ENTRIES[dialect], {"after": given.after, "position": given.position})
    if given.entries:
        tx.write(_PUT_ENTRY[dialect], [_entry_row(entry, dialect) for entry in given.entries])
    if given.people:
        tx.write(_FORGET_PERSON[dialect], [{"customer": one.customer} for one in given.people])
        tx.write(_PUT_PERSON[dialect], [_person_row(one, dialect) for one in given.people])
    projections.put(tx, given.projection, given.position, b"")
    return given.position


def reset(tx: Tx, projection: str) -> None:
    """Unit: begin again at the first event. What is there can be found until it is replaced."""
    projections.put(tx, projection, 0, b"")


def _entry_row(entry: Entry, dialect: str) -> dict[str, Any]:
    return {
        "position": entry.position,
        "touchpoint": entry.touchpoint,
        "restricted": entry.restricted,
        "words": _stored(entry.words, dialect),
    }


def _person_row(one: Person, dialect: str) -> dict[str, Any]:
    return {"position": one.position, "customer": one.customer, "words": _stored(one.words, dialect)}


def _stored(words: str, dialect: str) -> str:
    """As the index takes it. PostgreSQL's own parser knows e-mail, hosts and versions; it is not asked."""
    if dialect == "sqlite":
        return words
    return " ".join(f"'{word}':{min(at, _POSITIONS)}" for at, word in enumerate(words.split(), 1))


# ---- finding -------------------------------------------------------------------------------------------------------
_HISTORY = {
    "sqlite": sa.text(
        "SELECT rowid AS position, touchpoint_id FROM search_history WHERE search_history MATCH :query "
        "AND rowid < :before AND restricted <= :restricted ORDER BY rowid DESC LIMIT :most"
    ),
    "postgresql": sa.text(
        "SELECT position, touchpoint_id FROM search_history "
        "WHERE words @@ CAST(CAST(:query AS text) AS tsquery) AND position < :before "
        "AND (NOT restricted OR CAST(:restricted AS boolean)) ORDER BY position DESC LIMIT :most"
    ),
}
_CUSTOMERS = {
    "sqlite": sa.text(
        "SELECT c.id, c.name, c.tier, c.last_us, c.touchpoints FROM customer c WHERE c.id IN ("
        "SELECT customer_id FROM search_customer WHERE search_customer MATCH :query ORDER BY rowid DESC LIMIT :among"
        ") AND (c.last_us, c.id) < (:at, :id) ORDER BY c.last_us DESC, c.id DESC LIMIT :most"
    ),
    "postgresql": sa.text(
        "SELECT c.id, c.name, c.tier, c.last_us, c.touchpoints FROM customer c WHERE c.id IN ("
        "SELECT customer_id FROM search_customer WHERE words @@ CAST(CAST(:query AS text) AS tsquery) "
        "ORDER BY position DESC LIMIT :among"
        ") AND (c.last_us, c.id) < (:at, :id) ORDER BY c.last_us DESC, c.id DESC LIMIT :most"
    ),
}


def history(
    connection: sa.Connection, query: Query, *, before: int, restricted: bool, most: int
) -> list[tuple[int, str]]:
    """Places before a position, the newest first: (position, touchpoint)."""
    given = {"query": _match(connection, query), "before": before, "restricted": restricted, "most": most}
    return [(row.position, row.touchpoint_id) for row in connection.execute(_HISTORY[connection.dialect.name], given)]


def customers(connection: sa.Connection, query: Query, *, before: tuple[int, str], most: int) -> Sequence[Any]:
    """Rows of customers before a place (last µs, id), the last who wrote first."""
    found = _match(connection, query)
    if connection.dialect.name == "sqlite":
        found = f"words : ({found})"
    given = {"query": found, "at": before[0], "id": before[1], "among": MOST_CUSTOMERS, "most": most}
    return connection.execute(_CUSTOMERS[connection.dialect.name], given).all()


def _match(connection: sa.Connection, query: Query) -> str:
    render, both = (_fts5, " AND ") if connection.dialect.name == "sqlite" else (_tsquery, " & ")
    either = " OR " if connection.dialect.name == "sqlite" else " | "
    return both.join(f"({_joined(terms, render, either)})" for terms in query)


def _joined(terms: Iterable[Term], render: Callable[[Term], str], either: str) -> str:
    return either.join(f"({render(term)})" for term in terms)


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.prefix else "")


def _tsquery(term: Term) -> str:
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
