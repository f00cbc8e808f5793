"""The routing rules once more, without any index: every decision scans everything. Slow, plain, and written apart from
the engine, so that the two are unlikely to be wrong in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from routing import model as m

PAUSE = 250_000
ASSIGN_HOLD = 60_000_000


@dataclass
class Person:
    id: str
    profile: m.AgentProfile | None = None
    presence: m.Presence = m.Presence.OFFLINE
    ready: bool = False
    idle_since: int = 0
    version: int = 0
    missed: int = 0
    refusals: int = 0
    paused_until: int = 0


@dataclass
class Case:
    told: m.ContactQueued
    queue: str
    band: int
    entered: int
    rules: int
    epoch: int
    wish: str | None
    wish_until: int
    assigned: bool
    declined: set[str] = field(default_factory=set)
    back_off: dict[str, int] = field(default_factory=dict)
    refused: tuple[str, int, int, int] | None = None
    refusals: int = 0
    paused_until: int = 0

    @property
    def rank(self) -> tuple[int, int, int, str]:
        return self.band, self.told.virtual_start, self.told.arrival, self.told.contact_id


@dataclass
class Ring:
    id: str
    contact: str
    agent: str
    queue: str
    ask_at: int
    open: bool = False


class Reference:
    def __init__(self, new_offer_id: Callable[[], str]) -> None:
        self.new_offer_id = new_offer_id
        self.rules: dict[int, m.Rules] = {}
        self.people: dict[str, Person] = {}
        self.cases: dict[str, Case] = {}
        self.rings: dict[str, Ring] = {}
        self.held: dict[str, m.ContactActive] = {}
        self.gone: set[str] = set()
        self.over: set[str] = set()

    # ---- questions ----

    @property
    def newest(self) -> m.Rules:
        return self.rules[max(self.rules)]

    def queue_rules(self, queue: str, version: int) -> m.QueueRules:
        rules = self.rules.get(version)
        return (rules if rules is not None and queue in rules.queues else self.newest).queues[queue]

    def plan(self, case: Case, now: int) -> list[list[m.SkillLevel]]:
        """What is asked in this step and in each that can still come."""
        steps = list(self.queue_rules(case.queue, case.rules).steps)
        end = case.entered
        while len(steps) > 1 and steps[0].lasts is not None:
            end += steps[0].lasts
            if now < end:
                break
            steps.pop(0)
        asked = []
        for step in steps:
            asked.append([*step.requires, *case.told.requires])
            if step.lasts is None:
                break
        return asked

    def serves(self, person: Person, channel: str, asked: Iterable[m.SkillLevel]) -> bool:
        p = person.profile
        return (
            p is not None
            and p.per_channel.get(channel, 0) > 0
            and p.capacity >= self.newest.weights.get(channel, 1)
            and all(p.skills.get(need.skill, 0) >= need.level for need in asked)
        )

    def load(self, name: str) -> int:
        total = 0
        for held in self.held.values():
            if held.agent_id == name:
                weight = self.newest.weights.get(held.channel, 1)
                total += self.newest.paused_weights.get(held.channel, weight) if held.mode == "paused" else weight
        return total

    def has_room(self, person: Person, channel: str, now: int) -> bool:
        if not person.ready or person.profile is None or person.paused_until > now:
            return False
        if any(ring.agent == person.id for ring in self.rings.values()):
            return False
        same = sum(h.agent_id == person.id and h.channel == channel for h in self.held.values())
        free = person.profile.capacity - self.load(person.id)
        return same < person.profile.per_channel.get(channel, 0) and self.newest.weights.get(channel, 1) <= free

    def kept_for(self, case: Case, now: int) -> Person | None:
        person = self.people.get(case.wish or "")
        if person is None or now >= case.wish_until or person.presence is m.Presence.OFFLINE:
            return None
        if case.assigned:
            return person if self.serves(person, case.told.channel, ()) else None
        fit = self.serves(person, case.told.channel, self.plan(case, now)[0])
        off = person.id in case.declined or case.back_off.get(person.id, 0) > now
        return person if fit and not off else None

    def may(self, case: Case, person: Person, now: int) -> bool:
        if not self.has_room(person, case.told.channel, now) or case.paused_until > now:
            return False
        if case.refused is not None:
            name, until, version, epoch = case.refused
            if name == person.id and now < until and version == person.version and epoch == case.epoch:
                return False
        kept = self.kept_for(case, now)
        if kept is not None and kept is not person:
            return False
        if kept is person and case.assigned:
            return True
        plan = self.plan(case, now)
        if not self.serves(person, case.told.channel, plan[0]) or case.back_off.get(person.id, 0) > now:
            return False
        return person.id not in case.declined or not any(
            other.ready and other.id not in case.declined and self.serves(other, case.told.channel, asked)
            for other in self.people.values()
            for asked in plan
        )

    def waiting(self) -> list[Case]:
        offered = {ring.contact for ring in self.rings.values()}
        return [case for name, case in self.cases.items() if name not in offered]

    # ---- decisions ----

    def apply(self, fact: m.Fact, now: int) -> list[m.Decision]:
        self.take(fact, now)
        return self.due(now)

    def due(self, now: int) -> list[m.Decision]:
        out: list[m.Decision] = []
        for ring in sorted(self.rings.values(), key=lambda r: (r.ask_at, r.id)):
            if ring.ask_at <= now:
                ring.ask_at = now + 1_000_000
                out.append(self.expire(ring, now))
        while (pair := self.first_pair(now)) is not None:
            out.append(self.offer(*pair, now))
        return out

    def first_pair(self, now: int) -> tuple[Case, Person] | None:
        def rank(case: Case) -> tuple[bool, tuple[int, int, int, str]]:
            return not (case.assigned and self.kept_for(case, now)), case.rank

        for case in sorted(self.waiting(), key=rank):
            able = [person for person in self.people.values() if self.may(case, person, now)]
            if able:
                return case, min(able, key=lambda p: (p.idle_since, p.id))
        return None

    def expire(self, ring: Ring, now: int) -> m.ExpireOffer:
        case = self.cases.get(ring.contact)
        queue = self.queue_rules(ring.queue, case.rules if case else 0)
        away = self.people[ring.agent].missed + 1 >= queue.away_after_missed
        return m.ExpireOffer(ring.id, ring.contact, ring.agent, away, now + queue.back_off)

    def offer(self, case: Case, person: Person, now: int) -> m.OfferContact:
        queue, plan = self.queue_rules(case.queue, case.rules), self.plan(case, now)
        kept = self.kept_for(case, now)
        levels: dict[str, int] = {}
        for need in plan[0]:
            levels[need.skill] = max(need.level, levels.get(need.skill, 0))
        known = self.rules.get(case.rules)
        why = m.Why(
            step=1 + self.step_number(case, now),
            steps=len(queue.steps),
            requires=tuple(m.SkillLevel(s, levels[s]) for s in sorted(levels)),
            rule="longest_idle" if kept is None else "assigned" if case.assigned else "preferred_agent",
            eligible_agents=sum(self.may(case, p, now) for p in self.people.values()),
            waiting_contacts=sum(other.queue == case.queue for other in self.waiting()),
            rules_version=case.rules if known is not None and case.queue in known.queues else self.newest.version,
        )
        contact = case.told.contact_id
        ring = Ring(self.new_offer_id(), contact, person.id, case.queue, now + queue.offer_timeout)
        self.rings[ring.id] = ring
        return m.OfferContact(ring.id, contact, person.id, case.queue, ring.ask_at, case.epoch, person.version, why)

    def step_number(self, case: Case, now: int) -> int:
        number, end = 0, case.entered
        for step in self.queue_rules(case.queue, case.rules).steps[:-1]:
            if step.lasts is None or now < end + step.lasts:
                break
            end += step.lasts
            number += 1
        return number

    # ---- facts ----

    def take(self, fact: m.Fact, now: int) -> None:
        words = re.findall("[A-Z][a-z]+", type(fact).__name__)
        getattr(self, "take_" + "_".join(words).lower())(fact, now)

    def take_rules_published(self, f: m.RulesPublished, now: int) -> None:
        self.rules[f.rules.version] = f.rules
        for case in self.cases.values():
            if f.waiting == "follow" and case.queue in f.rules.queues:
                case.rules = f.rules.version

    def person(self, name: str) -> Person:
        return self.people.setdefault(name, Person(name))

    def touch(self, name: str, version: int = 0) -> Person:
        person = self.person(name)
        person.version = max(version, person.version)
        person.refusals = person.paused_until = 0
        return person

    def take_agent_changed(self, f: m.AgentChanged, now: int) -> None:
        if self.person(f.profile.id).profile != f.profile:
            self.touch(f.profile.id).profile = f.profile

    def take_presence_changed(self, f: m.PresenceChanged, now: int) -> None:
        person = self.touch(f.agent_id, f.load_version)
        if f.missed_in_row is not None:
            person.missed = f.missed_in_row
        elif f.presence is m.Presence.AVAILABLE and person.presence is not f.presence:
            person.missed = 0
        person.presence, person.idle_since = f.presence, f.idle_since
        person.ready = f.presence is m.Presence.AVAILABLE and f.confirmed and not f.away_pending

    def ring_of(self, contact: str) -> Ring | None:
        return next((ring for ring in self.rings.values() if ring.contact == contact), None)

    def take_contact_queued(self, f: m.ContactQueued, now: int) -> None:
        case = self.cases.get(f.contact_id)
        if f.contact_id in self.gone | self.held.keys() or (case and f.epoch < case.epoch):
            return
        new = Case(
            f, f.queue_id, f.band, f.entered, f.rules_version, f.epoch, f.preferred_agent, f.preferred_until, f.assigned
        )
        if case is not None and f.epoch > case.epoch:
            new.declined, new.back_off, new.rules = case.declined, case.back_off, max(case.rules, new.rules)
            if f.preferred_agent is None and case.assigned and case.wish_until > now:
                new.wish, new.wish_until, new.assigned = case.wish, case.wish_until, True
            if (ring := self.ring_of(f.contact_id)) is not None:
                del self.rings[ring.id]
        elif case is not None:
            new = case
        self.cases[f.contact_id] = new
        new.declined |= f.declined_by
        for name, until in f.back_off:
            new.back_off[name] = max(until, new.back_off.get(name, 0))

    def renew(self, case: Case, epoch: int) -> None:
        case.epoch, case.refused, case.refusals, case.paused_until = max(epoch, case.epoch), None, 0, 0

    def take_contact_moved(self, f: m.ContactMoved, now: int) -> None:
        case = self.cases.get(f.contact_id)
        if case is None or f.epoch <= case.epoch:
            return
        ring = self.ring_of(f.contact_id)
        if ring is not None and not ring.open:
            del self.rings[ring.id]
        if f.entered is not None or f.queue_id != case.queue:
            case.entered = f.entered if f.entered is not None else now
        case.queue, case.band, case.rules = f.queue_id, f.band, f.rules_version
        case.wish, case.wish_until, case.assigned = f.preferred_agent, f.preferred_until, False
        self.renew(case, f.epoch)

    def take_assign_requested(self, f: m.AssignRequested, now: int) -> None:
        case = self.cases.get(f.contact_id)
        if case and not (case.assigned and case.wish == f.agent_id and case.wish_until > now):
            case.wish, case.wish_until, case.assigned = f.agent_id, now + ASSIGN_HOLD, True

    def take_contact_offered(self, f: m.ContactOffered, now: int) -> None:
        case = self.cases.get(f.contact_id)
        if f.offer_id in self.over or f.contact_id in self.gone | self.held.keys() or (case and f.epoch < case.epoch):
            return
        if f.offer_id not in self.rings:
            for ring in list(self.rings.values()):
                if ring.contact == f.contact_id or (ring.agent == f.agent_id and not ring.open):
                    del self.rings[ring.id]
            self.rings[f.offer_id] = Ring(f.offer_id, f.contact_id, f.agent_id, f.queue_id, f.deadline)
        ring = self.rings[f.offer_id]
        if not ring.open:
            ring.open, ring.ask_at = True, f.deadline
        if case is not None:
            self.renew(case, f.epoch)
        self.touch(f.agent_id, f.load_version)

    def take_offer_ended(self, f: m.OfferEnded, now: int) -> None:
        if f.offer_id in self.over:
            return
        self.over.add(f.offer_id)
        self.rings.pop(f.offer_id, None)
        person = self.touch(f.agent_id, f.load_version)
        person.missed = f.missed_in_row
        case = self.cases.get(f.contact_id)
        if f.end is m.OfferEnd.ACCEPTED and f.contact_id not in self.gone | self.held.keys():
            channel = case.told.channel if case else ""
            self.held[f.contact_id] = m.ContactActive(f.contact_id, f.agent_id, channel, "live", f.load_version)
        if case is None:
            return
        queue = self.queue_rules(case.queue, case.rules)
        if f.end is m.OfferEnd.EXPIRED and f.missed_in_row >= queue.away_after_missed:
            person.ready = False
        if f.end in (m.OfferEnd.DECLINED, m.OfferEnd.EXPIRED, m.OfferEnd.AGENT_LOST):
            until = f.back_off_until or now + queue.back_off
            case.back_off[f.agent_id] = max(until, case.back_off.get(f.agent_id, 0))
            if case.assigned and case.wish == f.agent_id:
                case.wish, case.assigned = None, False
        if f.end is m.OfferEnd.DECLINED:
            case.declined.add(f.agent_id)
        if f.requeued:
            self.renew(case, f.epoch)
        else:
            del self.cases[f.contact_id]

    def take_contact_active(self, f: m.ContactActive, now: int) -> None:
        known = self.held.get(f.contact_id)
        stale = known and known.agent_id == f.agent_id and f.load_version < known.load_version
        if f.contact_id in self.gone or stale:
            return
        self.cases.pop(f.contact_id, None)
        ring = self.ring_of(f.contact_id)
        if ring is not None:
            del self.rings[ring.id]
        self.held[f.contact_id] = f
        self.touch(f.agent_id, f.load_version)

    def take_contact_ended(self, f: m.ContactEnded, now: int) -> None:
        if f.contact_id in self.gone:
            return
        self.gone.add(f.contact_id)
        self.cases.pop(f.contact_id, None)
        self.held.pop(f.contact_id, None)
        ring = self.ring_of(f.contact_id)
        if ring is not None:
            del self.rings[ring.id]
        if f.agent_id is not None:
            person = self.touch(f.agent_id, f.load_version)
            person.idle_since = f.idle_since or person.idle_since

    def take_decision_refused(self, f: m.DecisionRefused, now: int) -> None:
        ring = self.rings.get(f.offer_id)
        if ring is None or ring.open:
            return
        del self.rings[f.offer_id]
        person, case = self.people[ring.agent], self.cases.get(ring.contact)
        person.refusals += 1
        if person.refusals > 1:
            person.paused_until = now + PAUSE
        if case is not None:
            case.refusals += 1
            case.refused = (ring.agent, now + PAUSE, person.version, case.epoch)
            case.paused_until = now + PAUSE if case.refusals > 1 else 0

    def forget_pauses(self) -> None:
        """What a rebuilt engine cannot know: refusals, and that it already asked to expire an offer."""
        for case in self.cases.values():
            case.refused, case.refusals, case.paused_until = None, 0, 0
        for person in self.people.values():
            person.refusals = person.paused_until = 0

    def tentative(self) -> bool:
        """Whether some decision was never answered."""
        return any(not ring.open for ring in self.rings.values())
