"""Erlang's formulae give the published and computed values, and stay exact where sums under- and overflow."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import pytest

from routing.theory import ErlangA, ErlangC, erlang_b, erlang_c, least_agents

PER_HOUR, PER_HALF_HOUR, PER_MINUTE = 1 / 3600, 1 / 1800, 1 / 60


@pytest.mark.parametrize(
    ("agents", "p_wait", "asa", "level", "occupancy"),
    [
        (11, 0.682118, 122.781, 0.389614, 0.9091),
        (12, 0.449388, 40.445, 0.640158, 0.8333),
        (13, 0.285270, 17.116, 0.795595, 0.7692),
        (14, 0.174132, 7.836, 0.888350, 0.7143),
        (15, 0.102042, 3.674, 0.941453, 0.6667),
    ],
)
def test_erlang_c_of_ten_erlang(agents: int, p_wait: float, asa: float, level: float, occupancy: float) -> None:
    queue = ErlangC(100 * PER_HALF_HOUR, 180, agents)
    assert (round(queue.p_wait, 6), round(queue.asa, 3)) == (p_wait, asa)
    assert (round(queue.service_level(20), 6), round(queue.occupancy, 4)) == (level, occupancy)


def test_erlang_c_of_the_worked_example() -> None:
    queue = ErlangC(360 * PER_HALF_HOUR, 240, 55)
    assert (round(queue.p_wait, 6), round(queue.asa, 3)) == (0.238701, 8.184)
    assert (round(queue.service_level(15), 6), round(queue.occupancy, 6)) == (0.845883, 0.872727)


@pytest.mark.parametrize(
    ("agents", "load", "share"),
    [
        (1, 0.5, 0.5),
        (2, 1, 0.333333),
        (3, 2, 0.444444),
        (5, 4, 0.554113),
        (10, 8, 0.409180),
        (20, 18, 0.550769),
        (50, 45, 0.363864),
        (100, 95, 0.506457),
    ],
)
def test_share_that_waits(agents: int, load: float, share: float) -> None:
    assert round(erlang_c(load, agents), 6) == share


@pytest.mark.parametrize(
    ("agents", "load", "share"),
    [(2, 1, 0.2), (5, 4, 0.199067), (10, 5, 0.018385), (10, 8, 0.121661), (100, 95, 0.048804)],
)
def test_share_that_is_blocked(agents: int, load: float, share: float) -> None:
    assert round(erlang_b(load, agents), 6) == share


@pytest.mark.parametrize(
    ("hourly", "agents"), [(10, 3), (50, 7), (100, 12), (200, 21), (500, 48), (1000, 91), (2000, 176)]
)
def test_least_agents_for_eighty_in_twenty(hourly: int, agents: int) -> None:
    found = least_agents(lambda n: ErlangC(hourly * PER_HOUR, 300, n).service_level(20), 0.8)
    assert found == agents


def test_least_agents_may_be_one_and_are_fewer_with_impatience() -> None:
    assert least_agents(lambda n: ErlangC(PER_HOUR, 60, n).service_level(20), 0.5) == 1
    patient = least_agents(lambda n: ErlangC(0.8, 60, n).service_level(20), 0.8)
    assert least_agents(lambda n: ErlangA(0.8, 60, 120, n).service_level(20), 0.8) < patient


def test_too_few_agents_for_those_who_wait_for_ever() -> None:
    queue = ErlangC(1, 10, 10)
    assert (queue.p_wait, queue.asa, queue.occupancy, queue.service_level(20)) == (1, math.inf, 1, 0)


def test_the_tutorial_case_under_c_and_a() -> None:
    c = ErlangC(48 * PER_MINUTE, 60, 50)
    assert (round(c.p_wait, 4), round(c.asa, 3)) == (0.6945, 20.834)
    assert (round(c.service_level(20), 4), round(c.queue_length, 3)) == (0.6435, 16.667)
    a = ErlangA(48 * PER_MINUTE, 60, 120, 50)
    assert (round(a.p_wait, 4), round(a.p_abandon, 4), round(a.mean_wait, 4)) == (0.4678, 0.0309, 3.7095)
    assert (round(a.queue_length, 3), round(a.occupancy, 4)) == (2.968, 0.9303)
    assert [round(a.service_level(20, policy), 4) for policy in ("neg", "ign", "pos")] == [0.9430, 0.9720, 0.9729]


@pytest.mark.parametrize(
    ("rate", "handle", "patience", "agents", "figures"),
    [
        (100 * PER_HALF_HOUR, 180, 120, 10, ".4969 .1375 16.496 .8625 .6399 .6845 .7050"),
        (100 * PER_HALF_HOUR, 180, 120, 11, ".3828 .0942 11.299 .8235 .7422 .7799 .7905"),
        (100 * PER_HALF_HOUR, 180, 120, 12, ".2798 .0616 7.392 .7820 .8256 .8546 .8596"),
        (10 * PER_MINUTE, 300, 180, 45, ".69860 .12610 22.698 .97100 .49871 .53222 .56168"),
        (10 * PER_MINUTE, 300, 180, 50, ".45797 .06345 11.420 .93655 .73111 .75964 .76866"),
        (10 * PER_MINUTE, 300, 180, 55, ".23024 .02507 4.513 .88630 .89261 .90802 .90958"),
    ],
)
def test_erlang_a(rate: float, handle: float, patience: float, agents: int, figures: str) -> None:
    queue = ErlangA(rate, handle, patience, agents)
    levels = [queue.service_level(20, policy) for policy in ("neg", "ign", "pos")]
    found = [queue.p_wait, queue.p_abandon, queue.mean_wait, queue.occupancy, *levels]
    for value, told in zip(found, figures.split(), strict=True):
        assert f"{value:.{len(told.split('.')[1])}f}".lstrip("0") == told


@pytest.mark.parametrize("load", [5.0, 9.5, 14.0])
def test_patience_as_long_as_service_gives_poisson(load: float) -> None:
    """With theta = mu all who are there, waiting or served, leave at one rate: infinitely many agents."""
    agents = 10
    below = sum(math.exp(-load) * load**k / math.factorial(k) for k in range(agents))
    assert ErlangA(load / 60, 60, 60, agents).p_wait == pytest.approx(1 - below, rel=1e-12)


def by_birth_and_death(rate: Decimal, handle: Decimal, patience: Decimal, agents: int) -> tuple[Decimal, Decimal]:
    """P(wait) and the queue's mean length, straight from the balance equations with 60 digits."""
    state, total, waits, length, k = Decimal(1), Decimal(1), Decimal(0), Decimal(0), 0
    while k < agents or state > waits * Decimal("1e-30"):
        k += 1
        state *= rate / (min(k, agents) / handle + max(0, k - agents) / patience)
        total += state
        waits += state if k >= agents else 0
        length += state * max(0, k - agents)
    return waits / total, length / total


