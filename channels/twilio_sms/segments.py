"""How carriers cut a text into parts: GSM 7-bit (160, or 153 in a row) or UCS-2 (70, or 67), by 3GPP TS 23.038."""

from __future__ import annotations

from collections.abc import Callable

from channels.messages import TextLength

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")


def measure_text(text: str) -> TextLength:
    """One character outside of GSM 7-bit makes the whole message UCS-2: `offenders` names them, each once."""
    offenders = tuple(dict.fromkeys(c for c in text if c not in GSM_BASIC and c not in GSM_EXTENSION))
    if offenders:
        return _measure(text, "UCS-2", (70, 67), _utf16_units, offenders)
    return _measure(text, "GSM-7", (160, 153), _septets, ())


def _measure(
    text: str, encoding: str, sizes: tuple[int, int], cost: Callable[[str], int], offenders: tuple[str, ...]
) -> TextLength:
    single, multiple = sizes
    costs = [cost(character) for character in text]
    units = sum(costs)
    if units <= single:
        return TextLength(encoding, units, single, 1 if units else 0, offenders, single - units)
    parts, used = _pack(costs, multiple)
    return TextLength(encoding, units, multiple, parts, offenders, multiple - used)


def _pack(costs: list[int], size: int) -> tuple[int, int]:
    """Parts, and units used in the last: an escape pair or a surrogate pair is never split, the gap is lost."""
    parts, used = 1, 0
    for cost in costs:
        if used + cost > size:
            parts, used = parts + 1, 0
        used += cost
    return parts, used


def _septets(character: str) -> int:
    return 2 if character in GSM_EXTENSION else 1


def _utf16_units(character: str) -> int:
    return 2 if ord(character) > 0xFFFF else 1
