"""A ledger in miniature for the tests: rows, a log of facts, conditional writes, and the rebuild from the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from routing import model as m

Mode = Literal["live", "held", "paused", "wrapping"]


@dataclass
class AgentRow:
    profile: m.AgentProfile
    presence: m.Presence = m.Presence.OFFLINE
    confirmed: bool = False
    away_pending: bool = False
    idle_since: int = 0
    version: int = 0
    missed: int = 0


@dataclass
class ContactRow:
    id: str
    queue: str
    channel: str
    band: int
    virtual_start: int
    arrival: int
    entered: int
    rules: int
    requires: tuple[m.SkillLevel, ...]
    wish: str | None
    wish_until: int
    assigned: bool = False
    epoch: int = 1
    phase: str = "queued"
    agent: str | None = None
    mode: Mode = "live"
    offer: m.ContactOffered | None = None
    declined: set[str] = field(default_factory=set)
    back_off: dict[str, int] = field(default_factory=dict)


class Rows:
    """`log` holds the facts in the order of their commits; the test hands them to the engine when it likes."""

    def __init__(self) -> None:
        self.rules: dict[int, m.Rules] = {}
        self.agents: dict[str, AgentRow] = {}
        self.contacts: dict[str, ContactRow] = {}
        self.log: list[m.Fact] = []
        self.arrivals = 0

    # ---- set-up and acts of people ----

    def publish(self, rules: m.Rules, *, follow: bool) -> None:
        self.rules[rules.version] = rules
        for row in self.contacts.values():
            if follow and row.phase in ("queued", "offered") and row.queue in rules.queues:
                row.rules = rules.version
        self.log.append(m.RulesPublished(rules, "follow" if follow else "stay"))

    def change_agent(self, profile: m.AgentProfile) -> None:
        if profile.id in self.agents:
            self.agents[profile.id].profile = profile
        else:
            self.agents[profile.id] = AgentRow(profile)
        self.log.append(m.AgentChanged(profile))

    def set_presence(
        self, name: str, presence: m.Presence, now: int, *, confirmed: bool, pending: bool = False
    ) -> None:
        row = self.agents[name]
        if presence is m.Presence.AVAILABLE and row.presence is not presence:
            row.idle_since, row.missed = now, 0
        row.presence, row.confirmed, row.away_pending = presence, confirmed, pending
        row.version += 1
        self.log.append(self.presence_fact(name))

    def presence_fact(self, name: str, *, whole: bool = False) -> m.PresenceChanged:
        row = self.agents[name]
        missed = row.missed if whole else None
        return m.PresenceChanged(
            name, row.presence, row.confirmed, row.idle_since, row.version, row.away_pending, missed
        )

    def queue(self, row: ContactRow) -> None:
        self.contacts[row.id] = row
        self.log.append(self.queued_fact(row))

    def queued_fact(self, row: ContactRow, now: int = 0) -> m.ContactQueued:
        return m.ContactQueued(
            row.id, row.queue, row.channel, row.band, row.virtual_start, row.arrival, row.entered, row.rules, row.epoch,
            row.requires, row.wish, row.wish_until, frozenset(row.declined),
            tuple((name, until) for name, until in sorted(row.back_off.items()) if until > now), row.assigned,
        )  # fmt: skip

    def move(self, name: str, queue: str, band: int, now: int) -> None:
        row = self.contacts[name]
        row.entered = now if queue != row.queue else row.entered
        row.queue, row.band, row.wish, row.assigned = queue, band, None, False
        row.epoch += 1
        self.log.append(m.ContactMoved(name, queue, band, row.epoch, row.rules, None, 0, row.entered))

    def assign(self, name: str, agent: str, until: int) -> None:
        row = self.contacts[name]
        row.wish, row.wish_until, row.assigned = agent, until, True
        self.log.append(m.AssignRequested(name, agent))

    # ---- decisions: conditional writes ----

    def commit(self, decision: m.Decision, now: int) -> m.DecisionRefused | None:
        if isinstance(decision, m.ExpireOffer):
            return self._commit_expiry(decision, now)
        row, agent = self.contacts[decision.contact_id], self.agents[decision.agent_id]
        if row.phase != "queued" or row.epoch != decision.epoch or agent.version != decision.load_version:
            return m.DecisionRefused(decision.offer_id, decision.contact_id, decision.agent_id, "stale")
        self._assert_permitted(decision, row, agent)
        row.phase, row.agent = "offered", decision.agent_id
        row.epoch += 1
        agent.version += 1
        row.offer = m.ContactOffered(
            decision.offer_id, row.id, decision.agent_id, row.queue, decision.deadline, row.epoch, agent.version
        )
        self.log.append(row.offer)
        return None

    def _assert_permitted(self, decision: m.OfferContact, row: ContactRow, agent: AgentRow) -> None:
        """I3, I4 and presence, on the rows: what a conditional write that passed must never break."""
        rules = self.rules[max(self.rules)]
        assert agent.presence is m.Presence.AVAILABLE
        assert agent.confirmed
        assert not agent.away_pending
        own = [c for c in self.contacts.values() if c.agent == decision.agent_id]
        assert not any(c.phase == "offered" for c in own)
        load = rules.weights[row.channel]
        for other in own:
            weight = rules.weights[other.channel]
            load += rules.paused_weights.get(other.channel, weight) if other.mode == "paused" else weight
        assert load <= agent.profile.capacity
        assert sum(c.channel == row.channel for c in own) < agent.profile.per_channel[row.channel]

    def _commit_expiry(self, decision: m.ExpireOffer, now: int) -> m.DecisionRefused | None:
        row = self.contacts[decision.contact_id]
        if row.offer is None or row.offer.offer_id != decision.offer_id:
            return m.DecisionRefused(decision.offer_id, decision.contact_id, decision.agent_id, "no such open offer")
        assert now >= row.offer.deadline
        self.end_offer(row.id, m.OfferEnd.EXPIRED, now, back_off_until=decision.back_off_until)
        if decision.away:
            agent = self.agents[decision.agent_id]
            agent.presence = m.Presence.AWAY
            agent.version += 1
            self.log.append(self.presence_fact(decision.agent_id))
        return None

    # ---- lives of offers and contacts ----

    def end_offer(self, name: str, end: m.OfferEnd, now: int, *, back_off_until: int = 0) -> None:
        row = self.contacts[name]
        assert row.offer is not None
        offer, agent = row.offer, self.agents[row.offer.agent_id]
        agent.version += 1
        agent.missed = agent.missed + 1 if end is m.OfferEnd.EXPIRED else 0
        row.epoch += 1
        accepted = end is m.OfferEnd.ACCEPTED
        row.phase, row.offer = ("active", None) if accepted else ("queued", None)
        if end in (m.OfferEnd.DECLINED, m.OfferEnd.EXPIRED, m.OfferEnd.AGENT_LOST):
            row.back_off[offer.agent_id] = max(back_off_until, row.back_off.get(offer.agent_id, 0))
            if row.assigned and row.wish == offer.agent_id:
                row.wish, row.assigned = None, False
        if end is m.OfferEnd.DECLINED:
            row.declined.add(offer.agent_id)
        row.agent = offer.agent_id if accepted else None
        self.log.append(
            m.OfferEnded(
                offer.offer_id, name, offer.agent_id, end, not accepted, row.epoch, agent.version, agent.missed,
                back_off_until,
            )
        )  # fmt: skip
        if accepted:
            self.set_mode(name, "live")

    def set_mode(self, name: str, mode: Mode) -> None:
        row = self.contacts[name]
        assert row.agent is not None
        agent = self.agents[row.agent]
        agent.version += 1
        row.mode = mode
        self.log.append(m.ContactActive(name, row.agent, row.channel, mode, agent.version))

    def pull(self, name: str, agent: str) -> None:
        """By hand: the agent takes a waiting contact without an offer."""
        row = self.contacts[name]
        row.phase, row.agent = "active", agent
        row.epoch += 1
        self.set_mode(name, "live")

    def end(self, name: str, now: int) -> None:
        row = self.contacts.pop(name)
        if row.agent is None:
            self.log.append(m.ContactEnded(name))
            return
        agent = self.agents[row.agent]
        agent.version += 1
        agent.idle_since = now if row.phase == "active" else agent.idle_since
        if row.phase == "offered" and row.offer is not None:
            self.log.append(
                m.OfferEnded(
                    row.offer.offer_id, name, row.agent, m.OfferEnd.WITHDRAWN, False, row.epoch + 1, agent.version,
                    agent.missed,
                )
            )  # fmt: skip
        idle_since = now if row.phase == "active" else 0
        self.log.append(m.ContactEnded(name, row.agent, agent.version, idle_since))

    # ---- start ----

    def rebuild_facts(self, now: int) -> list[m.Fact]:
        facts: list[m.Fact] = [m.RulesPublished(self.rules[v]) for v in sorted(self.rules)]
        for name, row in self.agents.items():
            facts += [m.AgentChanged(row.profile), self.presence_fact(name, whole=True)]
        for contact in self.contacts.values():
            if contact.phase == "active":
                assert contact.agent is not None
                version = self.agents[contact.agent].version
                facts.append(
                    m.ContactActive(contact.id, contact.agent, contact.channel, contact.mode, version, contact.epoch)
                )
            else:
                facts.append(self.queued_fact(contact, now))
            if contact.offer is not None:
                facts.append(contact.offer)
        return facts
