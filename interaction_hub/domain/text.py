"""What counts as text on every surface (decisions 36)."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether both databases can hold it: no U+0000, no half of a surrogate pair."""
    return "\x00" not in text and (text.isascii() or not _HALF.search(text))


def sendable(text: str) -> str:
    """What can be written into an answer: U+FFFD for each half of a surrogate pair, which no UTF-8 has."""
    return _HALF.sub("\ufffd", text)
