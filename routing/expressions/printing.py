"""The canonical text of a node: one spelling for each, which parses back to the same node."""

from __future__ import annotations

from decimal import Decimal

from routing.expressions.kinds import Value
from routing.expressions.schema import Field
from routing.expressions.terms import And, Comparison, Constant, Has, Node, Not, Operand, Or
from routing.expressions.tokens import WORD

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def node_text(node: Node) -> str:
    """The text of a node. AND binds more tightly than OR, so only an OR inside an AND, and what NOT negates, need
    parentheses."""
    if isinstance(node, Constant):
        return value_text(node.value)
    if isinstance(node, Has):
        return f"has({field_text(node.field)})"
    if isinstance(node, Comparison):
        return _comparison(node)
    if isinstance(node, Not):
        inner = node_text(node.item)
        return f"NOT ({inner})" if isinstance(node.item, And | Or) else f"NOT {inner}"
    if isinstance(node, And):
        return " AND ".join(f"({node_text(i)})" if isinstance(i, Or) else node_text(i) for i in node.items)
    return " OR ".join(node_text(item) for item in node.items)


def _comparison(node: Comparison) -> str:
    if node.right is True and node.operator == "=":
        return operand_text(node.left)
    return f"{operand_text(node.left)} {node.operator} {operand_text(node.right)}"


def operand_text(operand: Operand) -> str:
    """One side of a comparison."""
    return field_text(operand) if isinstance(operand, Field) else value_text(operand)


def field_text(field: Field) -> str:
    """A field, such as agent.login or skill["zh.hans"]."""
    return field.source + name_text(field.name)


def name_text(name: str) -> str:
    """What follows the source: .name, or ["name"] where that is not a word."""
    return f".{name}" if WORD.fullmatch(name) else f"[{value_text(name)}]"


def value_text(value: Value) -> str:
    """A constant as the grammar reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{"".join(_char(char) for char in value)}"'
    if isinstance(value, tuple):
        return f"[{', '.join(value_text(member) for member in value)}]"
    return str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")


def _char(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF and not char.isprintable() else char
