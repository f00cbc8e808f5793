"""The driver in virtual time does what customers, agents and ledger do, and its figures are folded as defined."""

from __future__ import annotations

import dataclasses
import itertools
import statistics

import pytest

from routing.virtual import draws, result
from routing.virtual.run import run
from routing.virtual.scenario import (
    MINUTE,
    SECOND,
    Constant,
    Crew,
    Demand,
    Exponential,
    Lognormal,
    Scenario,
    simple_queue,
)

BUSY_MINUTE = (60.0,) + (0.0,) * 9


def scenario(demand: Demand, *crews: Crew, lasts: int = 10 * MINUTE, timeout: int = 20 * SECOND) -> Scenario:
    return Scenario((simple_queue("help", offer_timeout=timeout),), (demand,), crews, lasts, sweep_every=MINUTE)


def test_every_contact_has_one_end_and_an_order() -> None:
    demand = Demand("help", (20,), Exponential(60 * SECOND), Exponential(60 * SECOND), wrap_up=Constant(10 * SECOND))
    found = run(scenario(demand, Crew("day", 18, accepts=Constant(3 * SECOND)), lasts=60 * MINUTE), seed=1)
    assert {visit.outcome for visit in found.visits} == {"handled", "abandoned"}
    for visit in found.visits:
        if visit.outcome == "handled":
            assert visit.offered is not None
            assert visit.answered is not None
            assert visit.ended is not None
            assert visit.arrived <= visit.offered == visit.answered - 3 * SECOND
            assert visit.released == visit.ended + 10 * SECOND
        else:
            assert (visit.answered, visit.agent, visit.released) == (None, None, None)
    assert (found.sweeps, found.stranded) == (60, 0)


def test_nobody_has_two_contacts_at_a_time() -> None:
    demand = Demand("help", (20,), Exponential(60 * SECOND), wrap_up=Exponential(10 * SECOND))
    found = run(scenario(demand, Crew("day", 25, accepts=Exponential(3 * SECOND)), lasts=60 * MINUTE), seed=1)
    spans: dict[str | None, list[tuple[int, int]]] = {}
    for visit in found.visits:
        spans.setdefault(visit.agent, []).append((visit.answered or 0, visit.released or 0))
    for busy in spans.values():
        assert all(later[0] >= earlier[1] for earlier, later in itertools.pairwise(sorted(busy)))


def test_same_seed_gives_the_same_result() -> None:
    demand = Demand("help", (10,), Lognormal(100 * SECOND, 1.2), Exponential(50 * SECOND))
    day = scenario(demand, Crew("day", 15, accepts=Exponential(2 * SECOND)))
    assert run(day, seed=7) == run(day, seed=7)
    assert run(day, seed=7).visits != run(day, seed=8).visits


def test_another_crew_changes_no_arrival() -> None:
    demand = Demand("help", (10,), Exponential(100 * SECOND))
    few, many = (run(scenario(demand, Crew("day", agents)), seed=7) for agents in (5, 50))
    assert [visit.arrived for visit in few.visits] == [visit.arrived for visit in many.visits]


