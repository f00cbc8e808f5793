"""A short way to say what happens around an engine: agents come, contacts queue, offers are answered."""

from __future__ import annotations

import itertools
from typing import Any

from routing import model as m
from routing.engine import Engine

S = 1_000_000
EN, FR = m.SkillLevel("en"), m.SkillLevel("fr")


def queue_rules(
    name: str = "help", *steps: m.Step, away_after: int = 3, back_off: int = 30 * S, timeout: int = 20 * S
) -> m.QueueRules:
    return m.QueueRules(name, steps or (m.Step(),), timeout, away_after, back_off, 15 * S)


def rules(version: int, *queues: m.QueueRules, weights: dict[str, int] | None = None, paused: int = 1) -> m.Rules:
    weights = weights or {"chat": 2, "voice": 6}
    return m.Rules(version, {queue.id: queue for queue in queues}, weights, {"chat": paused})


class Desk:
    """Keeps epochs, load versions and the time; each act returns what the engine decided."""

    def __init__(self, *queues: m.QueueRules) -> None:
        numbers = itertools.count(1)
        self.engine = Engine(lambda: f"o{next(numbers)}")
        self.now = 1_000 * S
        self.epochs: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.arrivals = itertools.count(1)
        self.tell(m.RulesPublished(rules(1, *(queues or (queue_rules(),)))))

    def tell(self, *facts: m.Fact) -> list[Any]:
        decisions = self.engine.absorb(facts, self.now)
        while self.engine.next_due is not None and self.engine.next_due <= self.now:
            decisions += self.engine.due(self.now)
        assert self.engine.stranded(self.now) == []
        return decisions

    def wait(self, span: int) -> list[Any]:
        self.now += span
        return self.tell()

    # ---- agents ----

    def agent(
        self,
        name: str,
        *,
        skills: dict[str, int] | None = None,
        capacity: int = 6,
        per_channel: dict[str, int] | None = None,
        idle: int = 0,
    ) -> list[Any]:
        """A profile, available since `idle` microseconds."""
        profile = m.AgentProfile(name, skills or {}, capacity, per_channel or {"chat": 3, "voice": 1})
        return self.tell(m.AgentChanged(profile), self.presence(name, idle=idle))

    def presence(
        self,
        name: str,
        chosen: m.Presence = m.Presence.AVAILABLE,
        *,
        confirmed: bool = True,
        idle: int = 0,
        away_pending: bool = False,
    ) -> m.PresenceChanged:
        return m.PresenceChanged(name, chosen, confirmed, self.now - idle, self.version(name), away_pending)

    def version(self, name: str) -> int:
        self.versions[name] = self.versions.get(name, 0) + 1
        return self.versions[name]

    # ---- contacts ----

    def queued(self, name: str, queue: str = "help", channel: str = "chat", **wanted: object) -> m.ContactQueued:
        told = {
            "band": 5,
            "virtual_start": self.now,
            "arrival": next(self.arrivals),
            "entered": self.now,
            "rules_version": 1,
            "epoch": self.epoch(name),
        }
        return m.ContactQueued(name, queue, channel, **(told | wanted))  # type: ignore[arg-type]

    def queue(self, name: str, queue: str = "help", channel: str = "chat", **wanted: object) -> list[Any]:
        return self.tell(self.queued(name, queue, channel, **wanted))

    def epoch(self, name: str) -> int:
        self.epochs[name] = self.epochs.get(name, 0) + 1
        return self.epochs[name]

    def end(self, name: str, agent: str | None = None) -> list[Any]:
        if agent is None:
            return self.tell(m.ContactEnded(name))
        return self.tell(m.ContactEnded(name, agent, self.version(agent), self.now))

    def active(self, name: str, agent: str, mode: str = "live", channel: str = "chat") -> list[Any]:
        return self.tell(m.ContactActive(name, agent, channel, mode, self.version(agent)))  # type: ignore[arg-type]

    # ---- offers ----

    def commit(self, decision: m.Decision) -> list[Any]:
        assert isinstance(decision, m.OfferContact)
        return self.tell(self.offered(decision))

    def offered(self, d: m.OfferContact) -> m.ContactOffered:
        epoch, version = self.epoch(d.contact_id), self.version(d.agent_id)
        return m.ContactOffered(d.offer_id, d.contact_id, d.agent_id, d.queue_id, d.deadline, epoch, version)

    def refuse(self, d: m.Decision) -> list[Any]:
        return self.tell(m.DecisionRefused(d.offer_id, d.contact_id, d.agent_id, "test"))

    def ended(
        self, d: m.Decision, end: m.OfferEnd, *, missed: int = 0, back_off: int = 0, requeued: bool | None = None
    ) -> m.OfferEnded:
        again = end is not m.OfferEnd.ACCEPTED if requeued is None else requeued
        epoch, version = self.epoch(d.contact_id), self.version(d.agent_id)
        until = self.now + back_off if back_off else 0
        return m.OfferEnded(d.offer_id, d.contact_id, d.agent_id, end, again, epoch, version, missed, until)

    def decline(self, d: m.Decision) -> list[Any]:
        return self.tell(self.ended(d, m.OfferEnd.DECLINED))

    def miss(self, d: m.Decision, *, missed: int = 1, back_off: int = 30 * S) -> list[Any]:
        return self.tell(self.ended(d, m.OfferEnd.EXPIRED, missed=missed, back_off=back_off))

    def accept(self, d: m.Decision) -> list[Any]:
        self.commit(d)
        accepted = self.ended(d, m.OfferEnd.ACCEPTED)
        return self.tell(accepted) + self.active(d.contact_id, d.agent_id)


def pairs(decisions: list[Any]) -> list[tuple[str, str]]:
    """Contact and agent of each offer."""
    assert all(isinstance(decision, m.OfferContact) for decision in decisions)
    return [(decision.contact_id, decision.agent_id) for decision in decisions]
