"""What the operators say about two values that are there."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from routing.expressions.kinds import Value
from routing.expressions.terms import Operator

COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "=": operator.eq,
        "!=": operator.ne,
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "in": lambda left, right: left in right,
        "not in": lambda left, right: left not in right,
    }
)


def compare(left: Value | None, sign: Operator, right: Value | None) -> bool:
    """Whether the comparison is true; never when a side is not there."""
    return left is not None and right is not None and COMPARE[sign](left, right)
