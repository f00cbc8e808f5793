"""Whoever changes one record of the event log is found (A21): each column of each record, each gap, each swap.

Beside tests/unit/storage/test_chain.py and tests/integration/storage/test_verify.py, which plant single damages.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from interaction_hub.domain import events
from interaction_hub.storage import anchors, chain, tables
from interaction_hub.storage.anchors import Anchor
from interaction_hub.storage.schema import upgrade
from interaction_hub.storage.verify import verify
from tests.integration.storage.company import fill, open_company
from tests.integration.storage.sql import damage, fetch, value

RECORDS = 10_000


@pytest.fixture(scope="module")
def log() -> list[Any]:
    """A log of ten thousand records, as it comes back from the database."""
    unsealed = [chain.Unsealed(n, "user:x", f"c{n}", events.SignedIn(user=f"u{n}")) for n in range(RECORDS)]
    rows, _, _ = chain.seal(unsealed, position=0, previous=chain.GENESIS, at=1_000)
    return [SimpleNamespace(**row) for row in rows]


def is_found(log: Sequence[Any], place: int, rows: Sequence[Any]) -> bool:
    """Whether the walk that comes to `place` over these rows finds a break."""
    before = log[place - 1] if place else None
    previous, at = (before.hash, before.at_us) if before else (chain.GENESIS, 0)
    return any(isinstance(found, chain.Break) for found in chain.walk(rows, position=place, previous=previous, at=at))


def other(column: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(column, bytes):
        return bytes([column[0] ^ 1]) + column[1:]
    return column + 1 if isinstance(column, int) else column + "x"


@pytest.mark.parametrize("column", [column.name for column in tables.event.c])
def test_edit_of_any_record_is_found(log: list[Any], column: str) -> None:
    for place, row in enumerate(log):
        edited = SimpleNamespace(**vars(row))
        setattr(edited, column, other(getattr(row, column)))
        assert is_found(log, place, [edited, *log[place + 1 : place + 2]]), (place, column)


def test_deletion_of_any_record_is_found(log: list[Any]) -> None:
    for place in range(RECORDS - 1):
        assert is_found(log, place, log[place + 1 : place + 2]), place


def test_any_two_neighbours_in_other_order_are_found(log: list[Any]) -> None:
    for place in range(RECORDS - 1):
        first, second = SimpleNamespace(**vars(log[place + 1])), SimpleNamespace(**vars(log[place]))
        first.position, second.position = second.position, first.position  # swapped with care: the places look right
        assert is_found(log, place, [first, second]), place


def test_inserted_record_is_found(log: list[Any]) -> None:
    for place in range(0, RECORDS - 1, 97):
        again = [
            log[place],
            *(SimpleNamespace(**{**vars(row), "position": row.position + 1}) for row in log[place:][:2]),
        ]
        assert is_found(log, place, again), place


async def test_swap_in_the_database_is_found(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hub.db'}"
    await upgrade(url)
    async with open_company(url) as company:
        await fill(company)
    await damage(
        url,
        "UPDATE event SET position = -1 WHERE position = 8",
        "UPDATE event SET position = 8 WHERE position = 9",
        "UPDATE event SET position = 9 WHERE position = -1",
    )
    report = await verify(url, full=True)
    assert [finding.where for finding in report.findings if finding.invariant == "I17"][:1] == ["position 8"]


async def test_last_record_deleted_with_its_head_is_found_by_the_anchor(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path / 'hub.db'}", tmp_path / "anchors"
    await upgrade(url)
    async with open_company(url) as company:
        await fill(company)
    ((position, at, digest),) = await fetch(url, "SELECT position, at_us, hash FROM head")
    anchors.append(path, Anchor(position, bytes(digest), at))
    await damage(
        url,
        f"DELETE FROM event WHERE position = {position}",
        f"UPDATE head SET position = {position - 1}, hash = (SELECT hash FROM event WHERE position = {position - 1})",
    )
    assert await value(url, "SELECT max(position) FROM event") == position - 1
    report = await verify(url, anchor_file=path)
    assert f"the log ends at {position - 1}, before an anchor" in {finding.what for finding in report.findings}
