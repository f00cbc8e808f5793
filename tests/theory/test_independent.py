"""The engine and an independent simulator send every single contact the same way, to the microsecond."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.virtual.run import run
from routing.virtual.scenario import SECOND, Constant, Crew, Demand, Exponential, Lognormal, Scenario, simple_queue
from tests.theory.independent import Way, simulate
from tests.theory.rows import Row
from tests.theory.skills import two_skills

CONTACTS = 15_000


def ways(scenario: Scenario, seed: int) -> list[Way]:
    found = run(replace(scenario, sweep_every=scenario.lasts // 100), seed=seed)
    assert (found.sweeps, found.stranded) == (100, 0)
    return [
        Way(visit.queue, visit.arrived, visit.answered, visit.ended or 0, visit.agent)
        for visit in sorted(found.visits, key=lambda visit: (visit.arrived, visit.queue))
    ]


def by_the_hour(crew: Crew, service: Exponential | Lognormal | Constant) -> Scenario:
    """A load that rises and falls over ten minutes, wrap-up, and impatience that is anything but exponential."""
    demand = Demand(
        "line",
        (4.0, 6.0, 8.0, 10.0, 12.0, 12.0, 10.0, 8.0, 6.0, 4.0),
        service,
        Lognormal(90.0 * SECOND, 0.7),
        wrap_up=Exponential(15.0 * SECOND),
    )
    return Scenario((simple_queue("line"),), (demand,), (crew,), CONTACTS // 8 * 60 * SECOND)


@pytest.mark.parametrize(
    "scenario",
    [
        Row(100 / 1800, 180, 12).scenario(CONTACTS),
        Row(10 / 60, 300, 50, 180).scenario(CONTACTS),
        by_the_hour(Crew("crew", 18), Lognormal(120.0 * SECOND, 1.3)),
        by_the_hour(Crew("crew", 18), Constant(120 * SECOND)),
        two_skills(CONTACTS),
    ],
    ids=["erlang-c", "erlang-a", "lognormal", "deterministic", "two-skills"],
)
def test_every_contact_goes_the_same_way(scenario: Scenario) -> None:
    assert ways(scenario, 5) == simulate(scenario, 5)


def test_ringing_takes_the_same_time() -> None:
    """Whose customer left while it rang keeps his place among the idle here, not there: times alone are compared."""
    day = by_the_hour(Crew("crew", 20, accepts=Constant(6 * SECOND)), Exponential(120.0 * SECOND))
    ours, theirs = ([replace(way, agent=None) for way in found] for found in (ways(day, 5), simulate(day, 5)))
    assert ours == theirs
