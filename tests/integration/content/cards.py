"""Synthetic card numbers of many issuers and lengths, each with a good check digit, each written in another way."""

from __future__ import annotations

from random import Random

BEGINS = (
    ("4", 16),
    ("4", 13),
    ("4", 19),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("36", 14),
    ("3528", 16),
    ("6011", 16),
    ("62", 16),
    ("62", 19),
    ("2200", 16),
    ("50", 18),
)
WAYS = ("", " ", "-", ".", "\u00a0", "\u2009", "\u2011", "\u200b", " - ", "\n", "fullwidth", "arabic")


def card_numbers(number: int, seed: int = 7) -> list[tuple[str, str]]:
    """So many pairs: the digits, and how somebody writes them."""
    random = Random(seed)
    made = []
    for place in range(number):
        begin, length = BEGINS[place % len(BEGINS)]
        digits = with_check(begin + "".join(random.choice("0123456789") for _ in range(length - len(begin) - 1)))
        made.append((digits, written(digits, WAYS[place % len(WAYS)])))
    return made


def with_check(digits: str) -> str:
    """With the check digit behind it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def written(digits: str, way: str) -> str:
    """In groups of four with something between them, or in digits of another script."""
    if way == "fullwidth":
        return digits.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    if way == "arabic":
        return digits.translate({ord("0") + n: 0x0660 + n for n in range(10)})
    return way.join(digits[at : at + 4] for at in range(0, len(digits), 4))
