"""A figure with its goal, and the alternation that makes it a fair one."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` are the rounds' ratios; the verdict is on their median."""

    name: str
    values: tuple[float, ...]
    goal: float

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def holds(self) -> bool:
        """At least the goal."""
        return self.value >= self.goal

    def line(self) -> str:
        """Name, value with range, goal, verdict."""
        verdict = "holds" if self.holds else "falls short"
        spread = f"({min(self.values):.2f}-{max(self.values):.2f})"
        return f"{self.name:48} {self.value:6.2f} {spread:14} goal {self.goal:.2f}  {verdict}"


def alternate(ours: Callable[[], float], yardstick: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, ...]:
    """Ratios ours / yardstick of rates (per second), a warm-up and then `rounds` pairs, in turn."""
    ours()
    yardstick()
    return tuple(ours() / yardstick() for _ in range(rounds))
