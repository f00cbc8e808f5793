"""Whether a queue is open now, and when it opens next: the documents' hours put to routing/hours.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from interaction_hub.domain.documents import Hours, Queue
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import SECOND
from routing import hours as clock_hours


@dataclass(frozen=True, slots=True)
class Opening:
    """Open or not; `opens_at` (µs) is None when it is open, or when nobody knows."""

    open: bool
    opens_at: int | None = None


def of_queue(book: RuleBook, queue: Queue | None, now: int) -> Opening:
    """The state of a queue at a hub time. A queue without hours is always open; no queue at all never is."""
    if queue is None:
        return Opening(open=False)
    hours = book.hours.get(queue.hours)
    return of_hours(hours, now) if hours is not None else Opening(open=True)


def of_hours(hours: Hours, now: int) -> Opening:
    """The state of one document of hours at a hub time."""
    week = {str(day): spans for day, spans in hours.week.items()}
    plain = clock_hours.Opening(hours.time_zone, week, hours.exceptions, hours.closed)
    at = datetime.fromtimestamp(now / SECOND, UTC)
    if clock_hours.is_open(plain, at):
        return Opening(open=True)
    following = clock_hours.opens_at(plain, at)
    return Opening(open=False, opens_at=int(following.timestamp()) * SECOND if following is not None else None)
