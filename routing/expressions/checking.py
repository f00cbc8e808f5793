"""From syntax to terms: do the fields exist, do the kinds fit? Finds every problem of an expression, not the first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from routing.expressions.errors import Place, Problem, problem_at
from routing.expressions.kinds import ORDERED, UNIVERSES, Kind, Scalar, Value
from routing.expressions.printing import field_text, value_text
from routing.expressions.references import Resolver
from routing.expressions.schema import Field, Schema
from routing.expressions.syntax import (
    Compared,
    Joined,
    ListLiteral,
    Literal,
    Negated,
    Presence,
    Reference,
    Side,
    Tree,
)
from routing.expressions.terms import FALSE, MIRRORED, And, Comparison, Constant, Has, Node, Not, Operator, Or


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison with what it is. A list literal has no kind of its own: its members have."""

    term: Field | Value
    kind: Kind
    place: Place
    words: str
    members: tuple[Literal, ...] = ()


def check(text: str, tree: Tree, schema: Schema) -> tuple[Node, list[Problem]]:
    """The checked expression and what is wrong with it; the node means nothing unless the list is empty."""
    checker = _Checker(text, schema)
    node = checker.node(tree)
    return node, sorted(checker.problems, key=lambda problem: (problem.line, problem.column))


class _Checker:
    """Walks the tree. A part with a problem becomes FALSE, so that the rest is still looked at."""

    def __init__(self, text: str, schema: Schema) -> None:
        self._text = text
        self.problems: list[Problem] = []
        self._resolver = Resolver(schema, self._wrong)

    def node(self, tree: Tree) -> Node:
        if isinstance(tree, Presence):
            field = self._resolver.field(tree.reference)
            return Has(field) if field else FALSE
        if isinstance(tree, Negated):
            return Not(self.node(tree.item))
        if isinstance(tree, Joined):
            return self._joined(tree)
        if tree.operator is None or tree.right is None:
            return self._alone(tree.left)
        left, right = self._operand(tree.left, tree.right), self._operand(tree.right, tree.left)
        if left is None or right is None:
            return FALSE
        return self._comparison(left, tree.operator, right, tree)

    def _joined(self, tree: Joined) -> Node:
        """`a AND (b AND c)` is one `And` of three."""
        kind = And if tree.word == "and" else Or
        items: list[Node] = []
        for item in tree.items:
            node = self.node(item)
            items.extend(node.items if isinstance(node, kind) else (node,))
        return kind(tuple(items))

    def _alone(self, side: Side) -> Node:
        if isinstance(side, Literal) and isinstance(side.value, bool):
            return Constant(side.value)
        if not isinstance(side, Reference):
            return self._wrong("expected_comparison", side.place, what=self._written(side.place))
        field = self._resolver.field(side)
        if field is None:
            return FALSE
        if field.kind is not Kind.FLAG:
            return self._wrong("not_a_flag", side.place, field=field_text(field), kind=field.kind)
        return Comparison(field, "=", True)

    def _operand(self, side: Side, other: Side) -> _Operand | None:
        if isinstance(side, Reference):
            known_other = isinstance(other, Reference) and other.name is not None
            field = self._resolver.field(side, may_be_text=known_other)
            return _Operand(field, field.kind, side.place, field_text(field)) if field else None
        if isinstance(side, ListLiteral):
            values = cast("Value", tuple(member.value for member in side.members))
            return _Operand(values, Kind.TEXTS, side.place, "the list", side.members)
        if side.value == "" and isinstance(side.value, str):
            self._wrong("empty_text", side.place)
            return None
        return _Operand(side.value, _kind(side.value), side.place, value_text(side.value))

    def _comparison(self, left: _Operand, operator: Operator, right: _Operand, tree: Compared) -> Node:
        if not isinstance(left.term, Field) and not isinstance(right.term, Field):
            return self._wrong("two_constants", left.place.to(right.place))
        if operator in ("in", "not in"):
            fits = self._fits_list(left, right)
        elif Kind.TEXTS in (left.kind, right.kind):
            return self._wrong("list_equals", tree.sign, operator=operator)
        else:
            fits = (operator in ("=", "!=") or self._ordered(operator, left, right)) and self._fits(left, right)
        if not fits:
            return FALSE
        if isinstance(left.term, Field) or operator not in MIRRORED:
            return Comparison(left.term, operator, right.term)
        return Comparison(right.term, MIRRORED[operator], left.term)

    def _ordered(self, operator: Operator, left: _Operand, right: _Operand) -> bool:
        for side in (left, right):
            if side.kind not in ORDERED:
                self._wrong("order", side.place, operator=operator, what=side.words, kind=side.kind)
                return False
        return True

    def _fits(self, left: _Operand, right: _Operand) -> bool:
        """Whether two single values are of one kind; a plain number beside a level field must be a level."""
        for one, other in ((left, right), (right, left)):
            if one.kind is Kind.LEVEL and other.kind is Kind.NUMBER and not isinstance(other.term, Field):
                return self._is_level(cast("Scalar", other.term), other.place)
        if left.kind is right.kind:
            return True
        values = {"left": left.words, "left_kind": left.kind, "right": right.words, "right_kind": right.kind}
        self._wrong("kinds", left.place.to(right.place), **values)
        return False

    def _fits_list(self, left: _Operand, right: _Operand) -> bool:
        if left.kind is Kind.TEXTS:
            self._wrong("list_in", left.place)
            return False
        if right.kind is not Kind.TEXTS:
            self._wrong("not_a_list", right.place, what=right.words, kind=right.kind)
            return False
        members = right.members or (Literal("text", right.place),)
        fitting = [self._fits_member(left, member, right) for member in members]  # all of them, to tell every problem
        return all(fitting)

    def _fits_member(self, left: _Operand, member: Literal, right: _Operand) -> bool:
        if member.value == "" and isinstance(member.value, str):
            self._wrong("empty_text", member.place)
            return False
        kind = _kind(member.value)
        if left.kind is Kind.LEVEL and kind is Kind.NUMBER:
            return self._is_level(member.value, member.place)
        if kind is left.kind and kind is not Kind.FLAG:
            return True
        what = value_text(member.value) if right.members else f"an entry of {right.words}"
        values = {"left": left.words, "left_kind": left.kind, "what": what, "kind": kind}
        self._wrong("member_kind", member.place, **values)
        return False

    def _is_level(self, value: Scalar, place: Place) -> bool:
        if value in UNIVERSES[Kind.LEVEL]:
            return True
        self._wrong("level", place, found=value_text(value))
        return False

    def _written(self, place: Place) -> str:
        return self._text[place.start : place.start + place.length]

    def _wrong(self, code: str, place: Place, **values: str) -> Node:
        self.problems.append(problem_at(self._text, place, code, **values))
        return FALSE


def _kind(value: Scalar) -> Kind:
    if isinstance(value, str):
        return Kind.TEXT
    return Kind.FLAG if isinstance(value, bool) else Kind.NUMBER
