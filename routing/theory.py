"""Queueing theory for one queue of equal agents: Erlang B, C and A. Exact, stable to 2,000 agents and beyond. Pure.

Calls come at random (Poisson) at `rate` per second and take `handle` seconds on average (exponential); with Erlang A
callers leave after `patience` seconds on average (exponential). Erlang, Post Office El. Eng. J. 10 (1917); Palm (1957)
and Garnett, Mandelbaum, Reiman, MSOM 4 (2002) for A; waits under A by Baccelli and Hebuterne, Performance '81.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp, inf, log
from typing import Literal

AbandonPolicy = Literal["neg", "ign", "pos"]
"""What who left within the time limit does to the service level: counts against it, not at all, or for it."""

_POINTS = (
    (-0.906179845938664, 0.23692688505618908),
    (-0.5384693101056831, 0.47862867049936647),
    (0.0, 128 / 225),
    (0.5384693101056831, 0.47862867049936647),
    (0.906179845938664, 0.23692688505618908),
)
"""Gauss and Legendre's rule on (-1, 1)."""
_NEGLIGIBLE = 45.0
"""e^-45: less than a double can tell beside 1."""


def erlang_b(load: float, agents: int) -> float:
    """The share of calls that find all busy where nobody can wait. `load` is in Erlang (rate x handle)."""
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """The share of calls that must wait where all do; 1 where the agents cannot keep up."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


@dataclass(frozen=True, slots=True)
class ErlangC:
    """M/M/n: callers wait as long as it takes. Where load >= agents the wait is infinite and the level 0."""

    rate: float
    handle: float
    agents: int
    p_wait: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "p_wait", erlang_c(self.load, self.agents))

    @property
    def load(self) -> float:
        """Erlang."""
        return self.rate * self.handle

    @property
    def asa(self) -> float:
        """Average speed of answer: the mean wait of all callers, seconds."""
        return self.p_wait * self.handle / (self.agents - self.load) if self.load < self.agents else inf

    @property
    def queue_length(self) -> float:
        """Callers waiting, on average over time."""
        return self.rate * self.asa

    @property
    def occupancy(self) -> float:
        """The share of their time that agents are busy."""
        return min(1.0, self.load / self.agents)

    def service_level(self, within: float) -> float:
        """The share that is answered within so many seconds."""
        return 1 - self.p_wait * exp(-max(0.0, self.agents - self.load) * within / self.handle)


@dataclass(frozen=True, slots=True)
class ErlangA:
    """M/M/n+M: Erlang C with callers who lose patience. Stable at every load.

    Costs n steps and some for each place of the queue: of those who wait for days, ask ErlangC.
    """

    rate: float
    handle: float
    patience: float
    agents: int
    p_wait: float = field(init=False)
    queue_length: float = field(init=False)
    """Callers waiting, on average over time."""
    _log_full: float = field(init=False)
    """Logarithm of the probability that all agents are busy and nobody waits."""

    def __post_init__(self) -> None:
        # States with all busy, as logarithms relative to the first of them: no load under- or overflows.
        weights, busy, top = [0.0], self.agents / self.handle, 0.0
        while weights[-1] > top - _NEGLIGIBLE:
            busy += 1 / self.patience
            weights.append(weights[-1] + log(self.rate / busy))
            top = max(top, weights[-1])
        terms = [exp(weight - top) for weight in weights]
        blocked = erlang_b(self.rate * self.handle, self.agents)
        some_idle = (1 / blocked - 1) * exp(-top) if blocked else inf
        total = sum(terms) + some_idle
        object.__setattr__(self, "p_wait", sum(terms) / total)
        object.__setattr__(self, "queue_length", sum(j * term for j, term in enumerate(terms)) / total)
        object.__setattr__(self, "_log_full", -top - log(total))

    @property
    def p_abandon(self) -> float:
        """The share of callers who leave unanswered."""
        return self.queue_length / (self.rate * self.patience)

    @property
    def mean_wait(self) -> float:
        """Seconds, over those who are answered and those who leave."""
        return self.queue_length / self.rate

    @property
    def occupancy(self) -> float:
        """The share of their time that agents are busy."""
        return self.rate * self.handle * (1 - self.p_abandon) / self.agents

    def served_within(self, within: float) -> float:
        """The share of callers who are answered within so many seconds."""
        return 1 - self.p_wait + self._waits(within)[1]

    def abandoned_within(self, within: float) -> float:
        """The share of callers who leave within so many seconds."""
        below, answered = self._waits(within)
        return self.p_wait - exp(-within / self.patience) * (self.p_wait - below) - answered

    def service_level(self, within: float, policy: AbandonPolicy = "neg") -> float:
        """Answered within so many seconds, by what is done with those who left within the same time."""
        served, left = self.served_within(within), self.abandoned_within(within)
        return {"neg": served, "ign": served / (1 - left), "pos": served + left}[policy]

    def _waits(self, within: float) -> tuple[float, float]:
        """P(0 < offered wait <= within), and the same of those who also have the patience for it.

        The density of the offered wait at t > 0 is P(full) n mu exp(rate H(t) - n mu t), H(t) = patience (1 -
        e^(-t/patience)). Its logarithm is concave: past its peak it may be cut. Panels are as wide as it changes by
        one in the exponent at most.
        """
        served = self.agents / self.handle
        start = self._log_full + log(served)
        below = answered = at = 0.0
        height = peak = -inf
        while at < within:
            slope = abs(self.rate * exp(-at / self.patience) - served)
            width = min(within - at, 1 / (slope + (self.rate / self.patience) ** 0.5 + 1 / self.patience))
            for point, weight in _POINTS:
                t = at + width * (1 + point) / 2
                loyal = exp(-t / self.patience)
                height = start + self.rate * self.patience * (1 - loyal) - served * t
                below += exp(height) * weight * width / 2
                answered += exp(height) * loyal * weight * width / 2
            peak, at = max(peak, height), at + width
            if height < peak - _NEGLIGIBLE:
                break
        return below, answered


def least_agents(level: Callable[[int], float], target: float) -> int:
    """The least number of agents (from 1) whose `level` reaches the target, 0 < target < 1.

    `level` gives the service level of so many agents and must not fall with them:
    `least_agents(lambda n: ErlangC(rate, handle, n).service_level(20), 0.8)` is "80/20".
    """
    most = 1
    while level(most) < target:
        most *= 2
    return bisect_left(range(most + 1), target, lo=most // 2, key=level) if most > 1 else 1
