"""Nothing that people wait for reads a whole table: each statement of pop, history, list and search, by EXPLAIN."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
import sqlalchemy as sa

from interaction_hub.services import customer_list, timeline, whole_customer
from interaction_hub.services.directory import Directory
from interaction_hub.services.pairs import paired_query
from interaction_hub.services.pops import pops
from interaction_hub.services.search_terms import customer_query, query_of
from interaction_hub.storage import contacts, direct, search_lookup, touchpoints
from tests.bench.corpus.filling import Progress, fill
from tests.bench.corpus.shape import Shape, contact_id, customer_id
from tests.integration.storage.sql import outside

SHAPE = Shape("plans", touchpoints=1_500, light=150, heavy=5, long=200, texts=1_500, indexed=True)
SMALL = ("user_account",)
"""Tables that hold no more rows than the company has agents may be read whole."""
Look = Callable[[sa.Connection], Any]


def _pop(connection: sa.Connection) -> Any:
    rows = list(contacts.by_ids(connection, [contact_id(3), contact_id(155)]).values())
    names = Directory(connection)
    return pops(connection, rows, names, {}), timeline.conversations(connection, rows, names)


def _history(connection: sa.Connection) -> Any:
    whole_customer.whole_customer(connection, customer_id(155))
    cursor = timeline.history(connection, customer_id(155))["next"]
    return timeline.history(connection, customer_id(155), cursor=cursor)


def _list(connection: sa.Connection) -> Any:
    return customer_list.page(connection, customer_list.page(connection, None)["next"])


def _search(typed: str) -> Look:
    def look(connection: sa.Connection) -> Any:
        query = paired_query([[term] for term in query_of(typed)])
        search_lookup.history(connection, query, before=1_400, restricted=False, most=21)
        people = paired_query(customer_query(typed))
        rows = search_lookup.customers(connection, people, before=customer_list.FIRST, most=21)
        return customer_list.lines(connection, rows)

    return look


LOOKS: dict[str, Look] = {
    "pop": _pop,
    "what the books have": lambda connection: touchpoints.on_the_way(connection, "sms-main", ["SM1", "SM2"]),
    "history": _history,
    "list of customers": _list,
    **{f"search for {typed}": _search(typed) for typed in ("la", "la tr", "媬匨", "退", "zqxzqx", "07700900")},
}


@pytest.fixture
async def filled_url(hub_url: str) -> str:
    await fill(hub_url, SHAPE, Progress("plans"))
    return hub_url


async def test_no_statement_reads_a_whole_table(filled_url: str) -> None:
    async with outside(filled_url) as connection:
        for name, look in LOOKS.items():
            statements = await connection.run_sync(_statements, look)
            assert statements, name
            for statement, given in statements:
                scans = await connection.run_sync(_scans, statement, given)
                assert [table for table in scans if table not in SMALL] == [], (name, statement)


async def test_whole_reading_is_noticed(filled_url: str) -> None:
    async with outside(filled_url) as connection:
        for statement in (
            "SELECT * FROM touchpoint WHERE text = 'x'",
            "SELECT * FROM touchpoint ORDER BY claim",
            "SELECT count(*) FROM search_history WHERE CAST(words AS text) LIKE '%x%'",
        ):
            assert await connection.run_sync(_scans, statement, ()) != [], statement


def _statements(connection: sa.Connection, look: Look) -> list[tuple[str, Any]]:
    """What the look executes, as the driver gets it."""
    found: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        found.append((statement, given))

    run = direct._run

    def remember_direct(connection: sa.Connection, sql: str, given: Any, *, many: bool) -> Any:
        found.append((sql, given))
        return run(connection, sql, given, many=many)

    sa.event.listen(connection, "before_cursor_execute", remember)
    with mock.patch.object(direct, "_run", remember_direct):  # Core does not see what goes past it
        look(connection)
    sa.event.remove(connection, "before_cursor_execute", remember)
    return found


def _scans(connection: sa.Connection, statement: str, given: Any) -> list[str]:
    """Tables that are read whole."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
        return [table for row in rows if (table := _scanned(row.detail))]
    # Ten rows are read whole, and rightly; so it is done only where no index serves: by loops, which need one.
    for way in ("seqscan", "hashjoin", "mergejoin", "material", "memoize"):
        connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given).scalar_one()
    return list(_whole((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], limited=False))


def _scanned(detail: str) -> str:
    """SQLite says SCAN for its full text index, too, with M for what must match; and for what is in the statement."""
    words = detail.split()
    if words[0] != "SCAN" or words[1].startswith("(") or words[1] in ("spoken", "given", "json_each"):
        return ""
    return "" if "VIRTUAL TABLE" in detail and ":M" in detail else words[1]


def _whole(plan: dict[str, Any], *, limited: bool) -> Iterator[str]:
    """A sequential scan, or one over an index from end to end that no LIMIT stops."""
    kind = plan["Node Type"]
    bounded = limited or any(name in plan for name in ("Index Cond", "Recheck Cond"))
    if kind == "Seq Scan" or (kind in ("Index Scan", "Index Only Scan") and not bounded):
        yield plan["Relation Name"]
    for below in plan.get("Plans", ()):
        yield from _whole(below, limited=kind == "Limit" and "Filter" not in below)
