"""Finding customers and words of the history: what the console's palette and the page of the customers ask.

Reads only; the index behind it is kept by `indexing`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.text import is_storable
from interaction_hub.errors import Invalid
from interaction_hub.services import customer_list, timeline
from interaction_hub.services.directory import Directory, Names
from interaction_hub.services.indexing import Indexing
from interaction_hub.services.pairs import paired_query
from interaction_hub.services.search_terms import customer_query, query_of, shown_words
from interaction_hub.services.snippets import snippet
from interaction_hub.storage import customers, search_lookup, touchpoints
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.search_lookup import Term

MOST_TYPED = 200
SCOPES = ("all", "customers", "history")
PAGE = 20
FEW = 8
"""Customers above the hits of the history."""
_END = 2**62


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for. `restricted`: he may find what is for supervisors alone."""

    text: str
    scope: str = "all"
    cursor: str = ""
    restricted: bool = False


class Search:
    """The index and the questions to it."""

    def __init__(self, ledger: Ledger, reads: Reads, feed: Feed) -> None:
        self._reads, self._names = reads, Names(feed)
        self._indexing = Indexing(ledger, reads, feed)

    async def start(self) -> None:
        """Bring the index up to date from now on."""
        await self._indexing.start()

    async def stop(self) -> None:
        """Stop doing so."""
        await self._indexing.stop()

    async def rebuild(self) -> None:
        """Make the index again from log and rows; returns when it is done."""
        await self._indexing.rebuild()

    async def caught_up(self) -> None:
        """Wait until all that is committed can be found."""
        await self._indexing.caught_up()

    async def find(self, question: Question) -> dict[str, Any]:
        """`{words, customers, history, next}`, newest first. Raises `Invalid` for what cannot be asked."""
        _check(question)
        terms = query_of(question.text)
        if not terms:
            return {"words": [], "customers": [], "history": [], "next": None}
        found = await self._reads.run(_find, question, terms, self._names)
        return {"words": shown_words(terms), **found}


def _check(question: Question) -> None:
    if len(question.text) > MOST_TYPED:
        raise Invalid(f"Search for {MOST_TYPED} characters at the most.", fields={"q": "too long"})
    if not is_storable(question.text):
        raise Invalid("Search for text.", fields={"q": "may not hold U+0000 or half a surrogate pair"})
    if question.scope not in SCOPES:
        raise Invalid(f"scope is one of {', '.join(SCOPES)}.", fields={"scope": "unknown"})


def _find(connection: sa.Connection, question: Question, terms: list[Term], names: Names) -> dict[str, Any]:
    if question.scope == "customers":
        return {**_customers(connection, question.text, PAGE, question.cursor), "history": []}
    first: dict[str, Any] = {"customers": []}
    if question.scope == "all" and not question.cursor:
        first = {"customers": _customers(connection, question.text, FEW)["customers"]}
    return {**first, **_history(connection, question, terms, names)}


def _customers(connection: sa.Connection, text: str, most: int, cursor: str = "") -> dict[str, Any]:
    before = timeline.parse_cursor(cursor) or customer_list.FIRST
    rows = search_lookup.customers(connection, paired_query(customer_query(text)), before=before, most=most + 1)
    return {
        "customers": customer_list.lines(connection, rows[:most]),
        "next": customer_list.following(rows, most),
    }


def _history(connection: sa.Connection, question: Question, terms: list[Term], known: Names) -> dict[str, Any]:
    hits = search_lookup.history(
        connection,
        paired_query([[term] for term in terms]),
        before=_position(question.cursor),
        restricted=question.restricted,
        most=PAGE + 1,
    )
    by_id = touchpoints.by_ids(connection, [touchpoint for _, touchpoint in hits[:PAGE]])
    rows = [by_id[touchpoint] for _, touchpoint in hits[:PAGE] if touchpoint in by_id]
    names = customers.names(connection, {row.customer_id for row in rows})
    entries = timeline.messages(connection, rows, Directory(connection, known))
    items = []
    for row, entry in zip(rows, entries, strict=True):
        text, marks = snippet(row.text, terms)
        who = {"id": row.customer_id, "name": names.get(row.customer_id, "")}
        items.append({"customer": who, "message": entry, "snippet": text, "marks": marks})
    return {"history": items, "next": str(hits[PAGE - 1][0]) if len(hits) > PAGE else None}


def _position(cursor: str) -> int:
    if not cursor:
        return _END
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise Invalid("The cursor is not one of ours. Leave it out to begin again.", fields={"cursor": "malformed"})
    return int(cursor)
