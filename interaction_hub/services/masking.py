"""Card numbers never reach storage: they are masked in text and raw payload alike, before the unit (decisions 16)."""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

# 13 to 19 digits in groups, as people type them and not within a word (an order id); ISO/IEC 7812 issuers begin with 2
# to 6.
_CANDIDATE = re.compile(r"(?<![A-Za-z0-9+])[2-6](?:[ \-.]?\d){12,18}(?![A-Za-z0-9])")
_KEEP = 4


def mask_cards(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text with each card number reduced to its last four digits, and the pairs (found, written instead)."""
    found: list[tuple[str, str]] = []

    def replace(match: re.Match[str]) -> str:
        number = match.group()
        digits = re.sub(r"\D", "", number)
        if not _luhn(digits):
            return number
        hidden = len(digits) - _KEEP
        seen = 0
        masked = ""
        for character in number:
            if character.isdigit():
                seen += 1
                masked += "•" if seen <= hidden else character
            else:
                masked += character
        found.append((number, masked))
        return masked

    return _CANDIDATE.sub(replace, text), found


def mask_raw(raw: bytes, found: list[tuple[str, str]]) -> bytes:
    """The same in the provider's payload, in each form in which it may be encoded there."""
    for number, _ in found:
        hidden = re.sub(r"\d(?=(?:\D*\d){4})", "*", number)
        for encode in (str, quote_plus, quote):
            raw = raw.replace(encode(number).encode(), encode(hidden).encode())
    return raw


def _luhn(digits: str) -> bool:
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0
