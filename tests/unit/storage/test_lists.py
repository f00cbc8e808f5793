"""Lists for statements have few lengths and lose nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interaction_hub.storage.lists import several


@given(st.lists(st.text(max_size=3), max_size=70))
def test_lists_have_lengths_of_powers_of_two(ids: list[str]) -> None:
    found = several(ids)
    assert list(dict.fromkeys(found)) == sorted(set(ids))
    assert len(found).bit_count() <= 1
    assert len(found) < 2 * len(set(ids)) or not ids
