"""Figures of the queues, as a fold over the event log and nothing else: live and recomputed are the same function.

Definitions: routing.md 2 of the shared papers. Service level (SL-SHORTIGN, by time of arrival): answered within the
target ÷ (answered + abandoned − abandoned within the short limit).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msgspec

from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook, micros
from interaction_hub.durations import MINUTE
from interaction_hub.services.lines import Lines, Waiting

DEFINITION = "answered within target ÷ (answered + abandoned − abandoned within the short limit), by time of arrival"


class Figures(msgspec.Struct):
    """Counts of one queue for the contacts that arrived in one minute. Durations are µs sums."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    waited: int = 0
    abandoned: int = 0
    short_abandoned: int = 0
    moved_out: int = 0
    handled: int = 0
    handle_time: int = 0
    waiting_at_end: int = 0

    def add(self, other: Figures) -> None:
        """Sum of two intervals; `waiting_at_end` is that of the later one."""
        for name in Figures.__struct_fields__[:-1]:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.waiting_at_end = other.waiting_at_end

    @property
    def counted(self) -> int:
        """The denominator of the service level."""
        return self.answered + self.abandoned - self.short_abandoned

    @property
    def service_level(self) -> float | None:
        """A ratio, or None where nothing was counted."""
        return self.in_time / self.counted if self.counted else None

    @property
    def answer_us(self) -> int | None:
        """Mean wait of the answered (ASA), abandons excluded."""
        return self.waited // self.answered if self.answered else None

    @property
    def abandoned_rate(self) -> float | None:
        """Abandoned, short ones included, of all that were answered or abandoned."""
        total = self.answered + self.abandoned
        return self.abandoned / total if total else None


