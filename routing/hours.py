"""When a line is open: spans of local time by weekday and by date. Pure; the hub's documents are not known here.

A span is a time of the clock on the wall. On the day on which the clock is put forward an hour of it may not exist, and
on the day on which it is put back one comes twice: what counts is what the clock shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD_DAYS = 30
_INSTANT = timedelta(microseconds=1)

Spans = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Spans such as "08:00-12:30" by weekday ("mon" …), and by date ("2026-12-25") instead of the weekday's.

    `closed` shuts at once, whatever the time. Spans of a day stand in order and do not overlap.
    """

    time_zone: str = "UTC"
    week: Mapping[str, Spans] = field(default_factory=dict)
    exceptions: Mapping[str, Spans] = field(default_factory=dict)
    closed: bool = False


def is_open(hours: Opening, at: datetime) -> bool:
    """Whether it is open at this moment (an aware time of any zone)."""
    if hours.closed:
        return False
    local = at.astimezone(ZoneInfo(hours.time_zone))
    shown = f"{local:%H:%M}"
    return any(begin <= shown < end for begin, end in _spans_of(hours, local.date()))


def opens_at(hours: Opening, at: datetime) -> datetime | None:
    """When (UTC) it opens the next time after `at`; None if not within 30 days, or if it is shut by hand.

    A line that is open round the clock has no next opening.
    """
    if hours.closed:
        return None
    zone = ZoneInfo(hours.time_zone)
    today, begun = at.astimezone(zone).date(), at.astimezone(UTC)
    # Yesterday's too: where the clock is put back around midnight, its last hour comes again.
    for ahead in range(-1, LOOK_AHEAD_DAYS + 1):
        day = today + timedelta(days=ahead)
        for begin, _ in _spans_of(hours, day):
            for moment in _moments(datetime.combine(day, time.fromisoformat(begin), zone)):
                if moment > begun and is_open(hours, moment) and not is_open(hours, moment - _INSTANT):
                    return moment
    return None


def _moments(local: datetime) -> list[datetime]:
    """When (UTC) the clock on the wall comes to this time: once, twice, or by a jump over it."""
    first, second = (local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return [first] if first == second else [first, second]
    # The clock skips this time: it comes to it where it jumps, between the two readings.
    moment, zone = second, local.tzinfo
    while moment < first and moment.astimezone(zone).replace(tzinfo=None) < local.replace(tzinfo=None):
        moment += timedelta(minutes=1)
    return [moment]


def _spans_of(hours: Opening, day: date) -> list[tuple[str, str]]:
    spans = hours.exceptions.get(day.isoformat())
    if spans is None:
        spans = hours.week.get(WEEKDAYS[day.weekday()], ())
    return [(begin, end) for begin, _, end in (span.partition("-") for span in spans)]
