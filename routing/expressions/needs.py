"""Which skills everybody who satisfies an expression must have, so that an index by skill can be asked first."""

from __future__ import annotations

from typing import cast

from routing.expressions.domains import domain_of
from routing.expressions.kinds import LEAST_LEVEL, MOST_LEVEL
from routing.expressions.schema import SKILL
from routing.expressions.terms import And, Constant, Node, Not, Or, fields


def needed(node: Node) -> dict[str, int]:
    """Skill → least level. Of an OR, what all its branches need; of a negation, nothing."""
    if isinstance(node, Constant | Not):
        return {}
    if isinstance(node, And):
        levels: dict[str, int] = {}
        for item in node.items:
            for skill, level in needed(item).items():
                levels[skill] = max(level, levels.get(skill, LEAST_LEVEL))
        return levels
    if isinstance(node, Or):
        branches = [needed(item) for item in node.items]
        common = set.intersection(*(set(branch) for branch in branches))
        return {skill: min(branch[skill] for branch in branches) for skill in sorted(common)}
    found = domain_of(node)
    if found is not None and found[0].source == SKILL:
        return {found[0].name: min(cast("frozenset[int]", found[1].values), default=MOST_LEVEL)}
    return {field.name: LEAST_LEVEL for field in fields(node) if field.source == SKILL}