class QueueFold:
    """Folds events in order into minute buckets by queue. `apply` returns the queues and minutes that it touched.

    The targets are those of the rules at the time of the fold; a recomputation under other rules gives other levels.
    """

    def __init__(self, rules: Callable[[], RuleBook]) -> None:
        self._rules = rules
        self.position = 0
        self.buckets: dict[tuple[str, int], Figures] = {}
        self.lines = Lines()
        self.queued: dict[str, int] = {}
        self._minutes: dict[str, list[int]] = {}
        self._apply: dict[type[events.Body], Callable[[events.Sealed], tuple[str, int] | None]] = {
            events.ContactQueued: self._queued,
            events.ContactOffered: self._offer,
            events.OfferAccepted: self._accepted,
            events.OfferDeclined: self._returned,
            events.OfferExpired: self._returned,
            events.OfferLost: self._returned,
            events.OfferWithdrawn: self._returned,
            events.ContactEnded: self._ended,
            events.ContactMoved: self._moved,
        }

    @property
    def waiting(self) -> dict[str, Waiting]:
        """The contacts that wait, by id."""
        return self.lines.contacts

    def apply(self, event: events.Sealed) -> set[tuple[str, int]]:
        """Take one event. Events at or before `position` are ignored."""
        if event.position <= self.position:
            return set()
        self.position = event.position
        step = self._apply.get(type(event.body))
        if step is None:
            return set()
        touched = {place} if (place := step(event)) is not None else set()
        queue = self._queue_of(event.body)
        if queue:
            now = (queue, event.at // MINUTE)
            self._bucket(now).waiting_at_end = self.queued.get(queue, 0)
            touched.add(now)
        return touched

    def resume(self, position: int, waiting: dict[str, Waiting], buckets: dict[tuple[str, int], Figures]) -> None:
        """Go on from a stored projection."""
        self.position, self.buckets, self.queued, self.lines = position, buckets, {}, Lines()
        self._minutes = {}
        for queue, minute in sorted(buckets):
            self._minutes.setdefault(queue, []).append(minute)
        for key, contact in waiting.items():
            self.lines.put(key, contact)
            self.queued[contact.queue] = self.queued.get(contact.queue, 0) + 1

    def forget_before(self, minute: int) -> None:
        """Drop buckets of earlier days from memory."""
        for queue, minutes in self._minutes.items():
            gone = bisect_left(minutes, minute)
            for old in minutes[:gone]:
                del self.buckets[queue, old]
            del minutes[:gone]

    def total(self, queues: Iterable[str], since_minute: int, until_minute: int | None = None) -> Figures:
        """The sum of some queues since a minute, up to another and without it."""
        found = Figures()
        for queue in queues:
            minutes = self._minutes.get(queue, [])
            first = bisect_left(minutes, since_minute)
            last = len(minutes) if until_minute is None else bisect_left(minutes, until_minute)
            for minute in minutes[first:last]:
                found.add(self.buckets[queue, minute])
        return found

    def waiting_by_minute(self, queue: str, last: int, count: int) -> list[int]:
        """How many waited at the end of each of the `count` minutes up to `last`; in the last one: how many do now."""
        minutes = self._minutes.get(queue, [])
        earlier = bisect_left(minutes, last - count + 1)
        value = self.buckets[queue, minutes[earlier - 1]].waiting_at_end if earlier else 0
        values = []
        for minute in range(last - count + 1, last + 1):
            bucket = self.buckets.get((queue, minute))
            value = bucket.waiting_at_end if bucket is not None else value
            values.append(value)
        values[-1] = self.queued.get(queue, 0)
        return values

    def _queue_of(self, body: Any) -> str:
        return str(getattr(body, "queue", ""))

    def _bucket(self, key: tuple[str, int]) -> Figures:
        figures = self.buckets.get(key)
        if figures is None:
            figures = self.buckets[key] = Figures(waiting_at_end=self.queued.get(key[0], 0))
            insort(self._minutes.setdefault(key[0], []), key[1])
        return figures

    def _enter(self, contact: str, waiting: Waiting) -> tuple[str, int]:
        key = (waiting.queue, waiting.minute)
        self._bucket(key).offered += 1
        self.lines.put(contact, waiting)
        self.queued[waiting.queue] = self.queued.get(waiting.queue, 0) + 1
        return key

    def _leave(self, contact: str) -> Waiting | None:
        found = self.lines.take(contact)
        if found is not None:
            self.queued[found.queue] -= 1
        return found

    def _queued(self, event: events.Sealed) -> tuple[str, int]:
        body: Any = event.body
        waiting = Waiting(
            body.queue,
            body.entered,
            body.entered // MINUTE,
            band=body.band,
            virtual_start=body.virtual_start,
            arrival=body.arrival,
        )
        return self._enter(body.contact, waiting)

    def _offer(self, event: events.Sealed) -> None:
        body: Any = event.body
        if (found := self.waiting.get(body.contact)) is not None:
            found.offered = True

    def _returned(self, event: events.Sealed) -> None:
        body: Any = event.body
        if (found := self.waiting.get(body.contact)) is not None:
            found.offered = False

    def _accepted(self, event: events.Sealed) -> tuple[str, int] | None:
        body: Any = event.body
        found = self._leave(body.contact)
        if found is None:
            return None
        figures = self._bucket((found.queue, found.minute))
        waited = event.at - found.entered
        figures.answered += 1
        figures.waited += waited
        figures.in_time += waited <= self._target(found.queue)
        return found.queue, found.minute

    def _ended(self, event: events.Sealed) -> tuple[str, int] | None:
        body: Any = event.body
        if body.agent:
            key = (body.queue, event.at // MINUTE)
            figures = self._bucket(key)
            figures.handled += 1
            figures.handle_time += body.handled
            return key
        found = self._leave(body.contact)
        if found is None:
            return None
        figures = self._bucket((found.queue, found.minute))
        if body.outcome == "abandoned":
            figures.abandoned += 1
            figures.short_abandoned += event.at - found.entered <= micros(self._rules().company.short_abandon)
        else:
            figures.moved_out += 1
        return found.queue, found.minute

    def _moved(self, event: events.Sealed) -> tuple[str, int] | None:
        body: Any = event.body
        before = self.waiting.get(body.contact)
        changed = {"band": body.band, "virtual_start": body.virtual_start, "offered": False}
        if body.queue == body.from_queue:
            if before is not None:
                self.lines.put(body.contact, replace(before, **changed))
            return None
        found = self._leave(body.contact)
        if found is not None:
            self._bucket((found.queue, found.minute)).moved_out += 1
            self._bucket((found.queue, event.at // MINUTE)).waiting_at_end = self.queued.get(found.queue, 0)
        arrival = found.arrival if found is not None else event.position
        moved = Waiting(body.queue, event.at, event.at // MINUTE, arrival=arrival)
        return self._enter(body.contact, replace(moved, **changed))

    def _target(self, queue: str) -> int:
        found = self._rules().queues.get(queue)
        return micros(found.target) if found is not None else 0


def view(figures: Figures) -> dict[str, Any]:
    """Figures as the wallboard shows them; times in milliseconds."""
    answer = figures.answer_us
    return {
        "service_level": figures.service_level,
        "in_time": figures.in_time,
        "counted": figures.counted,
        "offered": figures.offered,
        "answered": figures.answered,
        "abandoned": figures.abandoned,
        "abandoned_rate": figures.abandoned_rate,
        "short_abandoned": figures.short_abandoned,
        "answer_ms": None if answer is None else answer // 1000,
    }
