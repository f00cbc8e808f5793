"""Likely waits, from the answers of the last half hour: what a queue's newcomers are told and a wallboard shows.

Follows the log in memory; after a start it knows what the feed's ring still holds, and takes no more for granted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from interaction_hub.domain import events
from interaction_hub.durations import MINUTE
from routing.estimate import wait_range

WINDOW = 30 * MINUTE
LEAST_WINDOW = 2 * MINUTE
MOST_KEPT = 2_000
"""Answers kept by queue; one that answers more in half an hour is judged by its last ones."""

Range = dict[str, int]


class Estimates:
    """Times of answers by queue, the newest last."""

    def __init__(self) -> None:
        self._answered: dict[str, deque[int]] = {}
        self._since: int | None = None

    def begin(self, ring: Sequence[events.Sealed]) -> None:
        """Learn from the events that are still in memory; nothing is known of the time before them."""
        for event in ring:
            self.apply(event)

    def apply(self, event: events.Sealed) -> None:
        """Take one event."""
        if self._since is None:
            self._since = event.at
        if isinstance(event.body, events.OfferAccepted):
            line = self._answered.setdefault(event.body.queue, deque(maxlen=MOST_KEPT))
            line.append(event.at)

    def likely(self, queues: Iterable[str], place: int, now: int) -> Range | None:
        """How long until these queues together will have answered `place` more contacts; None: too little is known."""
        lines = [self._answered[queue] for queue in queues if queue in self._answered]
        if not lines or self._since is None:
            return None
        begins = [line[0] for line in lines if len(line) == MOST_KEPT]
        window = max(LEAST_WINDOW, min(WINDOW, now - max([self._since, *begins])))
        found = wait_range(place, sorted(at for line in lines for at in _late(line, now - window)), now, window=window)
        return None if found is None else {"low_ms": found[0] // 1000, "high_ms": found[1] // 1000}


def _late(line: deque[int], since: int) -> list[int]:
    found: list[int] = []
    for at in reversed(line):
        if at <= since:
            break
        found.append(at)
    return found
