"""Who waits it out waits as QLm predicted when he came: half of them the P50 at most, nine in ten the P90."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from routing.prediction import Line, mean_wait, wait_quantile
from routing.virtual.result import Visit
from routing.virtual.run import run
from routing.virtual.scenario import SECOND, Crew, Demand, Exponential, Scenario, simple_queue
from tests.theory.samples import sample

AGENTS, HANDLE, PATIENCE = 8, 300 * SECOND, 300 * SECOND
BATCHES = 20


def places(visits: Iterable[Visit]) -> Iterator[tuple[Visit, int]]:
    """Each contact that had to wait, with its place in line when it came."""
    leaving: list[int] = []
    for visit in visits:
        while leaving and leaving[0] <= visit.arrived:
            heapq.heappop(leaving)
        if visit.wait:
            yield visit, len(leaving) + 1
            heapq.heappush(leaving, visit.arrived + visit.wait)


def test_predicted_range_holds_what_it_says() -> None:
    # One in twenty, by another channel, never leaves: of the others one cannot know how long they would have waited.
    demands = (
        Demand("line", (AGENTS * 60 * SECOND / HANDLE * 0.95,), Exponential(HANDLE), Exponential(PATIENCE)),
        Demand("line", (AGENTS * 60 * SECOND / HANDLE * 0.05,), Exponential(HANDLE), channel="chat"),
    )
    crew = Crew("crew", AGENTS, per_channel={"voice": 1, "chat": 1})
    found = run(Scenario((simple_queue("line"),), demands, (crew,), 60_000 * HANDLE // AGENTS), seed=1)
    told = [
        (visit.wait or 0, Line(place, AGENTS, HANDLE, PATIENCE))
        for visit, place in places(found.visits)
        if visit.channel == "chat"
    ]
    size = len(told) // BATCHES
    for share in (0.5, 0.9):
        within = [wait <= wait_quantile(line, share) for wait, line in told]
        held = sample(sum(within[at : at + size]) / size for at in range(0, BATCHES * size, size))
        assert abs(held.apart(share)) <= 4
        assert held.error < 0.02
    off = sample((wait - mean_wait(line)) / SECOND for wait, line in told)
    assert abs(off.apart(0)) <= 4
