"""Pairs waiting contacts with agents: what changed is put in place, looked at, and offered. The work of one step is
bounded; what is left is done by the next (`pending`). Never looks at all contacts or all agents.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import count

from routing.eligibility import eligible, held_for
from routing.floor import Agent, Floor, Offer, PlanPoint
from routing.model import AgentId, ContactId, Decision, ExpireOffer, Micros, OfferContact, OfferId, Why
from routing.places import Places
from routing.roster import Roster
from routing.timers import Timers
from routing.waiting import Contact, Order

STEP_CAP = 64
"""Timers, contacts to put in place, and agents to look at, each, per step: a burst of 25,000 relaxations in one step
stalled the prototype for 0.2 s."""

RETRY: Micros = 1_000_000
"""An expired offer of which no fact says that it ended is told again after this time."""


class Matcher:
    """All that moves: places, roster, timers, and the three sets of things to look at."""

    def __init__(self, floor: Floor, new_offer_id: Callable[[], OfferId]) -> None:
        self.floor = floor
        self.timers = Timers()
        self.places = Places(floor, self.timers)
        self.roster = Roster(floor, self.look_at_contact)
        self._new_offer_id = new_offer_id
        self._number = count()
        self._contacts: list[tuple[Order, ContactId]] = []
        self._contact_ids: set[ContactId] = set()
        self._agents: OrderedDict[AgentId, None] = OrderedDict()
        self._changed: dict[AgentId, None] = {}
        self._proposals: list[tuple[Order, int, Contact, Agent | None]] = []

    # ---- what to look at ----

    @property
    def pending(self) -> bool:
        """Whether the last step left work."""
        return bool(self._contacts or self._agents)

    def look_at_contact(self, contact_id: ContactId) -> None:
        """Put this contact in place and try to match it in the next step."""
        contact = self.floor.contacts.get(contact_id)
        if contact is not None and contact_id not in self._contact_ids:
            self._contact_ids.add(contact_id)
            heapq.heappush(self._contacts, (contact.rank(), contact_id))

    def look_at_all(self) -> None:
        """Look at each contact and each agent again: rules or weights changed."""
        self._contact_ids = set(self.floor.contacts)
        self._contacts = [(contact.rank(), contact.id) for contact in self.floor.contacts.values()]
        heapq.heapify(self._contacts)
        self._agents = OrderedDict.fromkeys(self.floor.agents)

    def look_at_agent(self, agent: Agent) -> None:
        """Bring the indexes up to date with this agent and try to match him, in the next step."""
        self._changed[agent.id] = self._agents[agent.id] = None

    # ---- one step ----

    def step(self, now: Micros) -> list[Decision]:
        """Do what fell due, then match what changed, best contact first."""
        decisions: list[Decision] = []
        self.floor.signatures.prune()
        self._fire(now, decisions)
        for agent_id in self._changed:
            # All of them before the first match, or the longest idle might not be known yet.
            self.roster.refresh(self.floor.agents[agent_id], now)
        self._changed.clear()
        self._put_contacts(now)
        for _ in range(min(STEP_CAP, len(self._agents))):
            agent = self.floor.agents[self._agents.popitem(last=False)[0]]
            self.roster.refresh(agent, now)
            self._propose_for(agent, now)
        while self._proposals:
            self._settle(now, decisions)
        return decisions

    def _fire(self, now: Micros, decisions: list[Decision]) -> None:
        for kind, name in self.timers.pop_due(now, STEP_CAP):
            if kind == "contact":
                self.look_at_contact(name)
            elif kind == "agent":
                self.look_at_agent(self.floor.agents[name])
            else:
                decisions.append(self._expire(self.floor.offers[name], now))

    def _put_contacts(self, now: Micros) -> None:
        for _ in range(min(STEP_CAP, len(self._contacts))):
            contact_id = heapq.heappop(self._contacts)[1]
            self._contact_ids.discard(contact_id)
            contact = self.floor.contacts.get(contact_id)
            if contact is not None and self.places.put(contact, now):
                self._propose(contact, None)

    def _propose(self, contact: Contact, proposer: Agent | None) -> None:
        heapq.heappush(self._proposals, (contact.order, next(self._number), contact, proposer))

    def _propose_for(self, agent: Agent, now: Micros) -> None:
        contact = self._best_for(agent, now)
        if contact is not None:
            self._propose(contact, agent)

    def _settle(self, now: Micros, decisions: list[Decision]) -> None:
        order, _, contact, proposer = heapq.heappop(self._proposals)
        stands = contact.home is not None and contact.order == order
        agent = self._match(contact, now, decisions) if stands else None
        if proposer is not None and proposer is not agent and proposer.open:
            if stands and agent is None:
                # Its place was older than the time: put it where it belongs now, then ask again.
                self.look_at_contact(contact.id)
                self._agents[proposer.id] = None
            else:
                self._propose_for(proposer, now)

    # ---- choosing ----

    def _best_for(self, agent: Agent, now: Micros) -> Contact | None:
        """The first of all waiting contacts that this agent may get."""
        best: Contact | None = None
        served = agent.skillset.serves if agent.skillset is not None else {}
        for channel in agent.open:
            for signature in served[channel]:
                line = signature.waiting
                if line.count:
                    head = line.head()
                    if head is not None and (best is None or head.order < best.order):
                        best = head
                if line.marked:
                    best = self._better(line.marked, agent, best, now)
        slot = self.floor.slots.get(agent.id)
        return self._better(slot, agent, best, now) if slot else best

    def _better(self, ranked: Iterable[Contact], agent: Agent, best: Contact | None, now: Micros) -> Contact | None:
        for contact in ranked:
            if best is not None and best.order < contact.order:
                break
            if eligible(self.floor, contact, agent, now):
                return contact
        return best

    def _match(self, contact: Contact, now: Micros, decisions: list[Decision]) -> Agent | None:
        """Offer it to whom it waits for, or to the longest idle agent of those who may get it; the agent, if any."""
        point = self.floor.plan(contact, now)
        if point is None:
            return None
        agents, wanted = self.floor.agents, held_for(self.floor, contact, point, now)
        if wanted is not None:
            agent = wanted if eligible(self.floor, contact, wanted, now, point) else None
        else:
            found = point.signature.idle.first(lambda name: eligible(self.floor, contact, agents[name], now, point))
            agent = agents[found] if found is not None else None
        if agent is not None:
            why = self._why(contact, point, wanted, now)
            decisions.append(self._offer(contact, agent, why, now + point.queue.offer_timeout, now))
        return agent

    # ---- deciding ----

    def _offer(self, contact: Contact, agent: Agent, why: Why, deadline: Micros, now: Micros) -> OfferContact:
        offer = Offer(self._new_offer_id(), contact.id, agent.id, contact.queue_id, deadline)
        self.enter(offer, now)
        return OfferContact(
            offer.id, contact.id, agent.id, contact.queue_id, deadline, contact.epoch, agent.load_version, why
        )

    def _why(self, contact: Contact, point: PlanPoint, wanted: Agent | None, now: Micros) -> Why:
        others = 1 if wanted is not None else self._count_eligible(contact, point, now)
        return Why(
            step=point.step + 1,
            steps=len(point.queue.steps),
            requires=point.signature.needs,
            rule="longest_idle" if wanted is None else "assigned" if contact.assigned else "preferred_agent",
            eligible_agents=others,
            waiting_contacts=len(self.floor.waiting[contact.queue_id]),
            rules_version=point.version,
        )

    def _count_eligible(self, contact: Contact, point: PlanPoint, now: Micros) -> int:
        if not (contact.declined or contact.back_off or contact.refusal):
            return point.signature.idle.count
        apart = {*contact.declined, *contact.back_off, *([contact.refusal.agent_id] if contact.refusal else [])}
        kept_off = 0
        for agent in (self.floor.agents[name] for name in apart if name in self.floor.agents):
            idle = contact.channel in agent.open and agent.skillset and agent.skillset.can_serve(point.signature)
            kept_off += bool(idle) and not eligible(self.floor, contact, agent, now)
        return point.signature.idle.count - kept_off

    def _expire(self, offer: Offer, now: Micros) -> ExpireOffer:
        self.timers.set(("offer", offer.id), now + RETRY)
        contact = self.floor.contacts.get(offer.contact_id)
        found = self.floor.queue(offer.queue_id, contact.rules_version if contact is not None else 0)
        missed = self.floor.agent(offer.agent_id).missed_in_row + 1
        away = found is not None and missed >= found[1].away_after_missed
        back_off_until = now + (found[1].back_off if found is not None else 0)
        return ExpireOffer(offer.id, offer.contact_id, offer.agent_id, away, back_off_until)

    # ---- offers in and out ----

    def enter(self, offer: Offer, now: Micros) -> None:
        """The offer stands: its contact waits no more, its agent gets no other."""
        self.floor.offers[offer.id] = self.floor.offer_of[offer.contact_id] = offer
        agent = self.floor.agent(offer.agent_id)
        agent.offers[offer.id] = offer
        self.timers.set(("offer", offer.id), offer.deadline)
        contact = self.floor.contacts.get(offer.contact_id)
        if contact is not None:
            self.places.take(contact)
            contact.offer_id = offer.id
        self.roster.refresh(agent, now)

    def leave(self, offer: Offer) -> None:
        """The offer stands no more: contact and agent are looked at again."""
        del self.floor.offers[offer.id]
        if self.floor.offer_of.get(offer.contact_id) is offer:
            del self.floor.offer_of[offer.contact_id]
        self.timers.cancel(("offer", offer.id))
        agent = self.floor.agent(offer.agent_id)
        del agent.offers[offer.id]
        self.look_at_agent(agent)
        contact = self.floor.contacts.get(offer.contact_id)
        if contact is not None and contact.offer_id == offer.id:
            contact.offer_id = None
            self.look_at_contact(contact.id)
