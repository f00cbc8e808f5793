"""The predictor knows the whole distribution of a wait from what stands before it."""

from __future__ import annotations

import math
import random

import pytest

from routing.estimate import MINUTE
from routing.prediction import (
    Line,
    RecentWork,
    effective_servers,
    mean_wait,
    still_waiting,
    wait_forecast,
    wait_quantile,
)
from routing.theory import ErlangA, erlang_b

LINES = [Line(1, 8, 300), Line(10, 8, 300, 300), Line(40, 60.5, 240, 240), Line(40, 0.7, 240), Line(200, 5, 300, 90)]


def test_next_in_line_waits_for_the_next_agent() -> None:
    line = Line(1, 8, 300, 60)
    assert mean_wait(line) == 300 / 8
    assert still_waiting(line, 20) == pytest.approx(math.exp(-20 * 8 / 300))
    assert wait_quantile(line, 0.5) == pytest.approx(math.log(2) * 300 / 8, rel=1e-3)


def test_mean_is_the_sum_over_the_places() -> None:
    assert mean_wait(Line(3, 6, 300, 150)) == pytest.approx(
        1 / (6 / 300) + 1 / (6 / 300 + 1 / 150) + 1 / (6 / 300 + 2 / 150)
    )
    assert mean_wait(Line(3, 6, 300)) == pytest.approx(150)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_quantiles_are_those_of_simulated_sums(line: Line) -> None:
    chance, rounds = random.Random(line.place), 4000
    rates = [line.answer_rate + ahead * line.leave_rate for ahead in range(line.place)]
    waits = [sum(map(chance.expovariate, rates)) for _ in range(rounds)]
    for share in (0.1, 0.5, 0.9):
        most = wait_quantile(line, share)
        held = sum(wait <= most for wait in waits) / rounds
        assert abs(held - share) < 4 * math.sqrt(share * (1 - share) / rounds)


@pytest.mark.parametrize("line", LINES, ids=str)
@pytest.mark.parametrize("share", [0.01, 0.5, 0.9, 0.999])
def test_quantile_is_where_the_share_is_reached(line: Line, share: float) -> None:
    assert still_waiting(line, wait_quantile(line, share)) == pytest.approx(1 - share, abs=0.002)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_mean_is_the_area_under_who_still_waits(line: Line) -> None:
    step = mean_wait(line) / 200
    area = sum(still_waiting(line, (part + 0.5) * step) for part in range(4000)) * step
    assert area == pytest.approx(mean_wait(line), rel=1e-3)


def test_weighed_by_the_line_found_it_is_the_theory_of_all_waits() -> None:
    """P(offered wait > t) of Erlang A, once by its integral, once as the mean over the places one may come to."""
    rate, handle, patience, agents, within = 10 / 60, 300, 180, 50, 20
    queue = ErlangA(rate, handle, patience, agents)
    weights = [1.0]
    for waiting in range(1, 200):
        weights.append(weights[-1] * rate / (agents / handle + waiting / patience))
    full = 1 / (1 / erlang_b(rate * handle, agents) - 1 + sum(weights))
    later = sum(full * w * still_waiting(Line(q + 1, agents, handle, patience), within) for q, w in enumerate(weights))
    left = 1 - queue.served_within(within) - queue.abandoned_within(within)
    assert later * math.exp(-within / patience) == pytest.approx(left, rel=1e-9)


def test_forecast_is_in_numbers_that_people_say() -> None:
    assert wait_forecast(Line(1, 60, 4.0 * MINUTE)) == (0, MINUTE)
    low, high = wait_forecast(Line(30, 6, 5.0 * MINUTE, 10.0 * MINUTE))
    assert low < high
    assert (low % MINUTE, high % (5 * MINUTE)) == (0, 0)


def test_a_line_nobody_serves_is_refused() -> None:
    for line in ((0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 1, 0)):
        with pytest.raises(ValueError, match="positive"):
            Line(*line)


def test_effective_servers_are_shares_of_recent_work() -> None:
    only_help, both = frozenset({"help"}), frozenset({"help", "sales"})
    agents = [
        RecentWork({"help": 600}, only_help),
        RecentWork({"help": 300, "sales": 900}, both),
        RecentWork({}, both),
        RecentWork({"help": 500}, frozenset({"sales"})),
    ]
    assert effective_servers("help", agents) == pytest.approx(1 + 0.25 + 0.5)
    assert effective_servers("sales", agents) == pytest.approx(0.75 + 0.5 + 1)
