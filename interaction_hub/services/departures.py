"""Who left each queue last, and how: answered, abandoned, moved. Kept in memory from the log, for the drill-down.

Ids only; names and rules are read when somebody looks (services/drilldown.py).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events

KEPT = 20


@dataclass(frozen=True, slots=True)
class Departure:
    """`how` is answered, abandoned, moved, or another outcome of the contact. `waited` is µs, None if not known."""

    contact: str
    at: int
    how: str
    waited: int | None
    agent: str = ""
    offer: str = ""
    queue: str = ""


class Departures:
    """The last twenty of each queue, the newest last."""

    def __init__(self) -> None:
        self._left: dict[str, deque[Departure]] = {}
        self._entered: dict[str, int] = {}

    def of(self, queue: str) -> list[Departure]:
        """Newest first."""
        return list(reversed(self._left.get(queue, ())))

    def apply(self, event: events.Sealed) -> None:
        """Take one event."""
        body: Any = event.body
        match body:
            case events.ContactQueued():
                self._entered[body.contact] = body.entered
            case events.OfferAccepted():
                self._entered.pop(body.contact, None)
                self._add(
                    body.queue, Departure(body.contact, event.at, "answered", body.waited, body.agent, body.offer)
                )
            case events.ContactEnded() if not body.agent:
                self._entered.pop(body.contact, None)
                self._add(body.queue, Departure(body.contact, event.at, body.outcome, body.waited))
            case events.ContactMoved() if body.queue != body.from_queue:
                entered = self._entered.get(body.contact)
                self._entered[body.contact] = event.at
                waited = None if entered is None else event.at - entered
                self._add(body.from_queue, Departure(body.contact, event.at, "moved", waited, queue=body.queue))

    def _add(self, queue: str, departure: Departure) -> None:
        self._left.setdefault(queue, deque(maxlen=KEPT)).append(departure)
