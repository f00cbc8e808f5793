"""Residual expressions as closures: built once for each, called for every agent.

An agent is a mapping: `id`, `login`, `languages`, `skills` (key → level), and his attributes by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from routing.expressions.comparing import COMPARE
from routing.expressions.domains import Domain, domain_of
from routing.expressions.kinds import Kind, Value, read
from routing.expressions.schema import SKILL, Field
from routing.expressions.terms import And, Comparison, Constant, Has, Node, Not, Operand, Or

Agent = Mapping[str, Any]
Test = Callable[[Agent], bool]
_NO_SKILLS: Mapping[str, int] = {}


def program(node: Node) -> Test:
    """The test of an agent. Raises `ValueError` for a node that reads contact or customer."""
    if isinstance(node, Constant):
        value = node.value
        return lambda agent: value
    if isinstance(node, Not):
        inner = program(node.item)
        return lambda agent: not inner(agent)
    if isinstance(node, And | Or):
        return _joined(tuple(program(item) for item in node.items), isinstance(node, And))
    if isinstance(node, Has):
        find = _finder(node.field)
        return lambda agent: find(agent) is not None
    return _known_domain(node) or _known_list(node) or _comparison(node)


def _joined(tests: tuple[Test, ...], every: bool) -> Test:
    if len(tests) == 2:
        one, other = tests
        return (lambda agent: one(agent) and other(agent)) if every else (lambda agent: one(agent) or other(agent))

    def joined(agent: Agent) -> bool:
        for test in tests:
            if test(agent) is not every:
                return not every
        return every

    return joined


def _known_domain(node: Comparison) -> Test | None:
    """The short ways for skills and texts against constants, which nearly all tests are."""
    found = domain_of(node)
    if found is None:
        return None
    field, domain = found
    name, values, expected = field.name, domain.values, not domain.others
    if field.source == SKILL:
        return _levels(name, domain)
    if field.source != "agent" or field.kind is not Kind.TEXT:
        return None

    def text_test(agent: Agent) -> bool:
        text = agent.get(name)
        return isinstance(text, str) and text != "" and (text in values) is expected

    return text_test


def _levels(name: str, domain: Domain) -> Test:
    values = domain.values

    def level_test(agent: Agent) -> bool:
        level = agent.get("skills", _NO_SKILLS).get(name)
        return isinstance(level, int) and level in values and level is not True  # which equals 1

    return level_test


def _known_list(node: Comparison) -> Test | None:
    """The short way for a constant in a list of the agent."""
    constant, group = node.left, node.right
    if node.operator != "in" or isinstance(constant, Field) or not isinstance(group, Field) or group.source != "agent":
        return None
    name = group.name

    def member_test(agent: Agent) -> bool:
        members = agent.get(name)
        return isinstance(members, list | tuple | set | frozenset) and constant in members

    return member_test


def _comparison(node: Comparison) -> Test:
    fitting, find_left, find_right = COMPARE[node.operator], _operand(node.left), _operand(node.right)

    def comparison(agent: Agent) -> bool:
        left, right = find_left(agent), find_right(agent)
        return left is not None and right is not None and fitting(left, right)

    return comparison


def _operand(operand: Operand) -> Callable[[Agent], Value | None]:
    return _finder(operand) if isinstance(operand, Field) else lambda agent: operand


def _finder(field: Field) -> Callable[[Agent], Value | None]:
    """What reads this field of an agent."""
    kind, name = field.kind, field.name
    if field.source == SKILL:
        return lambda agent: read(kind, agent.get("skills", _NO_SKILLS).get(name))
    if field.source != "agent":
        raise ValueError(f"{field.source}.{name} is not known yet; an expression is asked about agents after given()")
    return lambda agent: read(kind, agent.get(name))
