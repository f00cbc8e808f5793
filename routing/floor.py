"""The floor: all records of the engine, without behaviour: rules, contacts, agents, offers, held contacts."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field

from routing.model import (
    AgentId,
    AgentProfile,
    ContactId,
    Micros,
    OfferId,
    Presence,
    QueueId,
    QueueRules,
    Rules,
    SkillLevel,
)
from routing.offers import OfferState
from routing.signatures import Signature, Signatures, Skillset
from routing.waiting import Contact, Ranked

MEMORY = 20_000
"""How many ended contacts and offers are remembered, so that a fact told again finds them ended."""


@dataclass(eq=False, slots=True)
class Offer:
    """An offer that is tentative or open."""

    id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    queue_id: QueueId
    deadline: Micros
    state: OfferState = OfferState.TENTATIVE


@dataclass(frozen=True, slots=True)
class Held:
    """An accepted contact with its agent. `version` is the load version that said so."""

    agent_id: AgentId
    channel: str | None
    mode: str
    version: int
    epoch: int


@dataclass(eq=False, slots=True)
class Agent:
    """An agent as told by facts; `ready`, `open` and `stamp` say how the indexes know him at the moment.

    `leaving`: he missed too many offers, the fact that sets him away is on its way.
    """

    id: AgentId
    profile: AgentProfile | None = None
    skillset: Skillset | None = None
    presence: Presence = Presence.OFFLINE
    confirmed: bool = False
    away_pending: bool = False
    leaving: bool = False
    idle_since: Micros = 0
    load_version: int = 0
    missed_in_row: int = 0
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    held: dict[ContactId, Held] = field(default_factory=dict)
    refusals: int = 0
    paused_until: Micros = 0
    ready: bool = False
    open: frozenset[str] = frozenset()
    indexed_since: Micros = 0
    stamp: int = 0


class Recent:
    """The last so many ids."""

    def __init__(self) -> None:
        # Not a dict: finding the oldest of one passes over all that were deleted before it.
        self._ids: OrderedDict[str, None] = OrderedDict()

    def __contains__(self, item: str) -> bool:
        return item in self._ids

    def add(self, item: str) -> None:
        """Remember it, and forget the oldest if there are too many."""
        self._ids[item] = None
        if len(self._ids) > MEMORY:
            self._ids.popitem(last=False)


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """Where a contact is in its queue's plan: the step's number from 0, its signature, and its end if it has one."""

    queue: QueueRules
    version: int
    step: int
    signature: Signature
    ends: Micros | None
    generation: int

    def outdated(self, signatures: Signatures) -> bool:
        """Whether its signature may have been dropped since."""
        return self.generation != signatures.generation


class Floor:
    """The records, and what follows from them without a choice."""

    def __init__(self) -> None:
        self.rules: dict[int, Rules] = {}
        self.newest: Rules | None = None
        self.contacts: dict[ContactId, Contact] = {}
        self.agents: dict[AgentId, Agent] = {}
        self.offers: dict[OfferId, Offer] = {}
        self.offer_of: dict[ContactId, Offer] = {}
        self.holder: dict[ContactId, AgentId] = {}
        self.waiting: dict[QueueId, dict[ContactId, None]] = {}
        self.parked: dict[ContactId, None] = {}
        """Contacts whose queue no known rules describe; they wait for rules."""
        self.points: dict[ContactId, PlanPoint] = {}
        """Where in their plans contacts were when last asked; forgotten when a contact is taken from its place."""
        self.slots: dict[AgentId, Ranked] = {}
        """Contacts that wait for one agent and nobody else at the moment."""
        self.wishes: dict[AgentId, dict[ContactId, None]] = {}
        """Contacts that name an agent, held for him or not."""
        self.signatures = Signatures()
        self.ended_contacts = Recent()
        self.ended_offers = Recent()
        self._seen: dict[tuple[int, QueueId, int, str, tuple[SkillLevel, ...]], Signature] = {}
        self._generation = 0

    def agent(self, agent_id: AgentId) -> Agent:
        """His record; a new one without a profile for somebody not heard of (he serves nothing)."""
        agent = self.agents.get(agent_id)
        if agent is None:
            agent = self.agents[agent_id] = Agent(agent_id)
        return agent

    def weight(self, channel: str) -> int:
        """Units that a contact of this channel takes, by the newest rules; 1 if they do not say."""
        return self.newest.weights.get(channel, 1) if self.newest else 1

    def units(self, held: Held) -> int:
        """Units that a held contact takes. One whose channel is not known yet fills its agent."""
        if held.channel is None:
            return 1 << 60
        weight = self.weight(held.channel)
        if held.mode == "paused" and self.newest:
            return self.newest.paused_weights.get(held.channel, weight)
        return weight

    def queue(self, queue_id: QueueId, version: int) -> tuple[int, QueueRules] | None:
        """The queue by the rules of this version; if they do not know it, by the newest; else None."""
        for rules in (self.rules.get(version), self.newest):
            if rules is not None and queue_id in rules.queues:
                return rules.version, rules.queues[queue_id]
        return None

    def plan(self, contact: Contact, now: Micros) -> PlanPoint | None:
        """Where the contact is in its plan at this time; None without rules for its queue."""
        known = self.points.get(contact.id)
        if known is None or (known.ends is not None and known.ends <= now) or known.outdated(self.signatures):
            known = self._plan(contact, now)
            if known is not None:
                self.points[contact.id] = known
        return known

    def _plan(self, contact: Contact, now: Micros) -> PlanPoint | None:
        found = self.queue(contact.queue_id, contact.rules_version)
        if found is None:
            return None
        version, queue = found
        at, ends, last = 0, contact.entered, len(queue.steps) - 1
        while at < last and (lasts := queue.steps[at].lasts) is not None:
            ends += lasts
            if now < ends:
                break
            at += 1
        endless = at == last or queue.steps[at].lasts is None
        signature = self.signature(contact, version, queue, at)
        return PlanPoint(queue, version, at, signature, None if endless else ends, self.signatures.generation)

    def signature(self, contact: Contact, version: int, queue: QueueRules, step: int) -> Signature:
        """What the contact asks in this step of its plan."""
        if self._generation != self.signatures.generation:
            self._seen.clear()
            self._generation = self.signatures.generation
        key = (version, queue.id, step, contact.channel, contact.requires)
        known = self._seen.get(key)
        if known is None:
            known = self.signatures.intern(contact.channel, queue.steps[step].requires + contact.requires)
            self._seen[key] = known
        return known

    def ahead(self, contact: Contact, point: PlanPoint) -> Iterator[Signature]:
        """The signatures of this step and of all that can still come."""
        for step in range(point.step, len(point.queue.steps)):
            yield self.signature(contact, point.version, point.queue, step)
            if point.queue.steps[step].lasts is None:
                return
