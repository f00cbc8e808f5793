"""Rows that a group's units share: read once, changed in memory, written together; nobody sees an older state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, each
from tests.integration.storage.rig import Rig, row
from tests.integration.storage.sql import fetch

NODE = tables.node
_STARTED = sa.select(NODE.c.started_us).where(NODE.c.id == "a")
_RAISE = sa.update(NODE).where(NODE.c.id == "a").values(started_us=NODE.c.started_us + 10)


async def run(rig: Rig, unit: Callable[[Tx], Any], *others: Callable[[Tx], Any]) -> list[Any]:
    """The units as one group of one batch; a row "a" stands already."""
    await rig.ledger.submit("mark_set", "a")
    rig.ledger.register("call", each(lambda tx, call: call(tx)))
    return await rig.together(*(("call", one) for one in (unit, *others)))


async def started(rig: Rig) -> list[Any]:
    return [tuple(one) for one in await fetch(rig.url, "SELECT id, started_us, alive_until_us FROM node ORDER BY id")]


async def test_changes_add_up_and_the_old_look_stays(rig: Rig) -> None:
    def unit(tx: Tx) -> tuple[int, int]:
        before = tx.rows.one(NODE, "a")
        tx.rows.change(NODE, "a", started_us=before.started_us + 1)
        tx.rows.change(NODE, "a", alive_until_us=7)
        return before.started_us, tx.rows.one(NODE, "a").started_us

    assert await run(rig, unit, unit, unit) == [(0, 1), (1, 2), (2, 3)]
    assert await started(rig) == [("a", 3, 7)]


async def test_statement_of_ones_own_sees_and_is_seen(rig: Rig) -> None:
    def unit(tx: Tx) -> list[int]:
        tx.rows.change(NODE, "a", started_us=5)
        seen = [tx.connection.execute(_STARTED).scalar_one()]
        tx.execute(_RAISE)
        seen.append(tx.rows.one(NODE, "a").started_us)
        tx.rows.change(NODE, "a", started_us=seen[-1] + 1)
        return seen

    assert await run(rig, unit) == [[5, 15]]
    assert await started(rig) == [("a", 16, 0)]


async def test_failing_unit_takes_nothing_along(rig: Rig) -> None:
    def good(tx: Tx) -> int:
        before = tx.rows.one(NODE, "a").started_us
        tx.rows.change(NODE, "a", started_us=before + 1)
        return int(before)

    def bad(tx: Tx) -> None:
        tx.rows.change(NODE, "a", started_us=100)
        tx.later(sa.delete(NODE).where(NODE.c.id == sa.bindparam("i")), {"i": "a"})
        tx.add(NODE, row("b"))
        raise ValueError("bad")

    first, second, third = await run(rig, good, bad, good)
    assert (first, third) == (0, 1)
    assert isinstance(second, ValueError)
    assert await started(rig) == [("a", 2, 0)]


async def test_related_rows_are_read_once_and_as_they_were_changed(rig: Rig) -> None:
    asked: list[list[str]] = []

    def read(connection: sa.Connection, keys: list[str]) -> list[Any]:
        asked.append(keys)
        return list(connection.execute(sa.select(NODE).where(NODE.c.id.in_(keys))))

    def unit(tx: Tx) -> dict[str, list[int]]:
        tx.rows.change(NODE, "a", started_us=9)
        for _ in range(2):
            found = tx.rows.related(NODE, "id", ["a", "nobody"], read)
        return {key: [one.started_us for one in rows] for key, rows in found.items()}

    assert await run(rig, unit) == [{"a": [9], "nobody": []}]
    assert asked == [["a", "nobody"]]


async def test_what_is_deferred_can_be_written_at_once(rig: Rig) -> None:
    def unit(tx: Tx) -> int:
        tx.add(NODE, row("b"))
        tx.settle()
        return int(tx.connection.execute(sa.select(sa.func.count()).select_from(NODE)).scalar_one())

    assert await run(rig, unit) == [2]


async def test_row_that_is_not_there_cannot_be_changed(rig: Rig) -> None:
    (found,) = await run(rig, lambda tx: tx.rows.change(NODE, "nobody", started_us=1))
    assert isinstance(found, LookupError)
    with pytest.raises(LookupError, match="nobody"):
        raise found
