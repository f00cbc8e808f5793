"""The part of a text around its first hit, with the places of the hits in it. Pure; the text stays as written."""

from __future__ import annotations

from collections.abc import Sequence

from interaction_hub.services import folding
from interaction_hub.storage.search_lookup import Term

LONGEST = 160
BEFORE = 40
"""Characters before the first hit, so that its sentence can be understood."""
_CUT = "…"

Span = tuple[int, int]


def snippet(text: str, terms: Sequence[Term]) -> tuple[str, list[Span]]:
    """At most 160 characters, and the hits in them as (from, to), counted in UTF-16 units as browsers do."""
    hits = _hits(text, terms)
    begin = _begin(text, hits[0][0]) if hits else 0
    room = LONGEST - (begin > 0)
    end = len(text) if len(text) - begin <= room else begin + room - len(_CUT)
    front, back = _CUT if begin else "", _CUT if end < len(text) else ""
    shown = front + text[begin:end] + back
    offset = len(front) - begin
    inside = ((max(start, begin) + offset, min(stop, end) + offset) for start, stop in hits)
    return shown, [(_utf16(shown, start), _utf16(shown, stop)) for start, stop in inside if start < stop]


def _begin(text: str, hit: int) -> int:
    """Some words before the hit, from the beginning of a word if there is one near."""
    begin = max(0, hit - BEFORE)
    if begin:
        gap = text.find(" ", begin, hit)
        begin = gap + 1 if gap >= 0 else begin
    return begin


def _hits(text: str, terms: Sequence[Term]) -> list[Span]:
    """Where terms stand, in order and without overlap; what lies behind the first hit's snippet is not looked at."""
    seen: list[tuple[str, int, int]] = []
    found: list[Span] = []
    # Asked of every word of every text on the page: most of them end no term.
    whole = {term.words[-1] for term in terms}
    beginnings = tuple(term.words[-1] for term in terms if term.prefix)
    for place in folding.places(text):
        seen.append(place)
        if found and place[1] > found[0][0] + LONGEST:
            break
        if place[0] not in whole and not place[0].startswith(beginnings):
            continue
        starts = [seen[-len(term.words)][1] for term in terms if _ends_here(seen, term)]
        if starts:
            start = min(starts)
            while found and found[-1][1] > start:
                start = min(start, found.pop()[0])
            found.append((start, place[2]))
    return found


def _ends_here(seen: list[tuple[str, int, int]], term: Term) -> bool:
    word, last = seen[-1][0], term.words[-1]
    if word != last and not (term.prefix and word.startswith(last)):
        return False
    length = len(term.words)
    there = seen[-length:]
    return length == 1 or (
        len(there) == length and all(one[0] == it for one, it in zip(there[:-1], term.words[:-1], strict=True))
    )


def _utf16(text: str, at: int) -> int:
    return at + sum(character > "\uffff" for character in text[:at])
