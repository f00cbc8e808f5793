"""What the grammar found, with places, before anybody asked whether the fields exist and the kinds fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

from routing.expressions.errors import Place
from routing.expressions.kinds import Scalar
from routing.expressions.terms import Operator


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, true or false."""

    value: Scalar
    place: Place


@dataclass(frozen=True, slots=True)
class ListLiteral:
    """A list of literals; its members may still be of different kinds."""

    members: tuple[Literal, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as written, such as agent.login; a lone word has no name."""

    source: str
    name: str | None
    place: Place


Side = Literal | ListLiteral | Reference


@dataclass(frozen=True, slots=True)
class Presence:
    """has(…)"""

    reference: Reference
    place: Place


@dataclass(frozen=True, slots=True)
class Compared:
    """Two sides with an operator between them; without one, the left side alone is the test."""

    left: Side
    operator: Operator | None
    right: Side | None
    sign: Place


@dataclass(frozen=True, slots=True)
class Negated:
    """NOT …"""

    item: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """Two or more, joined with "and" or "or"."""

    word: str
    items: tuple[Tree, ...]


Tree = Union[Presence, Compared, Negated, Joined]  # noqa: UP007 - with `|` the forward names could not be resolved
