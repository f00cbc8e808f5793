"""The records of a run: one customer's contact, one agent; and what a hub would commit about them, as facts."""

from __future__ import annotations

from dataclasses import dataclass

from routing import model
from routing.model import AgentId, ContactId, Micros, OfferEnd, OfferId, Presence
from routing.virtual.result import Outcome, Visit
from routing.virtual.scenario import Crew, Demand


@dataclass(eq=False, slots=True)
class Worker:
    """An agent. `load_version` rises with each change of what he has, as in the ledger."""

    id: AgentId
    crew: Crew
    load_version: int = 0
    missed: int = 0
    gone: bool = False

    def loaded(self) -> int:
        """The next load version."""
        self.load_version += 1
        return self.load_version

    def profile(self) -> model.AgentChanged:
        """What he can do."""
        crew = self.crew
        return model.AgentChanged(model.AgentProfile(self.id, crew.skills, crew.capacity, crew.per_channel))

    def present(self, presence: Presence, now: Micros) -> model.PresenceChanged:
        """He came, or went away."""
        return model.PresenceChanged(self.id, presence, presence is Presence.AVAILABLE, now, self.loaded())


@dataclass(eq=False, slots=True)
class Case:
    """A contact on its way. `offer_id` is that of its open offer, `agent` whoever has it or is offered it."""

    id: ContactId
    number: int
    demand: Demand
    arrived: Micros
    service: Micros
    wrap_up: Micros
    epoch: int = 0
    offer_id: OfferId | None = None
    agent: Worker | None = None
    offers: int = 0
    offered: Micros | None = None
    answered: Micros | None = None
    ended: Micros | None = None
    released: Micros | None = None
    outcome: Outcome = "waiting"

    def queued(self) -> model.ContactQueued:
        """It entered its queue."""
        self.epoch += 1
        demand = self.demand
        return model.ContactQueued(
            contact_id=self.id,
            queue_id=demand.queue,
            channel=demand.channel,
            band=demand.band,
            virtual_start=self.arrived,
            arrival=self.number,
            entered=self.arrived,
            rules_version=1,
            epoch=self.epoch,
            requires=demand.requires,
        )

    def take_offer(self, decision: model.OfferContact, agent: Worker, now: Micros) -> model.ContactOffered:
        """The engine's decision, committed."""
        self.epoch += 1
        self.offers += 1
        self.offer_id, self.agent = decision.offer_id, agent
        if self.offered is None:
            self.offered = now
        return model.ContactOffered(
            decision.offer_id, self.id, agent.id, decision.queue_id, decision.deadline, self.epoch, agent.loaded()
        )

    def end_offer(self, end: OfferEnd, *, requeued: bool = False, back_off_until: Micros = 0) -> model.OfferEnded:
        """Its open offer is over; the agent keeps it only if he accepted."""
        agent, offer_id = self.agent, self.offer_id
        assert agent is not None
        assert offer_id is not None
        self.epoch += 1
        agent.missed = {OfferEnd.EXPIRED: agent.missed + 1, OfferEnd.WITHDRAWN: agent.missed}.get(end, 0)
        self.offer_id, self.agent = None, agent if end is OfferEnd.ACCEPTED else None
        return model.OfferEnded(
            offer_id, self.id, agent.id, end, requeued, self.epoch, agent.loaded(), agent.missed, back_off_until
        )

    def active(self, mode: str) -> model.ContactActive:
        """It is with its agent: `live`, then `wrapping`."""
        assert self.agent is not None
        version = self.agent.load_version if mode == "live" else self.agent.loaded()
        return model.ContactActive(
            self.id, self.agent.id, self.demand.channel, "live" if mode == "live" else "wrapping", version
        )

    def visit(self) -> Visit:
        """What became of it."""
        return Visit(
            self.id,
            self.demand.queue,
            self.demand.channel,
            self.arrived,
            self.offered,
            self.offers,
            self.answered,
            self.ended,
            self.released,
            self.outcome,
            self.agent.id if self.agent is not None and self.answered is not None else None,
        )
