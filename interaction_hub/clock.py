"""Hub time: the wall clock at start plus the monotonic clock, slewed towards the wall by at most 1 %, never stepped.

All stored times are integer microseconds UTC of this clock (decisions 12).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from interaction_hub.durations import SECOND

_SLEW = 0.01


class Clock(Protocol):
    """Gives the time in microseconds since 1970, UTC."""

    def now(self) -> int:
        """Hub time in microseconds; never runs backwards."""


class HubClock:
    """The production clock. A jump of the wall clock changes no deadline: it is approached by 1 % of elapsed time."""

    def __init__(
        self,
        wall_ns: Callable[[], int] = time.time_ns,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self._wall_ns = wall_ns
        self._monotonic_ns = monotonic_ns
        # One tuple, replaced as a whole: the loop and the ledger's thread both read the clock.
        self._base = (wall_ns() // 1000, monotonic_ns() // 1000)
        self._last = self._base[0]

    def now(self) -> int:
        """Hub time in microseconds."""
        base_hub, base_monotonic = self._base
        monotonic = self._monotonic_ns() // 1000
        elapsed = monotonic - base_monotonic
        hub = base_hub + elapsed
        if elapsed > SECOND:
            allowed = int(elapsed * _SLEW)
            error = self._wall_ns() // 1000 - hub
            hub += max(-allowed, min(allowed, error))
            self._base = (hub, monotonic)
        self._last = max(self._last, hub)
        return self._last


def milliseconds(micros: int | None) -> int | None:
    """The form in which times leave the hub: Unix milliseconds."""
    return None if micros is None else micros // 1000
