"""AND and OR over simplified parts in one normal form: flat, without what follows from the rest, sorted.

Both are done by one rule: OR is AND with every implication turned round (De Morgan).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from routing.expressions.domains import Domain, domain_node, domain_of
from routing.expressions.implication import implies, negated
from routing.expressions.printing import node_text
from routing.expressions.schema import Field
from routing.expressions.terms import FALSE, TRUE, And, Constant, Node, Or, fields


def join(joint: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """The parts, each in normal form already, as one node in normal form."""
    neutral, absorbing = (TRUE, FALSE) if joint is And else (FALSE, TRUE)
    flat: dict[Node, None] = {}
    for part in parts:
        for item in part.items if isinstance(part, joint) else (part,):
            flat[item] = None
    if absorbing in flat:
        return absorbing
    literals = [item for item in flat if not isinstance(item, And | Or | Constant)]
    groups = [item for item in flat if isinstance(item, And | Or)]
    kept = _strongest(joint, _merged(joint, literals))
    if kept is None:
        return absorbing
    beside = _by_field(kept)
    trimmed = [_trimmed(joint, group, beside) for group in groups]
    if trimmed != groups:
        return join(joint, (*kept, *trimmed))
    items = sorted((*kept, *_without_wider(groups)), key=node_text)
    return joint(tuple(items)) if len(items) > 1 else items[0] if items else neutral


def _merged(joint: type[And] | type[Or], literals: Iterable[Node]) -> list[Node]:
    """One literal for each field that is only compared with constants."""
    domains: dict[Field, Domain] = {}
    rest: list[Node] = []
    for literal in literals:
        found = domain_of(literal)
        if found is None:
            rest.append(literal)
            continue
        field, domain = found
        domain = domain if joint is And else domain.complement(field.kind)
        domains[field] = domains[field] & domain if field in domains else domain
    for field, domain in domains.items():
        rest.append(domain_node(field, domain if joint is And else domain.complement(field.kind)))
    return rest


def _strongest(joint: type[And] | type[Or], literals: list[Node]) -> list[Node] | None:
    """Without those that follow from others (in an OR: that others follow from); None if two exclude each other."""
    neutral = Constant(joint is And)
    kept: list[Node] = []
    for literal in literals:
        if literal == neutral:
            continue
        if isinstance(literal, Constant):
            return None
        near = _near(literal, kept)
        if any(_follows(joint, negated(literal), other) for other in near):
            return None
        if not any(_follows(joint, literal, other) for other in near):
            dropped = {other for other in near if _follows(joint, other, literal)}
            kept = [other for other in kept if other not in dropped]
            kept.append(literal)
    return kept


def _trimmed(joint: type[And] | type[Or], group: And | Or, beside: Mapping[Field, list[Node]]) -> Node:
    """The group beside these literals (by field): neutral if they make it so, and without items that they rule out."""
    inner = type(group)
    items: list[Node] = []
    for item in group.items:
        own = () if isinstance(item, And | Or) else fields(item)
        near = [literal for field in own for literal in beside.get(field, ())]
        if any(_follows(joint, item, literal) for literal in near):
            return Constant(joint is And)
        if not any(_follows(joint, negated(item), literal) for literal in near):
            items.append(item)
    return group if len(items) == len(group.items) else join(inner, items)


def _by_field(literals: Iterable[Node]) -> dict[Field, list[Node]]:
    found: dict[Field, list[Node]] = {}
    for literal in literals:
        for field in fields(literal):
            found.setdefault(field, []).append(literal)
    return found


def _without_wider(groups: list[And | Or]) -> list[And | Or]:
    """Without groups that contain another one whole: (a OR b) AND (a OR b OR c)."""
    sets = [(group, frozenset(group.items)) for group in groups]
    return [group for group, items in sets if not any(other < items for _, other in sets)]


def _follows(joint: type[And] | type[Or], item: Node, literal: Node) -> bool:
    """In an AND: the item follows from the literal. In an OR the other way round."""
    return implies(literal, item) if joint is And else implies(item, literal)


def _near(literal: Node, others: list[Node]) -> list[Node]:
    """Those that have a field in common with it: no others can imply anything."""
    own = set(fields(literal))
    return [other for other in others if not own.isdisjoint(fields(other))]
