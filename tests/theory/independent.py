"""The same scenario by SimPy, which knows nothing of our engine: first come, first served; longest idle agent.

SimPy's FilterStore does both by itself: those who want are asked in the order in which they came, what is there is
handed out in the order in which it was put in. Numbers are drawn as our runs draw them, so that contacts can be
compared one by one.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

from routing.virtual.draws import Drawn, contacts
from routing.virtual.scenario import Constant, Crew, Demand, Scenario


@dataclass(frozen=True, slots=True)
class Way:
    """What became of one contact: µs from the start, the agent's name."""

    queue: str
    arrived: int
    answered: int | None
    ended: int
    agent: str | None


@dataclass(frozen=True, slots=True)
class _Agent:
    name: str
    crew: Crew


class _House:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.env = simpy.Environment()
        self.idle = simpy.FilterStore(self.env)
        self.idle.items = sorted(
            (_Agent(f"{crew.name}-{number + 1:04}", crew) for crew in scenario.crews for number in range(crew.agents)),
            key=lambda agent: agent.name,
        )
        self.needs = {
            queue.id: {need.skill: need.level for step in queue.steps for need in step.requires}
            for queue in scenario.queues
        }
        self.ways: list[Way] = []

    def able(self, agent: _Agent, queue: str) -> bool:
        return all(agent.crew.skills.get(skill, 0) >= level for skill, level in self.needs[queue].items())

    def door(self, demand: Demand, seed: int, number: int) -> Generator[Any, Any, None]:
        for drawn in contacts(demand, seed, number, self.scenario.lasts):
            yield self.env.timeout(drawn.arrived - self.env.now)
            self.env.process(self.customer(demand.queue, drawn))

    def customer(self, queue: str, drawn: Drawn) -> Generator[Any, Any, None]:
        env, never = self.env, self.env.event()
        patience = env.timeout(drawn.patience) if drawn.patience is not None else never
        turn = self.idle.get(lambda agent: self.able(agent, queue))
        yield turn | patience
        if not turn.triggered:
            turn.cancel()
            self.ways.append(Way(queue, drawn.arrived, None, env.now, None))
            return
        agent: _Agent = turn.value
        accepts = agent.crew.accepts
        assert isinstance(accepts, Constant)
        if accepts.value:
            ringing = env.timeout(accepts.value)
            yield ringing | patience
            if not ringing.processed:
                yield self.idle.put(agent)
                self.ways.append(Way(queue, drawn.arrived, None, env.now, None))
                return
        answered = env.now
        yield env.timeout(drawn.service)
        self.ways.append(Way(queue, drawn.arrived, answered, env.now, agent.name))
        yield env.timeout(drawn.wrap_up)
        yield self.idle.put(agent)


def simulate(scenario: Scenario, seed: int) -> list[Way]:
    """All contacts in the order of arrival. Agents of one contact each, who are there all the time."""
    house = _House(scenario)
    for number, demand in enumerate(scenario.demands):
        house.env.process(house.door(demand, seed, number))
    house.env.run()
    return sorted(house.ways, key=lambda way: (way.arrived, way.queue))
