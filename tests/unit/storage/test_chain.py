"""The hash chain finds every edit, deletion and swap."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from interaction_hub.domain import events
from interaction_hub.storage import chain


def sealed_rows(count: int = 8) -> list[Any]:
    """Rows as they come back from the database."""
    unsealed = [chain.Unsealed(n, "test", "", events.SignedIn(user=f"u{n}")) for n in range(count)]
    rows, _, _ = chain.seal(reversed(unsealed), position=0, previous=chain.GENESIS, at=1_000)
    return [SimpleNamespace(**row) for row in rows]


def breaks(rows: Sequence[Any]) -> list[int]:
    """Positions at which the chain is broken."""
    return [found.position for found in chain.walk(rows) if isinstance(found, chain.Break)]


def test_events_are_sealed_in_order_of_arrival() -> None:
    assert [row.position for row in sealed_rows()] == list(range(1, 9))
    assert [row.payload for row in sealed_rows(2)] == [
        b'{"kind":"SignedIn","user":"u0"}',
        b'{"kind":"SignedIn","user":"u1"}',
    ]


def test_whole_chain_is_whole() -> None:
    assert breaks(sealed_rows()) == []


@pytest.mark.parametrize("field", ["at_us", "kind", "actor", "correlation", "subjects", "payload", "hash"])
@pytest.mark.parametrize("place", [0, 3, 7])
def test_edit_of_one_field_is_found(field: str, place: int) -> None:
    rows = sealed_rows()
    value = getattr(rows[place], field)
    setattr(rows[place], field, value + (1 if isinstance(value, int) else b"x" if isinstance(value, bytes) else "x"))
    assert rows[place].position in breaks(rows)


def test_deleted_event_is_found() -> None:
    rows = sealed_rows()
    del rows[3]
    assert 4 in breaks(rows) or 5 in breaks(rows)


def test_swapped_events_are_found() -> None:
    rows = sealed_rows()
    rows[2], rows[3] = rows[3], rows[2]
    assert breaks(rows)
