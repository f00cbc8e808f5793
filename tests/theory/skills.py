"""Two kinds of contacts, agents for either and for both: the scenario by which choices of agents are compared."""

from __future__ import annotations

from routing.virtual.scenario import SECOND, Crew, Demand, Exponential, Scenario, simple_queue

HANDLE, PATIENCE = 300 * SECOND, 400 * SECOND
LOADS = {"A": 13.5, "B": 9.0}
"""Erlang, for eight agents who serve A alone, eight B alone, and eight who serve both."""


def two_skills(contacts: int) -> Scenario:
    """As many contacts as that on average. How agents are chosen is a matter of the queues' rules."""
    demands = tuple(
        Demand(queue, (load * 60 * SECOND / HANDLE,), Exponential(HANDLE), Exponential(PATIENCE))
        for queue, load in LOADS.items()
    )
    crews = (
        Crew("A", 8, skills={"a": 1}),
        Crew("AB", 8, skills={"a": 1, "b": 1}),
        Crew("B", 8, skills={"b": 1}),
    )
    lasts = round(contacts * HANDLE / sum(LOADS.values()))
    return Scenario((simple_queue("A", "a"), simple_queue("B", "b")), demands, crews, lasts)
