"""The clock of the demo's past: it begins half an hour ago and goes on by the pauses that people make in between.

The sample conversations are played in seconds; with it their times are those of a real morning. From `arrive` on it is
the hub's own clock. For a throw-away database alone: a clock that leaps is nothing for several nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from interaction_hub.clock import Clock, HubClock
from interaction_hub.domain import events
from interaction_hub.durations import MINUTE, SECOND

BEGINS_AGO = 30 * MINUTE
_READS = (15, 45)
"""Seconds from accepting to the agent's first sentence, …"""
_ANSWERS = (20, 70)
"""… from an answer to the next word of the customer, or to the agent's note, …"""
_NEXT = (60, 180)
"""… and from one conversation to the next."""


class PastClock:
    """Hub time of the demo. It never runs backwards: what it is behind only shrinks."""

    def __init__(self, rng: Random, present: Clock | None = None) -> None:
        self._rng, self._present = rng, present or HubClock()
        self._behind = BEGINS_AGO

    def now(self) -> int:
        """Hub time in microseconds."""
        return self._present.now() - self._behind

    def follow(self, sealed: Sequence[events.Sealed]) -> None:
        """Subscriber of the log: let the time pass that such a step takes among people."""
        for event in sealed:
            if isinstance(event.body, events.OfferAccepted):
                self._pass(_READS)
            elif isinstance(event.body, events.DeliveryChanged) and event.body.state == "sent":
                self._pass(_ANSWERS)
            elif isinstance(event.body, events.ContactEnded):
                self._pass(_NEXT)

    def arrive(self) -> None:
        """The past is told: it is now."""
        self._behind = 0

    def _pass(self, seconds: tuple[int, int]) -> None:
        self._behind = max(0, self._behind - self._rng.randint(*seconds) * SECOND)
