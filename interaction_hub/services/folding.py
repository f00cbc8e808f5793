"""One form for all texts that are searched: what is indexed and what is typed are folded by the same function.

Case, width, accents and variants of Han do not count; each character of a script without spaces is a word.
It must stay free of context: a part of a text folds to a part of the fold, or phrases would not be found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import opencc

VERSION = 2
"""Counted up when texts fold or pair differently: the index is then made anew."""
LONGEST = 64
"""Characters of a word that count; PostgreSQL refuses words of more than 2 KB."""
_SPACED = re.compile(
    "[々〇\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U000323af]"
)
"""Han, kana, bopomofo and Hangul: found by any part, since nothing shows where their words end."""
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
"""Marks of Latin, Greek and Cyrillic. Those of other scripts are part of their letters and stay."""
_LETTERS = {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th"}
"""Letters with strokes and joined letters: Unicode does not take them apart."""
_GAP = re.compile("( )")
_ASCII_WORD = re.compile("[a-z0-9]+")
_WORDLIKE = frozenset("LNM")
_JOINING = re.compile("[\u1160-\u11ff\uff9e\uff9f]")
"""Not marks by category, yet they melt into the character before them."""


@cache
def _converter() -> Any:
    """Traditional to simplified Chinese; its tables take 8 MB, so they are read when the first Han character comes."""
    return opencc.OpenCC("t2s")


class _Table(dict[int, str]):
    """What each character becomes, found out once: itself, something simpler, or a gap between words."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if _SPACED.match(character):
            found = f" {_converter().convert(character)} "
        elif unicodedata.category(character)[0] in _WORDLIKE:
            found = _LETTERS.get(character, character)
        else:
            found = " "
        self[code] = found
        return found


_table = _Table()


def words(text: str) -> list[str]:
    """The words of a text, folded, in order."""
    return [word[:LONGEST] for word in _plain(text).split()]


def is_spaced(word: str) -> bool:
    """Whether a folded word is one character of a script without spaces."""
    return _SPACED.match(word) is not None


def places(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text as `words` gives them, each with the part of the text that it stands for."""
    if text.isascii():
        yield from ((found[0][:LONGEST], *found.span()) for found in _ASCII_WORD.finditer(text.lower()))
        return
    word, begin, end = "", 0, 0
    for piece, start, stop in _pieces(text):
        for part in _parts(piece):
            if part == " " and word:
                yield word[:LONGEST], begin, end
                word = ""
            elif part != " ":
                begin = begin if word else start
                word, end = word + part, stop
    if word:
        yield word[:LONGEST], begin, end


@lru_cache(8192)
def _parts(piece: str) -> tuple[str, ...]:
    """A folded piece, its gaps apart."""
    return tuple(part for part in _GAP.split(_plain(piece)) if part)


@lru_cache(8192)
def _melts(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or _JOINING.match(character) is not None


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Characters together with what melts into them."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _melts(text[at]):
            yield text[start:at], start, at
            start = at


def _plain(text: str) -> str:
    """Words divided by spaces, not yet cut to length."""
    if text.isascii():
        return text.lower().translate(_table)
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_table)
