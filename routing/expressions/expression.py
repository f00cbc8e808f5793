"""The expression itself: what the engine parses, evaluates in part, interns, and asks about agents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from routing.expressions.checking import check
from routing.expressions.errors import ExpressionError, Place, problem_at
from routing.expressions.folding import fold
from routing.expressions.grammar import tree
from routing.expressions.joining import join
from routing.expressions.kinds import LEAST_LEVEL, MOST_LEVEL, Kind, Value, read
from routing.expressions.needs import needed
from routing.expressions.printing import node_text
from routing.expressions.programs import Agent, Test, program
from routing.expressions.schema import SKILL, Field, Schema
from routing.expressions.terms import And, Comparison, Node, fields
from routing.expressions.tokens import TEXT_LIMIT

RESIDUALS = 1_000
"""How many results of `given` an expression remembers; contacts of a queue mostly ask the same few."""


@dataclass(frozen=True)
class Expression:
    """Who may serve a contact. Immutable; equal to another one that is written the same in canonical text.

    What `given` returns is in normal form, so that (within what the normal form sees) those that ask the same are
    equal: it can be interned as a signature.
    """

    node: Node

    def given(self, contact: Mapping[str, Any], customer: Mapping[str, Any]) -> Expression:
        """What is left to ask of an agent when contact and customer are known.

        Both map the names of fields to raw values; what is missing, None, empty or of another kind than the schema
        declares is not there.
        """
        sources = {"contact": contact, "customer": customer}
        values = tuple([read(field.kind, sources[field.source].get(field.name)) for field in self._open])
        residual = self._residuals.get(values)
        if residual is None:
            if len(self._residuals) >= RESIDUALS:
                self._residuals.clear()
            residual = Expression(fold(self.node, dict(zip(self._open, values, strict=True)).__getitem__))
            self._residuals[values] = residual
        return residual

    def holds(self, agent: Agent) -> bool:
        """Whether this agent may serve. Raises `ValueError` while the expression still reads contact or customer."""
        return self._test(agent)

    def needed_skills(self) -> dict[str, int]:
        """Skill → least level that every agent who satisfies it has. A hint for an index: there may be more to it."""
        return needed(self.node)

    @cached_property
    def reads(self) -> frozenset[Field]:
        """The fields that decide; one that reads none of contact and customer is the same for every contact."""
        return frozenset(fields(self.node))

    def __str__(self) -> str:
        """The canonical text, which `parse` reads back as an equal expression."""
        return self._text

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _open(self) -> tuple[Field, ...]:
        """What it reads of contact and customer."""
        return tuple(dict.fromkeys(field for field in fields(self.node) if not field.of_agent))

    @cached_property
    def _residuals(self) -> dict[tuple[Value | None, ...], Expression]:
        return {}

    @cached_property
    def _text(self) -> str:
        return node_text(self.node)

    @cached_property
    def _hash(self) -> int:
        return hash(self.node)

    @cached_property
    def _test(self) -> Test:
        return program(self.node)


def parse(text: str, schema: Schema) -> Expression:
    """The expression that the text says. Raises `ExpressionError` with every problem that was found."""
    node, problems = check(text, tree(text), schema)
    if problems:
        raise ExpressionError(text, tuple(problems))
    expression = Expression(node)
    length = len(str(expression))
    if length > TEXT_LIMIT:  # it could be shown, but never be published again
        place = Place(0, len(text))
        values = {"length": str(length), "limit": str(TEXT_LIMIT)}
        raise ExpressionError(text, (problem_at(text, place, "too_long_written_out", **values),))
    return expression


def from_requires(requires: Mapping[str, int]) -> Expression:
    """Every one of these skills, at this level or above. Raises `ValueError` for a level outside 1 to 5."""
    for skill, level in requires.items():
        if not LEAST_LEVEL <= level <= MOST_LEVEL:
            raise ValueError(f"the level of {skill} is {level}; levels go from {LEAST_LEVEL} to {MOST_LEVEL}")
    return Expression(join(And, [Comparison(Field(SKILL, s, Kind.LEVEL), ">=", n) for s, n in requires.items()]))
