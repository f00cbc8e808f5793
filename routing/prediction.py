"""How long somebody in line will likely wait, from what stands before him: the predictor QLm as a distribution. Pure.

While all agents are busy, a line of k moves up when an agent frees up or when one of those ahead leaves: the wait is a
sum of independent exponentials with the rates n mu + j theta, j = 0 .. k-1 (Whitt, Predicting Queueing Delays,
Management Science 45, 1999; called QLm by Ibrahim and Whitt, MSOM 11, 2009). It is unbiased where service and patience
are exponential and agents serve one line; elsewhere `effective_servers` says how many agents' worth the line gets.
`routing.estimate` beside it needs nothing but the last answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, expm1, log, sqrt

from routing.estimate import spoken
from routing.model import Micros, QueueId

_SPREAD = 1.2815516
"""The standard normal's 90 % quantile: where the search for a quantile begins."""


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody in line has before him.

    `place` counts from 1. `servers` need not be whole. `handle` is the mean handle time, wrap-up included (µs),
    `patience` the mean time after which people leave (µs; None: they do not).
    """

    place: int
    servers: float
    handle: float
    patience: float | None = None

    def __post_init__(self) -> None:
        if self.place < 1 or min(self.servers, self.handle, self.patience or self.handle) <= 0 or self.patience == 0:
            raise ValueError("place, servers, handle and patience must be positive")

    @property
    def answer_rate(self) -> float:
        """Agents that free up, per µs."""
        return self.servers / self.handle

    @property
    def leave_rate(self) -> float:
        """How often each of those ahead leaves, per µs."""
        return 1 / self.patience if self.patience is not None else 0.0


def mean_wait(line: Line) -> float:
    """QLm: the expected wait (µs) of one who does not leave."""
    return sum(1 / (line.answer_rate + ahead * line.leave_rate) for ahead in range(line.place))


def still_waiting(line: Line, after: float) -> float:
    """The probability that one who does not leave still waits after so many µs. Exact.

    At most `place - 1` steps forward were made: terms of a negative binomial distribution, of a Poisson distribution
    where nobody leaves.
    """
    return _steps(line, after)[0]


def wait_quantile(line: Line, share: float) -> float:
    """The wait (µs) that this share of those at this place do not exceed, 0 < share < 1; right to 0.1 %.

    Exact but for the search: Newton's method, held within the bounds found so far.
    """
    mean = mean_wait(line)
    deviation = sqrt(sum(1 / (line.answer_rate + ahead * line.leave_rate) ** 2 for ahead in range(line.place)))
    low, high = 0.0, mean + _SPREAD * deviation
    while still_waiting(line, high) > 1 - share:
        low, high = high, 2 * high
    at = min(max(mean, low), high)
    while high - low > mean * 1e-3:
        left, density = _steps(line, at)
        low, high = (at, high) if left > 1 - share else (low, at)
        step = (left - 1 + share) / density if density else 0.0
        if 0 < abs(step) < mean * 5e-4:
            return at + step
        at = at + step if low < at + step < high and step else (low + high) / 2
    return at


def wait_forecast(line: Line) -> tuple[int, int]:
    """The likely wait (µs) as people say it: P50 and P90 in whole minutes or more; low 0 is "less than"."""
    return spoken(wait_quantile(line, 0.5), wait_quantile(line, 0.9))


def _steps(line: Line, after: float) -> tuple[float, float]:
    """The probability of fewer than `place` steps forward within so many µs, and the density of the last one there."""
    grown = -expm1(-line.leave_rate * after) / line.leave_rate if line.leave_rate else after
    if grown <= 0:
        return 1.0, 0.0
    height, total = -line.answer_rate * after, 0.0
    for made in range(1, line.place):
        total += exp(height)
        height += log(grown * (line.answer_rate + (made - 1) * line.leave_rate) / made)
    last = exp(height)
    return min(total + last, 1.0), last * (line.answer_rate + (line.place - 1) * line.leave_rate)


@dataclass(frozen=True, slots=True)
class RecentWork:
    """One agent who is signed in: his handled time of late by queue (µs), and the queues that he serves."""

    handled: Mapping[QueueId, Micros]
    serves: frozenset[QueueId]


def effective_servers(queue: QueueId, agents: Iterable[RecentWork]) -> float:
    """How many agents' worth of work this queue gets: the sum of the shares of their time that they gave it of late.

    One without work of late counts in equal parts for the queues that he serves.
    """
    return sum(_share(queue, agent) for agent in agents)


def _share(queue: QueueId, agent: RecentWork) -> float:
    if queue not in agent.serves:
        return 0.0
    total = sum(agent.handled.get(other, 0) for other in agent.serves)
    return agent.handled.get(queue, 0) / total if total else 1 / len(agent.serves)
