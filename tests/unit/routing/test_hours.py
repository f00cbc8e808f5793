"""When a line is open: by weekday, by date, and on the days on which the clock is changed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from routing.hours import Opening, is_open, opens_at

HOME = ZoneInfo("Europe/Amsterdam")
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("08:00-12:30", "13:00-17:00"))
OFFICE = Opening("Europe/Amsterdam", WEEK, {"2026-12-25": (), "2026-12-26": ("10:00-11:00",)})


def at(text: str, zone: ZoneInfo = HOME) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 07:59:59.999999", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 12:29:59", True),
        ("2026-11-23 12:30", False),
        ("2026-11-23 16:59:59", True),
        ("2026-11-23 17:00", False),
        ("2026-11-22 10:00", False),  # a Sunday
        ("2026-12-25 10:00", False),  # a Friday, but Christmas
        ("2026-12-26 10:30", True),  # a Saturday that is open
    ],
)
def test_open_by_weekday_and_by_date(moment: str, expected: bool) -> None:
    assert is_open(OFFICE, at(moment)) is expected


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-23 06:00", "2026-11-23 08:00"),
        ("2026-11-23 09:00", "2026-11-23 13:00"),
        ("2026-11-20 17:00", "2026-11-23 08:00"),  # Friday evening: Monday
        ("2026-12-24 18:00", "2026-12-26 10:00"),  # over Christmas
    ],
)
def test_next_opening_is_found(moment: str, expected: str) -> None:
    assert opens_at(OFFICE, at(moment)) == at(expected)


def test_the_zone_is_that_of_the_line() -> None:
    assert is_open(OFFICE, datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    assert not is_open(OFFICE, datetime(2026, 7, 6, 15, 0, tzinfo=UTC))  # 17:00 in summer
    assert opens_at(OFFICE, datetime(2026, 11, 23, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai"))) == at("2026-11-23 08:00")


def test_opening_after_the_change_is_at_the_new_offset() -> None:
    found = opens_at(Opening("Europe/Amsterdam", {"sun": ("09:00-10:00",)}), at("2026-03-28 12:00"))
    assert found == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)
    found = opens_at(Opening("Europe/Amsterdam", {"sun": ("09:00-10:00",)}), at("2026-10-24 12:00"))
    assert found == datetime(2026, 10, 25, 8, 0, tzinfo=UTC)


def test_skipped_hour_opens_where_the_clock_jumps() -> None:
    night = Opening("Europe/Amsterdam", {"sun": ("02:30-03:15",)})  # 29 March: 01:59:59, then 03:00
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert opens_at(night, at("2026-03-28 12:00")) == jump
    assert is_open(night, jump)
    assert not is_open(night, datetime(2026, 3, 29, 1, 15, tzinfo=UTC))


def test_span_inside_of_the_skipped_hour_does_not_come() -> None:
    night = Opening("Europe/Amsterdam", {"sun": ("02:15-02:45",)})
    assert opens_at(night, at("2026-03-28 12:00")) == at("2026-04-05 02:15")


def test_repeated_hour_opens_twice() -> None:
    night = Opening("Europe/Amsterdam", {"sun": ("02:15-02:45",)})  # 25 October: 02:15 comes at 00:15 and 01:15 UTC
    first = opens_at(night, at("2026-10-24 12:00"))
    assert first == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert opens_at(night, datetime(2026, 10, 25, 0, 50, tzinfo=UTC)) == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)


def test_over_midnight_is_one_opening() -> None:
    late = Opening("UTC", {"mon": ("22:00-24:00",), "tue": ("00:00-02:00",)})
    assert is_open(late, datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC))
    assert opens_at(late, datetime(2026, 11, 23, 21, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert opens_at(late, datetime(2026, 11, 23, 23, 0, tzinfo=UTC)) == datetime(2026, 11, 30, 22, 0, tzinfo=UTC)


def test_shut_by_hand_whatever_the_time() -> None:
    shut = Opening("Europe/Amsterdam", WEEK, {}, closed=True)
    assert not is_open(shut, at("2026-11-23 09:00"))
    assert opens_at(shut, at("2026-11-23 09:00")) is None


def test_no_opening_within_a_month_is_none() -> None:
    assert opens_at(Opening("UTC", {}, {"2027-06-01": ("08:00-09:00",)}), datetime(2026, 11, 23, tzinfo=UTC)) is None
    always = Opening("UTC", dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), ("00:00-24:00",)))
    assert is_open(always, datetime(2026, 11, 23, tzinfo=UTC))
    assert opens_at(always, datetime(2026, 11, 23, 5, tzinfo=UTC)) is None
