"""A furniture shop's fields, and short ways to ask about them."""

from __future__ import annotations

from typing import Any

from routing.expressions import Expression, ExpressionError, Kind, Schema, parse

SCHEMA = Schema(
    contact={
        "order": Kind.TEXT,
        "value": Kind.NUMBER,
        "difficulty": Kind.LEVEL,
        "urgent": Kind.FLAG,
        "tags": Kind.TEXTS,
    },
    customer={"vip": Kind.FLAG, "since": Kind.NUMBER},
    agent={
        "language": Kind.TEXT,
        "team": Kind.TEXT,
        "desk": Kind.NUMBER,
        "floor": Kind.NUMBER,
        "senior": Kind.FLAG,
        "backs-up": Kind.TEXTS,
    },
    skills=["german", "sofas", "zh.hans"],
)


def expression(text: str) -> Expression:
    """Parsed with the shop's fields."""
    return parse(text, SCHEMA)


def residual(text: str, contact: dict[str, Any] | None = None, customer: dict[str, Any] | None = None) -> str:
    """The text of what is left to ask of an agent."""
    return str(expression(text).given(contact or {}, customer or {}))


def serves(text: str, contact: dict[str, Any], customer: dict[str, Any], agent: dict[str, Any]) -> bool:
    """Whether this agent may serve this contact."""
    return expression(text).given(contact, customer).holds(agent)


def refusal(text: str) -> ExpressionError:
    """The error that this text is refused with."""
    try:
        parse(text, SCHEMA)
    except ExpressionError as error:
        return error
    raise AssertionError(f"not refused: {text}")
