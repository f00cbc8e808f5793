"""The nodes of a checked expression: immutable values that are equal when they read the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, Union

from routing.expressions.kinds import Value
from routing.expressions.schema import Field

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in"]
Operand = Field | Value

MIRRORED: Mapping[Operator, Operator] = MappingProxyType(
    {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
)
"""The operator that says the same with its sides exchanged; `in` has none."""


@dataclass(frozen=True, slots=True)
class Constant:
    """Everybody, or nobody."""

    value: bool


@dataclass(frozen=True, slots=True)
class Has:
    """The field is there."""

    field: Field


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two operands of fitting kinds, at least one of them a field; false when a field is not there.

    A constant stands at the right, but for `in` a list field (`"en" in agent.languages`).
    """

    left: Operand
    operator: Operator
    right: Operand


@dataclass(frozen=True, slots=True)
class Not:
    """What the item is not."""

    item: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them; at least two, none of which is an `And`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them; at least two, none of which is an `Or`."""

    items: tuple[Node, ...]


Node = Union[Constant, Has, Comparison, Not, And, Or]  # noqa: UP007 - with `|` the forward names could not be resolved

TRUE, FALSE = Constant(True), Constant(False)


def fields(node: Node) -> Iterator[Field]:
    """All fields that the node reads, in the order of the text, repeated where they are."""
    if isinstance(node, Has):
        yield node.field
    elif isinstance(node, Comparison):
        yield from (side for side in (node.left, node.right) if isinstance(side, Field))
    elif isinstance(node, Not):
        yield from fields(node.item)
    elif isinstance(node, And | Or):
        for item in node.items:
            yield from fields(item)
