"""Hub time never runs backwards and is never stepped by the wall clock. The demo's begins in the past and arrives."""

from __future__ import annotations

from random import Random

from interaction_hub.clock import HubClock
from interaction_hub.demo.past import BEGINS_AGO, PastClock
from interaction_hub.domain.events import DeliveryChanged, Sealed
from interaction_hub.durations import HOUR, SECOND


class Hands:
    """A wall clock and a monotonic one that the test moves, in microseconds."""

    def __init__(self) -> None:
        self.wall = 1_000 * HOUR
        self.monotonic = 0

    def clock(self) -> HubClock:
        return HubClock(lambda: self.wall * 1000, lambda: self.monotonic * 1000)

    def pass_time(self, micros: int) -> None:
        self.wall += micros
        self.monotonic += micros


def test_jump_of_the_wall_clock_moves_no_deadline() -> None:
    hands = Hands()
    clock = hands.clock()
    before = clock.now()
    hands.wall += HOUR
    hands.pass_time(10 * SECOND)
    assert 10 * SECOND <= clock.now() - before <= 10.1 * SECOND


def test_clock_set_back_never_turns_time_back() -> None:
    hands = Hands()
    clock = hands.clock()
    times = [clock.now()]
    hands.wall -= HOUR
    for _ in range(100):
        hands.pass_time(SECOND // 2)
        times.append(clock.now())
    assert times == sorted(times)
    assert times[-1] - times[0] >= 49 * SECOND


def test_wall_clock_is_approached_in_the_end() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += SECOND
    for _ in range(200):
        hands.pass_time(2 * SECOND)
        clock.now()
    assert abs(clock.now() - hands.wall) < SECOND // 100


def test_past_of_the_demo_goes_on_by_pauses_and_ends_now() -> None:
    hands = Hands()
    clock = PastClock(Random("harbour"), hands.clock())
    assert clock.now() == hands.wall - BEGINS_AGO
    sent = Sealed(1, 0, "system:carrier", "", DeliveryChanged("t", "i", "sent"))
    times = [clock.now()]
    for _ in range(200):
        clock.follow([sent])
        times.append(clock.now())
    assert times == sorted(times)
    assert 20 * SECOND <= times[1] - times[0] <= 70 * SECOND
    assert times[-1] == hands.wall, "never ahead of the present"
    clock.arrive()
    assert clock.now() == hands.wall
