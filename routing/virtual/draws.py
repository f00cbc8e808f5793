"""Seeded numbers for a run: the same seed gives the same contacts, whoever serves them. The one place with chance.

Each stream has a generator of its own, named by seed and stream: another crew or rule changes nobody's arrival,
service or patience, so that two scenarios can be compared contact by contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import log, sqrt
from random import Random
from typing import NamedTuple

from routing.model import Micros
from routing.virtual.scenario import MINUTE, Constant, Demand, Exponential, Lognormal, Spread


class Drawn(NamedTuple):
    """One contact that is to come: its time, and how long it will take or wait (µs; None: for ever)."""

    arrived: Micros
    service: Micros
    wrap_up: Micros
    patience: Micros | None


def contacts(demand: Demand, seed: int, number: int, until: Micros) -> Iterator[Drawn]:
    """The contacts of a scenario's demand (`number` from 0) that come before `until`, in order."""
    service = sampler(demand.service, stream(seed, number, "service"))
    wrap_up = sampler(demand.wrap_up, stream(seed, number, "wrap-up"))
    patience = sampler(demand.patience, stream(seed, number, "patience")) if demand.patience is not None else None
    for moment in arrivals(demand.per_minute, until, stream(seed, number, "arrivals")):
        yield Drawn(moment, service(), wrap_up(), patience() if patience is not None else None)


def stream(seed: int, *names: object) -> Random:
    """A generator of its own for this name."""
    return Random(":".join(str(part) for part in (seed, *names)))


def sampler(spread: Spread, chance: Random) -> Callable[[], Micros]:
    """A function that draws one duration after another."""
    match spread:
        case Constant(value):
            return lambda: value
        case Exponential(mean):
            return lambda: round(-log(1 - chance.random()) * mean)
        case Lognormal(mean, variation):
            variance = log(1 + variation**2)
            return lambda: round(chance.lognormvariate(log(mean) - variance / 2, sqrt(variance)))


def arrivals(per_minute: tuple[float, ...], until: Micros, chance: Random) -> Iterator[Micros]:
    """The times of a Poisson process before `until` whose rate is constant within each minute.

    A clock that runs as fast as contacts are expected: each exponential of mean 1 is used up minute by minute.
    """
    at, minute = 0.0, 0
    while True:
        left = -log(1 - chance.random())
        while left > (most := (minute + 1 - at) * per_minute[minute % len(per_minute)]):
            left -= most
            minute += 1
            at = float(minute)
            if minute * MINUTE >= until:
                return
        at += left / per_minute[minute % len(per_minute)]
        moment = round(at * MINUTE)
        if moment >= until:
            return
        yield moment
