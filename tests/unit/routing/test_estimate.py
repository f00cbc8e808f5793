"""A likely wait is a range that holds what it promises, or nothing."""

from __future__ import annotations

import random

import pytest

from routing.estimate import MINUTE, wait_range

WINDOW = 30 * MINUTE
NOW = 1_000 * MINUTE


def every(seconds: float, count: int) -> list[int]:
    return [int(NOW - place * seconds * 1_000_000) for place in reversed(range(count))]


def test_too_few_answers_say_nothing() -> None:
    assert wait_range(1, every(60, 4), NOW, window=WINDOW) is None
    assert wait_range(1, [NOW - WINDOW - 1] * 9, NOW, window=WINDOW) is None
    assert wait_range(0, every(60, 30), NOW, window=WINDOW) is None


def test_next_in_a_fast_queue_waits_less_than_a_minute() -> None:
    assert wait_range(1, every(15, 120), NOW, window=WINDOW) == (0, MINUTE)


def test_range_grows_with_the_place() -> None:
    ranges = [wait_range(place, every(60, 30), NOW, window=WINDOW) for place in (1, 3, 9, 30)]
    assert ranges == sorted(ranges, key=lambda one: one or (0, 0))
    low, high = wait_range(9, every(60, 30), NOW, window=WINDOW) or (0, 0)
    assert low < 9 * MINUTE < high


def test_long_waits_are_in_numbers_that_people_say() -> None:
    low, high = wait_range(30, every(60, 30), NOW, window=WINDOW) or (0, 0)
    assert (low % (5 * MINUTE), high % (5 * MINUTE)) == (0, 0)
    low, high = wait_range(200, every(60, 30), NOW, window=WINDOW) or (0, 0)
    assert (low % (15 * MINUTE), high % (15 * MINUTE)) == (0, 0)


@pytest.mark.parametrize("place", [1, 2, 5, 20])
def test_range_holds_at_least_sixty_in_a_hundred(place: int) -> None:
    chance = random.Random(place)
    rate = 30 / WINDOW
    low, high = wait_range(place, every(60, 30), NOW, window=WINDOW) or (0, 0)
    waits = [sum(chance.expovariate(rate) for _ in range(place)) for _ in range(4000)]
    held = sum(low <= wait <= high for wait in waits) / len(waits)
    assert held >= 0.59
    assert sum(wait < low for wait in waits) / len(waits) <= 0.21
    assert sum(wait > high for wait in waits) / len(waits) <= 0.21
