"""How long somebody in line will likely wait: a range, never a point. Pure.

A queue that answered n contacts in the last half hour answers at a rate of n / half an hour. If answers come as a
Poisson process, the time until the k-th one from now is Gamma distributed with shape k; its quantiles are taken with
the approximation of Wilson and Hilferty (The distribution of chi-square, PNAS 17, 1931):
x = k (1 - 1/(9k) + z/(3 sqrt k))^3. It says nothing of who is idle at this moment, and takes the past for the future.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, floor, sqrt

ENOUGH = 5
"""Fewer answers than this say too little for a range."""
MINUTE = 60_000_000
_Z = 0.8416212
"""The standard normal's 80 % quantile: the range holds 60 % of the outcomes, a fifth lies on each side."""
# People say "1 to 3 minutes", "25 to 40": steps grow with the length.
_STEPS = ((10 * MINUTE, MINUTE), (60 * MINUTE, 5 * MINUTE), (2**62, 15 * MINUTE))


def wait_range(place: int, answered: Sequence[int], now: int, *, window: int) -> tuple[int, int] | None:
    """The likely wait (µs) of who stands at `place` (from 1): low and high in whole minutes; low 0 is "less than".

    `answered` are times of answers (µs), rising. None where fewer than five fell into the last `window` µs.
    """
    recent = sum(1 for at in answered if now - window < at <= now)
    if recent < ENOUGH or place < 1:
        return None
    each = window / recent
    return spoken(each * _gamma(place, -_Z), each * _gamma(place, _Z))


def spoken(low: float, high: float) -> tuple[int, int]:
    """A range (µs) as people say it: rounded outwards to whole minutes or more, and never empty."""
    least = _people(low, floor)
    return least, max(_people(high, ceil), least + MINUTE)


def _gamma(shape: int, z: float) -> float:
    return float(shape * max(0.0, 1 - 1 / (9 * shape) + z / (3 * sqrt(shape))) ** 3)


def _people(length: float, towards: Callable[[float], int]) -> int:
    step = next(step for most, step in _STEPS if length <= most)
    return towards(length / step) * step
