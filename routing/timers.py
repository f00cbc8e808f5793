"""One heap for everything that falls due. Later settings and cancellations leave stale entries, skipped when met."""

from __future__ import annotations

import heapq

from routing.model import Micros

TimerKey = tuple[str, str]
"""What falls due: ("contact" | "offer" | "agent", its id). One time each."""

SLACK = 64


class Timers:
    """At most one time per key. Setting is O(log n); stale entries never outnumber the live ones by much."""

    def __init__(self) -> None:
        self._heap: list[tuple[Micros, TimerKey]] = []
        self._at: dict[TimerKey, Micros] = {}

    def set(self, key: TimerKey, at: Micros) -> None:
        """Let `key` fall due at this hub time, and at no other."""
        if self._at.get(key) == at:
            return
        self._at[key] = at
        heapq.heappush(self._heap, (at, key))
        if len(self._heap) > 2 * len(self._at) + SLACK:
            self._heap = [(at, key) for key, at in self._at.items()]
            heapq.heapify(self._heap)

    def cancel(self, key: TimerKey) -> None:
        """Forget `key`; nothing happens when it is not set."""
        self._at.pop(key, None)

    def pop_due(self, now: Micros, limit: int) -> list[TimerKey]:
        """At most `limit` keys whose time has come, earliest first; they are no longer set."""
        keys: list[TimerKey] = []
        while len(keys) < limit and (at := self.next_at) is not None and at <= now:
            key = heapq.heappop(self._heap)[1]
            del self._at[key]
            keys.append(key)
        return keys

    @property
    def next_at(self) -> Micros | None:
        """The earliest time set, or None."""
        while self._heap and self._at.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None
