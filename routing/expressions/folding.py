"""Partial evaluation: contact and customer become constants, and what is left reads the agent alone."""

from __future__ import annotations

from collections.abc import Callable

from routing.expressions.comparing import compare
from routing.expressions.domains import domain_node, domain_of
from routing.expressions.joining import join
from routing.expressions.kinds import Value
from routing.expressions.schema import Field
from routing.expressions.terms import FALSE, MIRRORED, TRUE, And, Comparison, Constant, Has, Node, Not, Or

Known = Callable[[Field], Value | None]
"""What a field of the contact or the customer is; None if it is not there."""


def fold(node: Node, known: Known, wanted: bool = True) -> Node:
    """The node (its negation, if not `wanted`) in normal form: NOT before single tests alone, flat, sorted."""
    if isinstance(node, Constant):
        return node if wanted else Constant(not node.value)
    if isinstance(node, Not):
        return fold(node.item, known, not wanted)
    if isinstance(node, And | Or):
        joint = And if isinstance(node, And) is wanted else Or
        return join(joint, [fold(item, known, wanted) for item in node.items])
    test = _presence(node, known) if isinstance(node, Has) else _comparison(node, known)
    return _literal(test, wanted)


def _literal(test: Node, wanted: bool) -> Node:
    """A test or its negation; those of one field and constants have one form for each meaning."""
    if isinstance(test, Constant):
        return test if wanted else Constant(not test.value)
    literal = test if wanted else Not(test)
    found = domain_of(literal)
    return domain_node(*found) if found else literal


def _presence(test: Has, known: Known) -> Node:
    return test if test.field.of_agent else Constant(known(test.field) is not None)


def _comparison(test: Comparison, known: Known) -> Node:
    left, right = test.left, test.right
    if isinstance(left, Field) and not left.of_agent:
        value = known(left)
        if value is None:
            return FALSE
        left = value
    if isinstance(right, Field) and not right.of_agent:
        value = known(right)
        if value is None:
            return FALSE
        right = value
    if not isinstance(left, Field) and not isinstance(right, Field):
        return TRUE if compare(left, test.operator, right) else FALSE
    return _oriented(Comparison(left, test.operator, right))


def _oriented(test: Comparison) -> Node:
    """A constant at the right, two fields in the order of their names; a field is always equal to itself."""
    left, right, mirrored = test.left, test.right, MIRRORED.get(test.operator)
    if mirrored is None:
        return test
    if left == right and isinstance(left, Field):
        return Has(left) if test.operator in ("=", "<=", ">=") else FALSE
    if not isinstance(left, Field) or (isinstance(right, Field) and _order(right) < _order(left)):
        return Comparison(right, mirrored, left)
    return test


def _order(field: Field) -> tuple[str, str]:
    return field.source, field.name