def test_contacts_come_by_the_minute_and_over_again() -> None:
    found = run(scenario(Demand("help", BUSY_MINUTE, Constant(0)), Crew("day", 1), lasts=200 * MINUTE), seed=1)
    assert {visit.arrived // MINUTE % 10 for visit in found.visits} == {0}
    assert abs(len(found.visits) - 1200) < 4 * 1200**0.5


def test_who_does_not_accept_in_time_is_away_for_a_while() -> None:
    demand = Demand("help", BUSY_MINUTE, Constant(SECOND))
    crew = Crew("slow", 1, accepts=Constant(30 * SECOND), away_for=2 * MINUTE)
    found = run(scenario(dataclasses.replace(demand, patience=Constant(9 * MINUTE)), crew), seed=1)
    assert {visit.outcome for visit in found.visits} == {"abandoned"}
    # 20 s of ringing, 2 minutes away, four times in nine minutes: each time he is back, the same one is the first.
    assert found.visits[0].offers == 4
    assert sum(visit.offers for visit in found.visits[1:] if (visit.offered or 0) < 9 * MINUTE) == 0


def test_patience_runs_on_while_it_rings() -> None:
    demand = Demand("help", BUSY_MINUTE, Constant(SECOND), patience=Constant(10 * SECOND))
    found = run(scenario(demand, Crew("slow", 200, accepts=Constant(12 * SECOND))), seed=1)
    assert {(visit.outcome, visit.offers, visit.wait) for visit in found.visits} == {("abandoned", 1, 10 * SECOND)}


def test_after_hours_nobody_is_served() -> None:
    demand = Demand("help", (10,), Constant(30 * SECOND))
    found = run(scenario(demand, Crew("early", 10, ends=5 * MINUTE)), seed=1)
    assert all((visit.outcome == "handled") == (visit.arrived < 5 * MINUTE) for visit in found.visits)
    assert found.of("help", since=5 * MINUTE) == []
    late = run(scenario(demand, Crew("late", 100, begins=5 * MINUTE)), seed=1)
    assert min(visit.answered or 0 for visit in late.visits) == 5 * MINUTE


def test_skills_and_room_for_several_are_kept() -> None:
    demand = Demand("help", (60,), Constant(60 * SECOND), channel="chat")
    able = Crew("able", 10, skills={"en": 1}, capacity=3, per_channel={"chat": 3})
    unable = Crew("unable", 10, skills={"fr": 1}, capacity=3, per_channel={"chat": 3})
    day = Scenario((simple_queue("help", "en"),), (demand,), (able, unable), 30 * MINUTE)
    found = run(day, seed=1)
    assert {visit.agent for visit in found.visits} == set(found.agents["able"])
    assert result.occupancy(found, found.agents["able"], since=10 * MINUTE) > 0.99
    most = max(
        sum((other.answered or 0) <= (visit.answered or 0) < (other.released or 0) for other in found.visits)
        for visit in found.visits
    )
    assert most == 30


def test_progress_is_told_a_hundred_times() -> None:
    told: list[float] = []
    run(scenario(Demand("help", (5,), Constant(SECOND)), Crew("day", 1)), seed=1, progress=told.append)
    assert told == [part / 100 for part in range(1, 101)]


def test_contradictions_are_refused() -> None:
    demand = Demand("other", (1,), Constant(SECOND))
    with pytest.raises(ValueError, match="other"):
        scenario(demand, Crew("day", 1))
    with pytest.raises(ValueError, match="one name"):
        scenario(dataclasses.replace(demand, queue="help"), Crew("day", 1), Crew("day", 2))
    with pytest.raises(ValueError, match="negative"):
        Demand("help", (1.0, -1.0), Constant(SECOND))


@pytest.mark.parametrize("variation", [0.3, 1.0, 1.5])
def test_lognormal_has_the_mean_and_variation_asked_for(variation: float) -> None:
    draw = draws.sampler(Lognormal(300.0 * SECOND, variation), draws.stream(1, "test"))
    drawn = [draw() for _ in range(200_000)]
    assert statistics.fmean(drawn) == pytest.approx(300 * SECOND, rel=0.015)
    assert statistics.stdev(drawn) / statistics.fmean(drawn) == pytest.approx(variation, rel=0.05)


def visits(answered: int, in_time: int, left: int, left_in_time: int, left_short: int) -> list[result.Visit]:
    """So many answered and left, at 1 s (short), 10 s (in time) or 60 s (late)."""
    one = result.Visit("c", "help", "voice", 0, None, 0, None, 0, None, "abandoned", None)

    def spoke(after: int) -> result.Visit:
        return dataclasses.replace(one, answered=after * SECOND, outcome="handled", agent="a")

    def gone(after: int) -> result.Visit:
        return dataclasses.replace(one, ended=after * SECOND)

    found = [spoke(10)] * in_time + [spoke(60)] * (answered - in_time) + [gone(1)] * left_short
    return found + [gone(10)] * (left_in_time - left_short) + [gone(60)] * (left - left_in_time)


@pytest.mark.parametrize(
    ("policy", "percent"),
    [("pos", 83.02), ("ans", 86.00), ("neg", 81.13), ("ign", 82.69), ("shortpos", 82.08), ("shortign", 81.90)],
)
def test_service_level_of_the_published_vector(policy: result.LevelPolicy, percent: float) -> None:
    level = result.service_level(visits(1000, 860, 60, 20, 10), 20 * SECOND, policy)
    assert level is not None
    assert round(100 * level, 2) == percent


@pytest.mark.parametrize(("policy", "percent"), [("ign", 77.8), ("neg", 70.0), ("pos", 80.0)])
def test_service_level_of_the_second_vector(policy: result.LevelPolicy, percent: float) -> None:
    level = result.service_level(visits(90, 70, 10, 10, 0), 20 * SECOND, policy)
    assert level is not None
    assert round(100 * level, 1) == percent


def test_figures_of_nothing_are_none() -> None:
    assert result.service_level([], SECOND) is None
    assert (result.waited([]), result.mean_wait([]), result.answer_speed([]), result.abandoned([])) == (None,) * 4
