"""Figures of a run with their standard errors, by batch means: spans of equal length, the first left out to warm up."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from routing.virtual import result
from routing.virtual.result import Result, Visit
from routing.virtual.scenario import SECOND

WITHIN = 20 * SECOND


@dataclass(frozen=True, slots=True)
class Sample:
    """A mean with its standard error."""

    mean: float
    error: float

    def apart(self, other: float, error: float = 0.0) -> float:
        """How many standard errors lie between the two."""
        both = (self.error**2 + error**2) ** 0.5
        return (self.mean - other) / both if both else 0.0 if self.mean == other else float("inf")


def sample(values: Iterable[float]) -> Sample:
    """Of independent values."""
    each = list(values)
    return Sample(statistics.fmean(each), statistics.stdev(each) / len(each) ** 0.5)


def figures_of(visits: list[Visit]) -> dict[str, float]:
    """What the tables of theory give, by their names here; seconds and shares."""
    found = {
        "p_wait": result.waited(visits),
        "mean_wait": (result.mean_wait(visits) or 0.0) / SECOND,
        "asa": (result.answer_speed(visits) or 0.0) / SECOND,
        "p_abandon": result.abandoned(visits),
        "neg": result.service_level(visits, WITHIN, "neg"),
        "ign": result.service_level(visits, WITHIN, "ign"),
        "pos": result.service_level(visits, WITHIN, "pos"),
    }
    return {name: value for name, value in found.items() if value is not None}


def batches(found: Result, queue: str, crews: Iterable[str], count: int = 20) -> Iterator[dict[str, float]]:
    """The figures of one queue, and the occupancy of these crews by their names, for each span but the first."""
    length = found.scenario.lasts // (count + 1)
    for number in range(1, count + 1):
        since, until = number * length, (number + 1) * length
        figures = figures_of(found.of(queue, since=since, until=until))
        for crew in crews:
            figures[f"occupancy {crew}"] = result.occupancy(found, found.agents[crew], since=since, until=until)
        yield figures


def samples(spans: Iterable[Mapping[str, float]]) -> dict[str, Sample]:
    """Each figure over all spans."""
    each = list(spans)
    return {name: sample(span[name] for span in each) for name in each[0]}


def compare(found: Mapping[str, Sample], told: Mapping[str, float], say: Callable[[str], None]) -> dict[str, float]:
    """How many standard errors each figure is off, with a line about each."""
    off = {}
    for name, value in told.items():
        off[name] = found[name].apart(value)
        own = found[name]
        say(f"  {name:16} {own.mean:10.5f} ± {own.error:.5f}   theory {value:10.5f}   {off[name]:+5.2f} s.e.")
    return off
