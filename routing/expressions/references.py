"""The field that a name in the text stands for, or the words for why there is none and what was probably meant."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches

from routing.expressions.grammar import EXAMPLES
from routing.expressions.printing import name_text
from routing.expressions.schema import SKILL, SOURCES, Field, Schema
from routing.expressions.syntax import Reference

_SAID = {("customer", "name"): "customer_name", ("agent", "skills"): "agent_skills"}


class Resolver:
    """Looks references up; tells `wrong` (code, place, values) of each that stands for nothing."""

    def __init__(self, schema: Schema, wrong: Callable[..., object]) -> None:
        self._schema = schema
        self._wrong = wrong

    def field(self, reference: Reference, *, may_be_text: bool = False) -> Field | None:
        """The field, or None when it was told as wrong. `may_be_text`: a lone word may be a text without its quotes."""
        source, name, place = reference.source, reference.name, reference.place
        if name is None:
            self._lone_word(reference, may_be_text)
            return None
        found = self._schema.field(source, name)
        if found is not None:
            return found
        if (source, name) in _SAID:
            self._wrong(_SAID[source, name], place)
        elif source not in SOURCES:
            self._wrong("unknown_word", place, word=_written(source, name), hint=self._word_hint(source, name))
        elif source == SKILL:
            self._wrong("unknown_skill", place, field=name, hint=self._hint(source, name))
        else:
            self._wrong("unknown_field", place, field=_written(source, name), hint=self._hint(source, name))
        return None

    def _lone_word(self, reference: Reference, may_be_text: bool) -> None:
        word, place = reference.source, reference.place
        if word in SOURCES:
            self._wrong("incomplete", place, source=word, example=EXAMPLES[word])
            return
        code = "unquoted" if may_be_text else "unknown_word"
        self._wrong(code, place, word=word, hint="" if may_be_text else self._hint("", word))

    def _word_hint(self, source: str, name: str) -> str:
        close = get_close_matches(source.lower(), SOURCES, 1)
        if close and self._schema.field(close[0], name):
            return f" Did you mean {_written(close[0], name)}?"
        return self._hint("", name)

    def _hint(self, source: str, name: str) -> str:
        meant = self._schema.closest(source, name)
        if meant is not None:
            return f" Did you mean {_written(*meant)}?"
        known = self._schema.names(source) if source else []
        return f" There are {', '.join(known[:12])}{' …' * (len(known) > 12)}." if known else ""


def _written(source: str, name: str) -> str:
    return source + name_text(name)
