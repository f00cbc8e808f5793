"""The kinds of values that a field can have, and how raw data are read as such a value.

There is no null in the language: whatever is not a proper value of its kind is *not there* (None in this package).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

LEAST_LEVEL, MOST_LEVEL = 1, 5
NUMBER_LIMIT = 10**15
"""Numbers are smaller than this on both sides, so that whole ones stay exact and every one can be written out."""

Scalar = str | int | float | bool
Value = Scalar | tuple[str, ...] | tuple[int | float, ...]
"""A constant. Whole numbers are always `int`, so that equal numbers are equal constants."""


class Kind(StrEnum):
    """What a field holds. A level is a whole number from 1 to 5 and is compared with levels alone."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    LEVEL = "level"
    TEXTS = "list of texts"


ORDERED = frozenset({Kind.NUMBER, Kind.LEVEL})
"""The kinds that < <= > >= compare. Texts have no order: whose alphabet would it be?"""

UNIVERSES: Mapping[Kind, frozenset[Scalar]] = MappingProxyType(
    {Kind.LEVEL: frozenset(range(LEAST_LEVEL, MOST_LEVEL + 1)), Kind.FLAG: frozenset({False, True})}
)
"""All values of the kinds that have few of them."""


def number(raw: float) -> int | float | None:
    """The number in its one form; None if it is too large (or not a number at all, as NaN)."""
    if not -NUMBER_LIMIT < raw < NUMBER_LIMIT:
        return None
    return int(raw) if raw == int(raw) else raw


def read(kind: Kind, raw: Any) -> Value | None:
    """Raw data as a value of this kind; None if it is not there.

    An empty text and an empty list are not there either: rows and documents write "" and [] for "we do not know",
    and two unknown languages are not the same language.
    """
    if kind is Kind.TEXT:
        return raw if isinstance(raw, str) and raw else None
    if kind is Kind.FLAG:
        return raw if isinstance(raw, bool) else None
    if kind is Kind.TEXTS:
        if not isinstance(raw, list | tuple | set | frozenset):
            return None
        return tuple(sorted({item for item in raw if isinstance(item, str) and item})) or None
    if isinstance(raw, bool):
        return None
    if kind is Kind.LEVEL:
        return raw if isinstance(raw, int) and LEAST_LEVEL <= raw <= MOST_LEVEL else None
    return number(raw) if isinstance(raw, int | float) else None
