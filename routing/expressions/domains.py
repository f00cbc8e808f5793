"""What one field may be: tests of a single field against constants as sets, which join exactly.

`skill.a >= 2 AND skill.a <= 3`, `skill.a in [2, 3]` and `NOT (NOT has(skill.a) OR skill.a = 1 OR skill.a >= 4)` are one
set of levels and get one text. Orders of numbers (`agent.desk < 40`) and lists of the agent are no such sets; see
`implication`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from routing.expressions.comparing import COMPARE
from routing.expressions.kinds import LEAST_LEVEL, MOST_LEVEL, UNIVERSES, Kind, Scalar, Value
from routing.expressions.schema import Field
from routing.expressions.terms import FALSE, TRUE, Comparison, Has, Node, Not


@dataclass(frozen=True, slots=True)
class Domain:
    """A field is one of `values` (with `others`: anything but these); with `absent` it may also be not there."""

    values: frozenset[Scalar]
    others: bool
    absent: bool

    def complement(self, kind: Kind) -> Domain:
        """All that this one is not."""
        return _settled(kind, self.values, not self.others, not self.absent)

    def __and__(self, other: Domain) -> Domain:
        absent = self.absent and other.absent
        if self.others and other.others:
            return Domain(self.values | other.values, True, absent)
        if self.others:
            return Domain(other.values - self.values, False, absent)
        return Domain(self.values - other.values if other.others else self.values & other.values, False, absent)


def _settled(kind: Kind, values: frozenset[Scalar], others: bool, absent: bool) -> Domain:
    """In the one form for its kind: of levels and flags we know all values, so `others` is never needed."""
    if others and kind in UNIVERSES:
        return Domain(UNIVERSES[kind] - values, False, absent)
    return Domain(values, others, absent)


def domain_of(literal: Node) -> tuple[Field, Domain] | None:
    """The field and its set; None if the literal (a test or its negation) is not about one field and constants."""
    if isinstance(literal, Not):
        inner = domain_of(literal.item)
        return (inner[0], inner[1].complement(inner[0].kind)) if inner else None
    if isinstance(literal, Has) and literal.field.kind is not Kind.TEXTS:
        return literal.field, _settled(literal.field.kind, frozenset(), True, False)
    if not isinstance(literal, Comparison) or not isinstance(literal.left, Field) or isinstance(literal.right, Field):
        return None
    field, constant = literal.left, literal.right
    if field.kind is Kind.LEVEL:
        fitting = COMPARE[literal.operator]
        return field, Domain(frozenset(v for v in UNIVERSES[Kind.LEVEL] if fitting(v, constant)), False, False)
    if literal.operator in ("=", "!="):
        return field, _settled(field.kind, frozenset((cast("Scalar", constant),)), literal.operator == "!=", False)
    if literal.operator in ("in", "not in"):
        listed = frozenset(cast("tuple[Scalar, ...]", constant))
        return field, _settled(field.kind, listed, literal.operator == "not in", False)
    return None


def domain_node(field: Field, domain: Domain) -> Node:
    """The one literal (or constant) that says this."""
    if domain.absent:
        inner = domain_node(field, domain.complement(field.kind))
        return TRUE if inner == FALSE else Not(inner)
    if not domain.values:
        return Has(field) if domain.others else FALSE
    if domain.values == UNIVERSES.get(field.kind) and field.kind is not Kind.LEVEL:
        return Has(field)
    if field.kind is Kind.LEVEL:
        return _levels(field, cast("frozenset[int]", domain.values))
    if len(domain.values) == 1:
        return Comparison(field, "!=" if domain.others else "=", next(iter(domain.values)))
    listed = cast("Value", tuple(sorted(domain.values)))
    return Comparison(field, "not in" if domain.others else "in", listed)


def _levels(field: Field, levels: frozenset[int]) -> Node:
    """`>= 1` stands for "has this skill at all"."""
    least, most = min(levels), max(levels)
    if len(levels) == most - least + 1 and most == MOST_LEVEL:
        return Comparison(field, ">=", least)
    if least == most:
        return Comparison(field, "=", least)
    if len(levels) == most - least + 1 and least == LEAST_LEVEL:
        return Comparison(field, "<=", most)
    return Comparison(field, "in", tuple(sorted(levels)))
