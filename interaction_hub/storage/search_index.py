"""The search index: FTS5 on SQLite, `tsvector` with GIN on PostgreSQL. It can always be made again from the rows.

Texts come in folded (words with spaces between). Rows stand at positions of the log, so that the newest come first
without sorting by rank (a hundred times slower). What is looked up in it stands in search_lookup.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import projections
from interaction_hub.storage.unit import Tx

BEGINNING, BEGINNINGS = "\ue001", 3
"""On PostgreSQL the beginnings of up to three characters are words of their own, behind a mark that nobody can type:
a look for `s` would otherwise collect the lists of all words that begin so. FTS5 keeps such lists itself."""
_POSITIONS = 16_383
"""The last place of a word that a tsvector keeps."""


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
    single = words.split()
    placed = [f"'{word}':{min(at, _POSITIONS)}" for at, word in enumerate(single, 1)]
    begun = {word[:length] for word in single for length in range(1, min(len(word), BEGINNINGS + 1))}
    return " ".join(placed + [f"'{BEGINNING}{beginning}'" for beginning in sorted(begun)])