@pytest.mark.parametrize("load", [1, 1000, 1900, 2000, 2100, 3000])
def test_two_thousand_agents_are_exact(load: int) -> None:
    with localcontext() as context:
        context.prec = 60
        p_wait, length = by_birth_and_death(Decimal(load) / 300, Decimal(300), Decimal(200), 2000)
    queue = ErlangA(load / 300, 300, 200, 2000)
    assert queue.p_wait == pytest.approx(float(p_wait), rel=1e-9, abs=1e-300)
    assert queue.queue_length == pytest.approx(float(length), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize(
    ("load", "agents", "patience"), [(8, 10, 60), (48, 50, 120), (60, 50, 600), (2000, 2000, 180), (2600, 2000, 40)]
)
def test_waits_end_in_answers_and_leaving(load: float, agents: int, patience: float) -> None:
    """What is answered or has left after any time adds up with who still waits, and in the end to everybody."""
    queue = ErlangA(load / 100, 100, patience, agents)
    assert queue.served_within(0) == pytest.approx(1 - queue.p_wait, abs=1e-12)
    assert queue.abandoned_within(0) == pytest.approx(0, abs=1e-12)
    assert queue.served_within(1e5) == pytest.approx(1 - queue.p_abandon, abs=1e-9)
    assert queue.abandoned_within(1e5) == pytest.approx(queue.p_abandon, abs=1e-9)
    levels = [queue.service_level(t, "neg") for t in (0, 1, 5, 20, 100, 1000)]
    assert levels == sorted(levels)
