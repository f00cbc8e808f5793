"""Whether one literal follows from another: tried in every situation in which the two can differ.

A literal is a test (`Has`, `Comparison`) or its negation. A test is false when a field of its own is not there, so a
test implies the presence of its fields, and a negation never implies a test.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import cast

from routing.expressions.comparing import COMPARE
from routing.expressions.schema import Field
from routing.expressions.terms import Comparison, Has, Node, Not, fields

Situation = tuple[bool, bool]
"""Whether the one and whether the other test is true."""


def negated(literal: Node) -> Node:
    """The literal that is true when this one is not."""
    return literal.item if isinstance(literal, Not) else Not(literal)


def implies(one: Node, other: Node) -> bool:
    """Whether `other` is true whenever `one` is. False may also mean that we do not see it."""
    if one == other:
        return True
    if isinstance(one, Not):
        return isinstance(other, Not) and implies(other.item, one.item)
    if isinstance(other, Not):
        situations = _situations(one, other.item)
        return bool(situations) and not any(a and b for a, b in situations)
    if isinstance(other, Has):
        return other.field in fields(one)
    situations = _situations(one, other)
    return bool(situations) and all(b for a, b in situations if a)


def _situations(one: Node, other: Node) -> list[Situation]:
    """Both tests in every situation in which their fields are there; none if they are about different things."""
    if not isinstance(one, Comparison) or not isinstance(other, Comparison) or one.left != other.left:
        return []
    a, b = COMPARE[one.operator], COMPARE[other.operator]
    listed = one.operator in ("in", "not in"), other.operator in ("in", "not in")
    if one.right == other.right:
        if all(listed):
            return [(a(0, group), b(0, group)) for group in ((), (0,))]
        if not any(listed):
            return [(a(left, 1), b(left, 1)) for left in (0, 1, 2)]
    if not isinstance(one.left, Field) or isinstance(one.right, Field) or isinstance(other.right, Field):
        return []
    points = _points((*_numbers(one.right), *_numbers(other.right)))
    return [(a(point, one.right), b(point, other.right)) for point in points]


def _numbers(constant: object) -> tuple[float, ...]:
    found = constant if isinstance(constant, tuple) else (constant,)
    return cast("tuple[float, ...]", found) if all(isinstance(number, int | float) for number in found) else ()


def _points(constants: Iterable[float]) -> list[float]:
    """Numbers that stand for all: the constants, one between each two neighbours, one below and one above."""
    steps = sorted(set(constants))
    if not steps:
        return []
    between = [(low + high) / 2 for low, high in pairwise(steps)]
    return [steps[0] - 1, *steps, *between, steps[-1] + 1]
