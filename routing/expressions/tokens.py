"""The text of an expression cut into tokens with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from routing.expressions.errors import ExpressionError, Place, problem_at
from routing.expressions.kinds import Scalar, number

TEXT_LIMIT = 2_000

KEYWORDS = frozenset({"and", "or", "not", "in", "has", "true", "false"})
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SIGN = re.compile(r"!=|<=|>=|[=<>()\[\],.]")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\"}
_FOREIGN = (
    ("==", "="),
    ("=>", ">="),
    ("=<", "<="),
    ("<>", "!="),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("&&", "AND"),
    ("&", "AND"),
    ("||", "OR"),
    ("|", "OR"),
    ("!", "NOT"),
    *((quote, '"') for quote in "“”„«»‘’「」＂"),
    ("（", "("),
    ("）", ")"),
    ("，", ","),
    ("＝", "="),
    ("＞", ">"),
    ("＜", "<"),
)
"""Signs of other languages, and those that word processors and Chinese keyboards write, with ours."""


class Sort(Enum):
    """What a token is. Keywords are words too; their `value` is the keyword in small letters."""

    WORD = auto()
    KEYWORD = auto()
    TEXT = auto()
    NUMBER = auto()
    SIGN = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is the word, keyword or sign, or the constant that the token stands for."""

    sort: Sort
    value: Scalar
    place: Place


def tokens(text: str) -> Iterator[Token]:
    """All tokens, an END at last. Raises `ExpressionError` at the first character that fits nowhere."""
    if len(text) > TEXT_LIMIT:
        rest = Place(TEXT_LIMIT, 1)
        raise _error(text, rest, "too_long", length=str(len(text)), limit=str(TEXT_LIMIT))
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _token(text, at)
        yield token
        at += token.place.length
    yield Token(Sort.END, "", Place(len(text), 0))


def _token(text: str, at: int) -> Token:
    if text[at] in "\"'":
        return _quoted(text, at)
    if word := WORD.match(text, at):
        place, small = _place(word), word[0].lower()
        return Token(Sort.KEYWORD, small, place) if small in KEYWORDS else Token(Sort.WORD, word[0], place)
    if digits := _NUMBER.match(text, at):
        return _number(text, digits)
    for foreign, ours in _FOREIGN:
        if text.startswith(foreign, at) and not text.startswith("!=", at):
            raise _error(text, Place(at, len(foreign)), "foreign", found=foreign, ours=ours)
    if sign := _SIGN.match(text, at):
        return Token(Sort.SIGN, sign[0], _place(sign))
    raise _error(text, Place(at, 1), "character", found=_shown(text[at]))


def _number(text: str, digits: re.Match[str]) -> Token:
    value = number(float(digits[0]) if digits[1] else int(digits[0]))
    if value is None:
        raise _error(text, _place(digits), "number_too_large")
    return Token(Sort.NUMBER, value, _place(digits))


def _quoted(text: str, start: int) -> Token:
    """The text in quotes that begins here; the quote at its end is the one at its start."""
    quote, at, value = text[start], start + 1, []
    while at < len(text) and text[at] not in (quote, "\n"):
        if text[at] != "\\":
            value.append(text[at])
            at += 1
            continue
        escape = _ESCAPE.match(text, at)
        if escape is None or not (escape[1] or escape[2] in _ESCAPED):
            raise _error(text, Place(at, min(2, len(text) - at)), "escape")
        value.append(chr(int(escape[1], 16)) if escape[1] else _ESCAPED[escape[2]])
        at = escape.end()
    if at >= len(text) or text[at] == "\n":
        raise _error(text, Place(start, at - start), "open_text", quote=quote)
    return Token(Sort.TEXT, "".join(value), Place(start, at + 1 - start))


def _place(match: re.Match[str]) -> Place:
    return Place(match.start(), match.end() - match.start())


def _shown(char: str) -> str:
    return char if char.isprintable() else f"U+{ord(char):04X}"


def _error(text: str, place: Place, code: str, **values: str) -> ExpressionError:
    return ExpressionError(text, (problem_at(text, place, code, **values),))
