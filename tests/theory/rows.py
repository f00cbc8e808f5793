"""The rows of Erlang C and A that the engine must reproduce: one queue, equal agents, one contact each."""

from __future__ import annotations

from dataclasses import dataclass

from routing.theory import ErlangA, ErlangC
from routing.virtual.scenario import SECOND, Crew, Demand, Exponential, Scenario, simple_queue
from tests.theory.samples import WITHIN


@dataclass(frozen=True, slots=True)
class Row:
    """`rate` per second, `handle` and `patience` in seconds (None: Erlang C)."""

    rate: float
    handle: float
    agents: int
    patience: float | None = None

    def __str__(self) -> str:
        kind = "C" if self.patience is None else f"A{self.patience}"
        return f"{kind}-{round(self.rate * self.handle)}-erlang-{self.agents}-agents"

    def scenario(self, contacts: int) -> Scenario:
        """As many contacts as that on average, in a steady stream."""
        patience = Exponential(self.patience * SECOND) if self.patience is not None else None
        demand = Demand("line", (self.rate * 60,), Exponential(self.handle * SECOND), patience)
        return Scenario(
            (simple_queue("line"),), (demand,), (Crew("crew", self.agents),), round(contacts / self.rate * SECOND)
        )

    def theory(self) -> dict[str, float]:
        """The figures of `samples` as the formulae give them."""
        within = WITHIN / SECOND
        if self.patience is None:
            c = ErlangC(self.rate, self.handle, self.agents)
            told = {"mean_wait": c.asa, "neg": c.service_level(within)}
            return {"p_wait": c.p_wait, "occupancy crew": c.occupancy, **told}
        a = ErlangA(self.rate, self.handle, self.patience, self.agents)
        told = {"p_abandon": a.p_abandon, "mean_wait": a.mean_wait}
        for policy in ("neg", "ign", "pos"):
            told[policy] = a.service_level(within, policy)
        return {"p_wait": a.p_wait, "occupancy crew": a.occupancy, **told}


HALF_HOUR = 1800
ROWS = (
    *(Row(100 / HALF_HOUR, 180, agents) for agents in (11, 12, 13, 14, 15)),
    Row(360 / HALF_HOUR, 240, 55),
    Row(48 / 60, 60, 50, 120),
    *(Row(100 / HALF_HOUR, 180, agents, 120) for agents in (10, 11, 12)),
    *(Row(10 / 60, 300, agents, 180) for agents in (45, 50, 55)),
)
LONG_ROWS = (*ROWS, Row(48 / 60, 60, 50))
"""And one whose load of 96 % takes too many contacts to settle for a test."""
