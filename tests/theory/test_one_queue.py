"""One queue, random arrivals, n agents: the engine in virtual time gives what Erlang C and A say, row by row."""

from __future__ import annotations

import pytest

from routing.virtual.run import run
from tests.theory.rows import ROWS, Row
from tests.theory.samples import batches, compare, samples

CONTACTS = 42_000
"""2,000 for each of 20 batches and as many to warm up."""


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_engine_reproduces_theory(row: Row) -> None:
    # A seed of its own for each, or all would be off to the same side.
    found = samples(batches(run(row.scenario(CONTACTS), seed=ROWS.index(row)), "line", ["crew"]))
    off = compare(found, row.theory(), print)
    assert all(abs(errors) <= 4 for errors in off.values()), off
    # A test with wide errors would let anything pass.
    assert found["neg"].error < 0.03
