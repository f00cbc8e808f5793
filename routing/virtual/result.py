"""What a run yields: one record a contact, and the figures that are folded from records alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from routing.model import AgentId, ContactId, Micros, QueueId
from routing.virtual.scenario import SECOND, Scenario

Outcome = Literal["handled", "abandoned", "waiting"]
"""`waiting`: nobody was left who could have served it."""

LevelPolicy = Literal["pos", "ans", "neg", "ign", "shortpos", "shortign"]
"""What those who left count for. pos: for the level if they left in time; neg: always against it; ign: not, if they
left in time; ans: never; shortpos and shortign: as pos and ign, but only if they left within the short limit."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact's way. Times are µs from the start of the run; None for what did not happen.

    `offered` is the time of the first of `offers` offers, `ended` when the conversation ended or the customer left,
    `released` when the agent had done with it, wrap-up included.
    """

    contact: ContactId
    queue: QueueId
    channel: str
    arrived: Micros
    offered: Micros | None
    offers: int
    answered: Micros | None
    ended: Micros | None
    released: Micros | None
    outcome: Outcome
    agent: AgentId | None

    @property
    def wait(self) -> Micros | None:
        """From arrival to accept, or to leaving."""
        until = self.answered if self.answered is not None else self.ended
        return until - self.arrived if until is not None else None


@dataclass(frozen=True, slots=True)
class Result:
    """All visits in the order of arrival, the agents by crew, and what the sweeps found (must be 0)."""

    scenario: Scenario
    seed: int
    visits: Sequence[Visit]
    agents: dict[str, tuple[AgentId, ...]]
    sweeps: int
    stranded: int
    ended_at: Micros

    def of(self, queue: QueueId | None = None, *, since: Micros = 0, until: Micros | None = None) -> list[Visit]:
        """Those who arrived in this span (queue None: in any queue) and were answered or left."""
        end = self.scenario.lasts if until is None else until
        return [
            visit
            for visit in self.visits
            if since <= visit.arrived < end and visit.outcome != "waiting" and queue in (None, visit.queue)
        ]


def waited(visits: Iterable[Visit]) -> float | None:
    """The share of contacts that were not answered at once."""
    return _mean([bool(visit.wait) for visit in visits])


def mean_wait(visits: Iterable[Visit]) -> float | None:
    """µs, over those who were answered and those who left."""
    return _mean([visit.wait or 0 for visit in visits])


def answer_speed(visits: Iterable[Visit]) -> float | None:
    """ASA: the mean wait of the answered, µs."""
    return _mean([visit.wait or 0 for visit in visits if visit.answered is not None])


def abandoned(visits: Iterable[Visit]) -> float | None:
    """The share that left unanswered, however early."""
    return _mean([visit.outcome == "abandoned" for visit in visits])


def service_level(
    visits: Iterable[Visit], within: Micros, policy: LevelPolicy = "shortign", short: Micros = 5 * SECOND
) -> float | None:
    """Answered within this time, as a share by the policy; None where nothing counts."""
    answered = in_time = left = left_early = 0
    limit = short if policy.startswith("short") else within
    for visit in visits:
        wait = visit.wait or 0
        if visit.answered is not None:
            answered += 1
            in_time += wait <= within
        else:
            left += 1
            left_early += wait <= limit
    favour = left_early if policy.endswith("pos") else 0
    counted = answered + {"ans": 0, "ign": left - left_early, "shortign": left - left_early}.get(policy, left)
    return (in_time + favour) / counted if counted else None


def occupancy(result: Result, agents: Iterable[AgentId], *, since: Micros = 0, until: Micros | None = None) -> float:
    """The share of this span that agents were with at least one contact, wrap-up included and ringing not."""
    end = result.scenario.lasts if until is None else until
    counted = dict.fromkeys(agents, since)
    """Until when each agent's time is counted already: contacts at the same time count once."""
    total = 0
    for begin, stop, agent in _busy(result.visits, counted.keys()):
        left = min(stop, end) - max(begin, counted[agent])
        if left > 0:
            total += left
            counted[agent] = stop
    return total / (len(counted) * (end - since))


def _busy(visits: Iterable[Visit], agents: Set[AgentId]) -> list[tuple[Micros, Micros, AgentId]]:
    return sorted(
        (visit.answered, visit.released, visit.agent)
        for visit in visits
        if visit.answered is not None and visit.released is not None and visit.agent is not None
        if visit.agent in agents
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None
