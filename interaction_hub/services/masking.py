"""Card numbers never reach storage: they are masked in text and raw payload alike, before the unit (decisions 16)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

# What people and their programs put between the digits: blanks and line ends, dashes, dots, and marks nobody sees.
_BETWEEN = "[\\s\\-._\u00ad\u00b7\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff]"
# Digits of any script in a row; cards have 13 to 19 (ISO/IEC 7812).
_RUN = re.compile(rf"\d(?:{_BETWEEN}{{0,3}}\d){{12,}}")
_LENGTHS = range(13, 20)
_KEEP = 4
_NOT_BEFORE = re.compile(r"[A-Za-z0-9+]")
_NOT_AFTER = re.compile(r"[A-Za-z0-9]")


def mask_cards(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with each card number reduced to its last four digits, and the pairs (found, written instead)."""
    found: list[tuple[str, str]] = []

    def replace(match: re.Match[str]) -> str:
        masked = _masked(match)
        if masked != match.group():
            found.append((match.group(), masked))
        return masked

    return _RUN.sub(replace, text), found


def mask_raw(raw: bytes, found: list[tuple[str, str]]) -> bytes:
    """The same in the provider's payload: where each number stands, or, if it is written there in some other way, in
    the payload read and written anew."""
    for number, shown in found:
        hidden = shown.replace("•", "*")
        for encode in (str, quote_plus, quote):
            raw = raw.replace(encode(number).encode(), encode(hidden).encode())
    return _rewritten(raw) if found else raw


# ---- finding ---------------------------------------------------------------------------------------------------------
def _masked(run: re.Match[str]) -> str:
    """The run with the numbers in it hidden. They may overlap by chance: what one of them hides stays hidden."""
    characters = list(run.group())
    places = [place for place, one in enumerate(characters) if one.isdecimal()]
    digits = [unicodedata.decimal(characters[place]) for place in places]
    for first, last in _cards(run, places, digits):
        for place in places[first : last + 1 - _KEEP]:
            characters[place] = "•"
    return "".join(characters)


def _cards(run: re.Match[str], places: list[int], digits: list[int]) -> Iterator[tuple[int, int]]:
    """First and last digit of each number: whole groups of the run, so that a longer number is none."""
    begins, ends = _edges(run, places)
    for first in sorted(begins):
        if not _is_issuer(digits[first : first + 2]):
            continue
        for length in _LENGTHS:
            last = first + length - 1
            if last in ends and _luhn(digits[first : last + 1]):
                yield first, last


def _edges(run: re.Match[str], places: list[int]) -> tuple[set[int], set[int]]:
    begins = {number for number in range(1, len(places)) if places[number] > places[number - 1] + 1}
    ends = {number - 1 for number in begins}
    # Within a word (an order's id) or behind a + (a telephone number) no card begins.
    if not _NOT_BEFORE.match(run.string[max(run.start() - 1, 0) : run.start()]):
        begins.add(0)
    if not _NOT_AFTER.match(run.string[run.end() : run.end() + 1]):
        ends.add(len(places) - 1)
    return begins, ends


def _is_issuer(begin: list[int]) -> bool:
    """Cards begin with 22 to 27 or 3 to 6; a year does not."""
    return 3 <= begin[0] <= 6 or [2, 2] <= begin <= [2, 7]


def _luhn(digits: list[int]) -> bool:
    total = 0
    for place, value in enumerate(reversed(digits)):
        total += value if place % 2 == 0 else value * 2 - 9 if value > 4 else value * 2
    return total % 10 == 0


# ---- payloads that are encoded in ways of their own ------------------------------------------------------------------
def _rewritten(raw: bytes) -> bytes:
    """JSON and forms with card numbers in them, masked and encoded anew; anything else as it stands."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return _rewritten_form(raw)
    masked = _each_text(value)
    return raw if masked == value else json.dumps(masked, ensure_ascii=False).encode()


def _rewritten_form(raw: bytes) -> bytes:
    pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
    masked = [(mask_cards(name)[0], mask_cards(value)[0]) for name, value in pairs]
    return raw if masked == pairs else urlencode(masked).encode()


def _each_text(value: Any) -> Any:
    if isinstance(value, str):
        return mask_cards(value)[0]
    if isinstance(value, dict):
        return {mask_cards(name)[0]: _each_text(one) for name, one in value.items()}
    return [_each_text(one) for one in value] if isinstance(value, list) else value
