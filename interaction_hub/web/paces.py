"""Counts how often somebody does something in a while. In memory, of this process; what is over is forgotten.

Each count costs the same however many there are: a flood from many addresses must not make the counting dear.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from limits import RateLimitItem

_Key = tuple[str | int, ...]
SWEEP_SECONDS = 60.0


class Paces:
    """A window opens with somebody's first deed and ends by itself; in it he may do it so often."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: dict[_Key, tuple[float, int]] = {}
        self._swept = clock()

    def __len__(self) -> int:
        """How many windows are kept."""
        return len(self._windows)

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Count one more. Whether it still was within the limit."""
        now, key = self._clock(), _key(item, who)
        if now - self._swept > SWEEP_SECONDS:
            self._sweep(now)
        until, number = self._windows.get(key, (0.0, 0))
        if until <= now:
            until, number = now + item.get_expiry(), 0
        # Not beyond: who is refused makes his window no longer, and no number larger.
        self._windows[key] = (until, min(number, item.amount) + 1)
        return number < item.amount

    def test(self, item: RateLimitItem, *who: str) -> bool:
        """Whether one more would be within the limit."""
        until, number = self._windows.get(_key(item, who), (0.0, 0))
        return until <= self._clock() or number < item.amount

    def _sweep(self, now: float) -> None:
        self._swept = now
        self._windows = {key: window for key, window in self._windows.items() if window[0] > now}


def _key(item: RateLimitItem, who: tuple[str, ...]) -> _Key:
    return (item.namespace, item.amount, *who)
