"""How big a company is made for a bench, and the ids of its rows: like the product's, but the same each time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """What is made. `light` customers share 80 % of the touchpoints, `heavy` ones 20 %, the last customer has `long`.

    `texts`: different messages; fewer than touchpoints where nobody searches them. `indexed`: for the search.
    """

    name: str
    touchpoints: int
    light: int
    heavy: int
    long: int
    texts: int
    indexed: bool
    seed: int = 42
    version: int = 1
    """Counted up when the same shape makes other rows."""

    @property
    def customers(self) -> int:
        """All of them: light ones come first, then the heavy ones, then the one."""
        return self.light + self.heavy + 1

    @property
    def key(self) -> str:
        """Names what is in a cached database."""
        sizes = (self.touchpoints, self.light, self.heavy, self.long, self.texts, self.seed, self.version)
        return "-".join([self.name, *map(str, sizes)])


def customer_id(number: int) -> str:
    """Ids look like the product's: made in order, as wide, as text."""
    return f"01941000-0000-7000-8000-{number:012x}"


def contact_id(number: int) -> str:
    """The one contact of a customer: his last conversation."""
    return f"01944000-0000-7000-8000-{number:012x}"


def identity_id(number: int) -> str:
    return f"01942000-0000-7000-8000-{number:012x}"


def interaction_id(customer: int, number: int) -> str:
    return f"01943000-0000-7000-8{number // 4096:03x}-{number % 4096:03x}{customer:09x}"


def touchpoint_id(number: int) -> str:
    """By its place in the history of the company."""
    return f"01945000-0000-7000-8000-{number:012x}"
