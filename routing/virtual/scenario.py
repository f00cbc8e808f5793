"""What a run in virtual time is given: contacts, agents, queues. Frozen values; times are integer microseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from routing.model import Micros, QueueId, QueueRules, SkillLevel, Step

SECOND: Micros = 1_000_000
MINUTE: Micros = 60 * SECOND


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same."""

    value: Micros


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory, by its mean (µs)."""

    mean: float


@dataclass(frozen=True, slots=True)
class Lognormal:
    """By its mean (µs) and its coefficient of variation (standard deviation ÷ mean), as handle times mostly are."""

    mean: float
    variation: float


Spread = Constant | Exponential | Lognormal
"""How long something takes. A whole number of microseconds is drawn, never less than 0."""

AT_ONCE = Constant(0)


@dataclass(frozen=True, slots=True)
class Demand:
    """A stream of contacts into one queue, at random (Poisson) with a rate that may change from minute to minute.

    `per_minute` are the expected arrivals of each minute from the start on, and over again after the last: 1,440 of
    them are a day, one is a constant rate. `service` is the conversation, `wrap_up` the work after it. Who loses
    `patience` before an agent has accepted leaves; with None nobody does.
    """

    queue: QueueId
    per_minute: tuple[float, ...]
    service: Spread
    patience: Spread | None = None
    wrap_up: Spread = AT_ONCE
    channel: str = "voice"
    band: int = 5
    requires: tuple[SkillLevel, ...] = ()

    def __post_init__(self) -> None:
        if not self.per_minute or min(self.per_minute) < 0:
            raise ValueError(f"queue {self.queue}: rates by the minute must be given and not be negative")


@dataclass(frozen=True, slots=True)
class Crew:
    """Agents who are alike. They are named `name-0001` and so on.

    They are there from `begins` to `ends` (None: to the last contact); what they have at the end of their time they
    finish. `accepts` is how long they take to accept an offer; if that is longer than the queue's time-out, it is
    missed. Who is set away by missed offers is back after `away_for`.
    """

    name: str
    agents: int
    skills: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    accepts: Spread = AT_ONCE
    capacity: int = 1
    per_channel: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({"voice": 1}))
    begins: Micros = 0
    ends: Micros | None = None
    away_for: Micros = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class Scenario:
    """All that a run is made of. Contacts come for `lasts`; the run goes on until the last of them is served or gone.

    `queues` are the hub's own rules, so that whatever rule the engine knows can be tried. `weights` are the units of
    capacity by channel (1 where missing). With `sweep_every` the engine's slow check for contacts that wait in vain
    is made as often.
    """

    queues: tuple[QueueRules, ...]
    demands: tuple[Demand, ...]
    crews: tuple[Crew, ...]
    lasts: Micros
    weights: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    sweep_every: Micros | None = None

    def __post_init__(self) -> None:
        unknown = {demand.queue for demand in self.demands} - {queue.id for queue in self.queues}
        if unknown:
            raise ValueError(f"contacts for queues without rules: {', '.join(sorted(unknown))}")
        if len({crew.name for crew in self.crews}) < len(self.crews):
            raise ValueError("two crews of one name")


def simple_queue(name: QueueId, *requires: str, offer_timeout: Micros = 20 * SECOND) -> QueueRules:
    """The rules of a queue that asks for these skills, for ever; an agent who missed an offer is set away."""
    step = Step(tuple(SkillLevel(skill) for skill in requires))
    return QueueRules(name, (step,), offer_timeout, away_after_missed=1, back_off=30 * SECOND, preferred_hold=0)
