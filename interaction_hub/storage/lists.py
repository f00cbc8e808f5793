"""Lists of ids for `IN (…)`: of few different lengths, so that PostgreSQL has few different statements to prepare."""

from __future__ import annotations

from collections.abc import Iterable


def several(ids: Iterable[str]) -> list[str]:
    """The different ids in order; the last one repeated until there are 1, 2, 4, 8, … of them. None stay none."""
    found = sorted(set(ids))
    wanted = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (wanted - len(found))
