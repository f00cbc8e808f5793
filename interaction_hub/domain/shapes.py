"""Plain data against the structs of documents, field by field: every field that is wrong gets words for what is right.

The words come from the structs' own types, so that they cannot drift. No rule stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import msgspec
from msgspec import inspect

from interaction_hub.domain.documents import KINDS, Document
from interaction_hub.domain.text import is_storable, sendable

_PATTERNS = (
    (r"^[a-z0-9][a-z0-9_.-]", "key", "Small letters, digits, dot, dash and underline, such as deliveries-zh."),
    (r"^([01]\d|2[0-3])", "span", "Times such as 08:00-12:30."),
    (r"^\d{4}-", "date", "Dates such as 2026-12-25."),
    (r"^https?://[A-Za-z0-9.-]", "origin", "Scheme and host alone, such as https://www.example.com."),
    (r"^#", "colour", "A colour such as #4640C6."),
    (r"^$(?!\n)|^https?", "link", "An address that begins with https://."),
    (r"^[A-Za-z]{2,3}", "language", "Language tags such as en or zh-Hans."),
)
"""Beginnings of the patterns in `documents.py`, with the words for people."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What would be right in one field. `code` and `values` are for other languages."""

    code: str
    words: str
    values: Mapping[str, str]


def read(kind: str, body: Mapping[str, Any]) -> tuple[Document | None, dict[str, Wrong]]:
    """The document, or None and what is wrong with each field."""
    struct = KINDS[kind]
    wrong: dict[str, Wrong] = {}
    fields = {field.name: field for field in msgspec.structs.fields(struct)}
    for name in body:
        if name not in fields:
            close = get_close_matches(str(name), list(fields), 1)
            hint = f" Did you mean {close[0]}?" if close else ""
            wrong[sendable(str(name)[:60])] = Wrong("no_field", f"There is no such field.{hint}", {})
    for name, field in fields.items():
        if name in body:
            found = _check(body[name], field.type)
            if found is not None:
                wrong[name] = found
        elif field.required:
            wrong[name] = Wrong("required", "This is needed.", {})
    if wrong:
        return None, wrong
    return msgspec.convert(dict(body), struct, strict=True), {}


def _check(value: object, wanted: Any) -> Wrong | None:
    if not _storable(value):
        return Wrong("storable", "Characters that no database can keep (U+0000, half a surrogate pair).", {})
    try:
        msgspec.convert(value, wanted, strict=True)
    except msgspec.ValidationError as error:
        return _right(inspect.type_info(wanted), value, str(error))
    return None


def _storable(value: object) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, Mapping):
        return all(_storable(key) and _storable(one) for key, one in value.items())
    return all(map(_storable, value)) if isinstance(value, list | tuple) else True


def _right(shape: inspect.Type, value: object, said: str) -> Wrong:
    """Words for what a value of this type looks like. Of lists and tables the part that is wrong is described."""
    if isinstance(shape, inspect.VarTupleType | inspect.ListType):
        return _right(shape.item_type, None, said) if isinstance(value, list) else _wrong("list", "A list.")
    if isinstance(shape, inspect.DictType):
        return _of_table(shape, value, said)
    if isinstance(shape, inspect.IntType):
        return _number("whole", "A whole number", shape)
    if isinstance(shape, inspect.FloatType):
        return _number("number", "A number", shape)
    if isinstance(shape, inspect.BoolType):
        return _wrong("bool", "Yes or no.")
    if isinstance(shape, inspect.LiteralType):
        choices = ", ".join(map(str, shape.values))
        return Wrong("choice", f"One of {choices}.", {"choices": choices})
    if isinstance(shape, inspect.StrType):
        return _text(shape, value)
    return _wrong("other", said)


def _of_table(shape: inspect.DictType, value: object, said: str) -> Wrong:
    if not isinstance(value, dict):
        return _wrong("table", "A table of names and values.")
    # msgspec says "- at `key` in `$`" when it is the name that is wrong, and "- at `$[...]`" for a value.
    if "`key`" in said:
        return _right(shape.key_type, None, said)
    one = next(iter(value.values()), None)
    return _right(shape.value_type, one, said)


def _number(code: str, begin: str, shape: inspect.IntType | inspect.FloatType) -> Wrong:
    low, high = shape.ge if shape.ge is not None else shape.gt, shape.le if shape.le is not None else shape.lt
    open_below = shape.ge is None and shape.gt is not None
    values = {"low": _plain(low), "high": _plain(high)}
    if low is None or high is None:
        return Wrong(code, f"{begin}." if low is None else f"{begin} from {values['low']} on.", values)
    if open_below:
        return Wrong(f"{code}_above", f"{begin} above {values['low']}, {values['high']} at the most.", values)
    return Wrong(code, f"{begin} from {values['low']} to {values['high']}.", values)


def _text(shape: inspect.StrType, value: object) -> Wrong:
    if isinstance(value, str) and shape.min_length and len(value) < shape.min_length:
        return _wrong("required", "This is needed.")
    if isinstance(value, str) and shape.max_length is not None and len(value) > shape.max_length:
        return Wrong("too_long", f"At most {shape.max_length} characters.", {"most": str(shape.max_length)})
    for begin, code, words in _PATTERNS:
        if (shape.pattern or "").startswith(begin):
            return _wrong(code, words)
    return _wrong("text", "Text.")


def _plain(number: float | None) -> str:
    return "" if number is None else f"{number:g}" if number < 100_000 else f"{number:.0f}"


def _wrong(code: str, words: str) -> Wrong:
    return Wrong(code, words, {})
