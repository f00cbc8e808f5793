"""A figure with its goal, and the alternation that makes it a fair one."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` are the rounds; the verdict is on their median, or on `judged` where a goal is about something else.

    `most` says that the goal is a bound from above (times, weights), otherwise from below (ratios).
    """

    name: str
    values: tuple[float, ...]
    goal: float
    unit: str = ""
    most: bool = False
    judged: float | None = None

    @property
    def value(self) -> float:
        """What is judged: the median unless said otherwise."""
        return statistics.median(self.values) if self.judged is None else self.judged

    @property
    def holds(self) -> bool:
        """On the right side of the goal."""
        return self.value <= self.goal if self.most else self.value >= self.goal

    def record(self) -> dict[str, Any]:
        """For JSON."""
        bound = "most" if self.most else "least"
        values = {"value": self.value, "rounds": list(self.values), bound: self.goal, "unit": self.unit}
        return {"name": self.name, **values, "holds": self.holds}

    def line(self) -> str:
        """Name, value with range, goal, verdict."""
        verdict = "holds" if self.holds else "falls short"
        spread = f"({min(self.values):.2f}-{max(self.values):.2f})"
        goal = f"{'at most ' if self.most else ''}{self.goal:.2f}{self.unit and ' ' + self.unit}"
        return f"{self.name:48} {self.value:8.2f} {spread:18} goal {goal:18} {verdict}"


def alternate(ours: Callable[[], float], yardstick: Callable[[], float], rounds: int = ROUNDS) -> tuple[float, ...]:
    """Ratios ours / yardstick of rates (per second), a warm-up and then `rounds` pairs, in turn."""
    ours()
    yardstick()
    return tuple(ours() / yardstick() for _ in range(rounds))


def stepwise(figures: AsyncIterator[Figure]) -> Iterator[Figure]:
    """Each figure as soon as it is there, so that a long bench shows how far it is."""

    async def next_one() -> Figure | None:
        return await anext(figures, None)

    with asyncio.Runner() as runner:
        while (figure := runner.run(next_one())) is not None:
            yield figure
