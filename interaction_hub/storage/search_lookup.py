"""Looking into the search index: the newest texts and the last customers with the words of a query.

Queries come as terms: nothing that a person typed is ever FTS syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage.search_index import BEGINNING, BEGINNINGS

MOST_CUSTOMERS = 500
"""Customers among whom the last who wrote are found; who wants another one types another letter."""
WINDOW = 5_000
"""Newest rows that PostgreSQL looks through one by one. What is not often among them is rare enough to be collected
from the index and sorted: GIN knows no order, and would collect half the history for a word that everybody writes."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must stand side by side; of the last one its beginning is enough if `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False


Query = Sequence[Sequence[Term]]
"""All of them must match, each by one of its alternatives."""


_HISTORY = {
    "sqlite": sa.text(
        "SELECT rowid AS position, touchpoint_id FROM search_history WHERE search_history MATCH :query "
        "AND rowid < :before AND restricted <= :restricted ORDER BY rowid DESC LIMIT :most"
    ),
    "postgresql": sa.text(
        # OFFSET 0: what is inside is planned for itself, by the index of words and never by positions.
        "SELECT position, touchpoint_id FROM ("
        "SELECT position, touchpoint_id, restricted FROM search_history "
        "WHERE words @@ CAST(CAST(:query AS text) AS tsquery) OFFSET 0) AS found "
        "WHERE position < :before AND (NOT restricted OR CAST(:restricted AS boolean)) "
        "ORDER BY position DESC LIMIT :most"
    ),
}
_NEWEST_HISTORY = sa.text(
    "SELECT position, touchpoint_id FROM ("
    "SELECT position, touchpoint_id, restricted, words FROM search_history "
    "WHERE position < :before ORDER BY position DESC LIMIT :window) AS newest "
    "WHERE words @@ CAST(CAST(:query AS text) AS tsquery) AND (NOT restricted OR CAST(:restricted AS boolean)) "
    "ORDER BY position DESC LIMIT :most"
)
_MATCHING = sa.text(
    "SELECT customer_id FROM ("
    "SELECT customer_id, position FROM search_customer WHERE words @@ CAST(CAST(:query AS text) AS tsquery) "
    "OFFSET 0) AS found ORDER BY position DESC LIMIT :among"
)
_NEWEST_MATCHING = sa.text(
    "SELECT customer_id FROM ("
    "SELECT customer_id, position, words FROM search_customer ORDER BY position DESC LIMIT :window) AS newest "
    "WHERE words @@ CAST(CAST(:query AS text) AS tsquery) ORDER BY position DESC LIMIT :among"
)
_CUSTOMERS = {
    "sqlite": sa.text(
        "SELECT c.id, c.name, c.tier, c.last_us, c.touchpoints FROM customer c WHERE c.id IN ("
        "SELECT customer_id FROM search_customer WHERE search_customer MATCH :query ORDER BY rowid DESC LIMIT :among"
        ") AND (c.last_us, c.id) < (:at, :id) ORDER BY c.last_us DESC, c.id DESC LIMIT :most"
    ),
    "postgresql": sa.text(
        "SELECT c.id, c.name, c.tier, c.last_us, c.touchpoints FROM customer c WHERE c.id = ANY(:among) "
        "AND (c.last_us, c.id) < (:at, :id) ORDER BY c.last_us DESC, c.id DESC LIMIT :most"
    ).bindparams(sa.bindparam("among", type_=sa.ARRAY(sa.String))),
}


def history(
    connection: sa.Connection, query: Query, *, before: int, restricted: bool, most: int
) -> list[tuple[int, str]]:
    """Places before a position, the newest first: (position, touchpoint)."""
    given = {"query": _match(connection, query), "before": before, "restricted": restricted, "most": most}
    rows: Sequence[Any] = ()
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_NEWEST_HISTORY, {**given, "window": WINDOW}).all()
    if len(rows) < most:
        rows = connection.execute(_HISTORY[connection.dialect.name], given).all()
    return [(row.position, row.touchpoint_id) for row in rows]


def customers(connection: sa.Connection, query: Query, *, before: tuple[int, str], most: int) -> Sequence[Any]:
    """Rows of customers before a place (last µs, id), the last who wrote first."""
    given: dict[str, Any] = {"at": before[0], "id": before[1], "most": most}
    if connection.dialect.name == "sqlite":
        given |= {"query": f"words : ({_match(connection, query)})", "among": MOST_CUSTOMERS}
    else:
        given |= {"among": _matching(connection, _match(connection, query))}
    return connection.execute(_CUSTOMERS[connection.dialect.name], given).all()


def _matching(connection: sa.Connection, query: str) -> list[str]:
    given = {"query": query, "among": MOST_CUSTOMERS}
    found = connection.execute(_NEWEST_MATCHING, {**given, "window": WINDOW}).scalars().all()
    if len(found) < MOST_CUSTOMERS:
        found = connection.execute(_MATCHING, given).scalars().all()
    return list(found)


def _match(connection: sa.Connection, query: Query) -> str:
    render, both = (_fts5, " AND ") if connection.dialect.name == "sqlite" else (_tsquery, " & ")
    either = " OR " if connection.dialect.name == "sqlite" else " | "
    return both.join(f"({_joined(terms, render, either)})" for terms in query)


def _joined(terms: Iterable[Term], render: Callable[[Term], str], either: str) -> str:
    return either.join(f"({render(term)})" for term in terms)


def _fts5(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.prefix else "")


def _tsquery(term: Term) -> str:
    (*before, last) = term.words
    if term.prefix and not before and len(last) <= BEGINNINGS:
        return f"'{BEGINNING}{last}' | '{last}'"
    return " <-> ".join(f"'{word}'" for word in term.words) + (":*" if term.prefix else "")
