"""Longest idle and first come, first served, over two queues with shared agents, against another program's figures.

Those are means of 6 simulations of 200,000 contacts each. Their service levels have a standard error of 0.004 at the
most; the other errors are in proportion, or half of the last digit given.
"""

from __future__ import annotations

from routing.virtual.run import run
from tests.theory.samples import batches, compare, samples
from tests.theory.skills import two_skills

LONGEST_IDLE = {
    "A": {"neg": (0.570, 0.004), "asa": (29.5, 0.3), "p_abandon": (0.077, 0.001)},
    "B": {"neg": (0.737, 0.004), "asa": (16.0, 0.2), "p_abandon": (0.043, 0.001)},
}
OCCUPANCY = {"occupancy A": (0.90, 0.005), "occupancy B": (0.82, 0.005), "occupancy AB": (0.92, 0.005)}


def test_longest_idle_divides_work_as_known() -> None:
    found = run(two_skills(63_000), seed=1)
    for queue, crews, told in (
        ("A", ["A", "B", "AB"], LONGEST_IDLE["A"] | OCCUPANCY),
        ("B", [], LONGEST_IDLE["B"]),
    ):
        own = samples(batches(found, queue, crews))
        compare(own, {name: value for name, (value, _) in told.items()}, print)
        off = {name: own[name].apart(value, error) for name, (value, error) in told.items()}
        assert all(abs(errors) <= 4 for errors in off.values()), off
        assert own["neg"].error < 0.02
