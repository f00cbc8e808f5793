"""What counts as text on every surface (decisions 36)."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Whether both databases can hold it: no U+0000, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
