"""The engine against the reference that scans everything, over random histories (I2–I8, I12, I14)."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from routing import model as m
from routing.engine import Engine
from tests.unit.routing.indexes import assert_indexes_true
from tests.unit.routing.reference import Reference
from tests.unit.routing.rows import ContactRow, Mode, Rows

S = 1_000_000
AGENTS = ("ann", "bob", "cy", "dee")
CHANNELS = ("chat", "voice", "mail")

seconds = st.sampled_from((2 * S, 3 * S, 5 * S, 8 * S))
needs = st.lists(st.builds(m.SkillLevel, st.sampled_from(("en", "fr")), st.integers(1, 3)), max_size=2).map(tuple)
plans = st.lists(st.builds(m.Step, needs, st.none() | seconds), min_size=1, max_size=3).map(tuple)
queues = {
    name: st.builds(m.QueueRules, st.just(name), plans, seconds, st.integers(1, 3), seconds, seconds)
    for name in ("sales", "help")
}
weights = st.fixed_dictionaries(
    {"chat": st.sampled_from((1, 2)), "voice": st.sampled_from((2, 3, 6)), "mail": st.just(1)}
)
profiles = st.fixed_dictionaries(
    {
        "skills": st.dictionaries(st.sampled_from(("en", "fr")), st.integers(1, 3)),
        "capacity": st.integers(1, 6),
        "per_channel": st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 3), min_size=1),
    }
)
ABLE = m.AgentProfile("", {"en": 3, "fr": 3}, 6, {"chat": 3, "voice": 1, "mail": 2})
SIMPLE = m.QueueRules("help", (m.Step((m.SkillLevel("en", 2),), 3 * S), m.Step()), 8 * S, 2, 5 * S, 5 * S)


def ids() -> Callable[[], str]:
    numbers = itertools.count()
    return lambda: f"o{next(numbers):04}"


class EngineFollowsReference(RuleBasedStateMachine):
    """Rows change and log facts; the facts reach engine and reference later, in order, some of them twice."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000 * S
        self.rows = Rows()
        self.told = 0
        self.started = 0
        """Where in the log the present engine began to read: it never hears what is older."""
        self.names = itertools.count()
        self.decided: list[m.Decision] = []
        self.engine_ids = ids()
        self.engine = Engine(self.engine_ids)
        self.reference = Reference(ids())

    # ---- driving both ----

    def drained(self, decisions: list[m.Decision]) -> list[m.Decision]:
        for _ in range(1_000):
            if self.engine.next_due is None or self.engine.next_due > self.now:
                return decisions
            decisions += self.engine.due(self.now)
        raise AssertionError("the engine never comes to rest")

    def tell(self, fact: m.Fact) -> None:
        ours = self.drained(self.engine.apply(fact, self.now))
        theirs = self.reference.apply(fact, self.now)
        assert ours == theirs
        self.decided += ours

    def tell_again(self, fact: m.Fact) -> None:
        assert self.drained(self.engine.apply(fact, self.now)) == []

    def deliver(self, count: int) -> None:
        for fact in self.rows.log[self.told : self.told + count]:
            self.told += 1
            self.tell(fact)

    def answer(self, decision: m.Decision) -> None:
        self.decided.remove(decision)
        if decision.contact_id not in self.rows.contacts:
            refused = m.DecisionRefused(decision.offer_id, decision.contact_id, decision.agent_id, "gone")
        elif (answer := self.rows.commit(decision, self.now)) is not None:
            refused = answer
        else:
            return
        self.tell(refused)
        self.tell_again(refused)

    def contacts(self, *phases: str) -> list[ContactRow]:
        return [row for row in self.rows.contacts.values() if row.phase in phases]

    # ---- the world ----

    @initialize(help_plan=plans, sales=queues["sales"], weight=weights, able=st.integers(1, 3))
    def open_the_doors(
        self, help_plan: tuple[m.Step, ...], sales: m.QueueRules, weight: dict[str, int], able: int
    ) -> None:
        self.rows.publish(m.Rules(1, {"help": SIMPLE, "sales": sales}, weight), follow=True)
        for name in AGENTS[:able]:
            self.rows.change_agent(m.AgentProfile(name, ABLE.skills, ABLE.capacity, ABLE.per_channel))
            self.rows.set_presence(name, m.Presence.AVAILABLE, self.now, confirmed=True)
        self.deliver(99)

    @rule(
        sales=queues["sales"],
        help_queue=queues["help"],
        weight=weights,
        paused=st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 1)),
        follow=st.booleans(),
    )
    def publish(
        self,
        sales: m.QueueRules,
        help_queue: m.QueueRules,
        weight: dict[str, int],
        paused: dict[str, int],
        follow: bool,
    ) -> None:
        # Published only when the ledger's rows and the engine agree: the matcher may lag behind a change of weights.
        self.settle()
        version = max(self.rows.rules) + 1
        self.rows.publish(m.Rules(version, {"sales": sales, "help": help_queue}, weight, paused), follow=follow)
        self.deliver(99)

    @rule(name=st.sampled_from(AGENTS), profile=profiles)
    def change_agent(self, name: str, profile: dict[str, object]) -> None:
        self.settle()
        self.rows.change_agent(m.AgentProfile(name, **profile))  # type: ignore[arg-type]
        self.deliver(99)

    @rule(
        name=st.sampled_from(AGENTS),
        presence=st.sampled_from((*m.Presence, m.Presence.AVAILABLE)),
        confirmed=st.sampled_from((True, True, True, False)),
        pending=st.sampled_from((False, False, False, True)),
    )
    def set_presence(self, name: str, presence: m.Presence, confirmed: bool, pending: bool) -> None:
        if name in self.rows.agents:
            self.rows.set_presence(name, presence, self.now, confirmed=confirmed, pending=pending)

    @rule(
        queue=st.sampled_from(("sales", "help", "help")),
        channel=st.sampled_from(CHANNELS),
        band=st.integers(0, 2),
        boost=st.sampled_from((0, 0, S, 60 * S)),
        requires=st.just(()) | needs,
        wish=st.none() | st.sampled_from(AGENTS),
        version=st.integers(0, 3),
    )
    def queue(
        self,
        queue: str,
        channel: str,
        band: int,
        boost: int,
        requires: tuple[m.SkillLevel, ...],
        wish: str | None,
        version: int,
    ) -> None:
        n = next(self.names)
        row = ContactRow(
            f"c{n}", queue, channel, band, self.now - boost, n, self.now, max(1, max(self.rows.rules) - version),
            requires, wish, self.now + 5 * S,
        )  # fmt: skip
        self.rows.queue(row)

    @rule(count=st.integers(1, 5), again=st.booleans())
    def hear(self, count: int, again: bool) -> None:
        self.deliver(count)
        if again and self.told:
            self.tell_again(self.rows.log[self.told - 1])

    @precondition(lambda self: self.decided)
    @rule(data=st.data(), lost=st.sampled_from((False, False, False, True)))
    def answer_one(self, data: st.DataObject, lost: bool) -> None:
        decision = data.draw(st.sampled_from(self.decided))
        if lost:
            self.decided.remove(decision)
        else:
            self.answer(decision)

    @rule()
    def settle(self) -> None:
        """The dispatcher keeps up: all facts heard, all decisions answered."""
        for _ in range(200):
            self.deliver(len(self.rows.log))
            if not self.decided:
                return
            self.answer(self.decided[0])
        raise AssertionError("engine and ledger never come to an agreement")

    @precondition(lambda self: self.contacts("offered"))
    @rule(data=st.data(), end=st.sampled_from(m.OfferEnd), back_off=st.sampled_from((0, 2 * S)))
    def end_offer(self, data: st.DataObject, end: m.OfferEnd, back_off: int) -> None:
        row = data.draw(st.sampled_from(self.contacts("offered")))
        if end is not m.OfferEnd.EXPIRED:  # that is the engine's to say
            until = self.now + back_off if end in (m.OfferEnd.DECLINED, m.OfferEnd.AGENT_LOST) else 0
            self.rows.end_offer(row.id, end, self.now, back_off_until=until)

    @precondition(lambda self: self.contacts("active"))
    @rule(data=st.data(), mode=st.sampled_from(("live", "held", "paused", "wrapping")))
    def change_mode(self, data: st.DataObject, mode: Mode) -> None:
        # Heavier again may exceed the capacity: that throws nobody out, and I4 is asserted at the next offer.
        self.rows.set_mode(data.draw(st.sampled_from(self.contacts("active"))).id, mode)

    @precondition(lambda self: self.rows.contacts)
    @rule(data=st.data())
    def end_contact(self, data: st.DataObject) -> None:
        self.rows.end(data.draw(st.sampled_from(sorted(self.rows.contacts))), self.now)

    @precondition(lambda self: self.contacts("queued"))
    @rule(data=st.data(), queue=st.sampled_from(("sales", "help")), band=st.integers(0, 2))
    def move(self, data: st.DataObject, queue: str, band: int) -> None:
        self.rows.move(data.draw(st.sampled_from(self.contacts("queued"))).id, queue, band, self.now)

    @precondition(lambda self: self.contacts("queued"))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS))
    def assign(self, data: st.DataObject, agent: str) -> None:
        self.settle()
        waiting = self.contacts("queued")
        if waiting:
            self.rows.assign(data.draw(st.sampled_from(waiting)).id, agent, self.now + 60 * S)
            self.deliver(99)

    @precondition(lambda self: self.contacts("queued"))
    @rule(data=st.data(), agent=st.sampled_from(AGENTS))
    def pull(self, data: st.DataObject, agent: str) -> None:
        if agent in self.rows.agents:
            self.rows.pull(data.draw(st.sampled_from(self.contacts("queued"))).id, agent)

    @rule(span=st.sampled_from((100_000, S, 2 * S, 5 * S, 10 * S)))
    def let_time_pass(self, span: int) -> None:
        until = self.now + span
        while self.now < until:
            due = self.engine.next_due
            self.now = until if due is None else min(max(due, self.now), until)
            ours = self.drained(self.engine.due(self.now))
            assert ours == self.reference.due(self.now)
            self.decided += ours

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def hear_old_news(self, data: st.DataObject) -> None:
        news = (
            m.ContactQueued, m.ContactOffered, m.OfferEnded, m.ContactMoved, m.ContactActive, m.ContactEnded,
            m.RulesPublished,
        )  # fmt: skip
        old = [fact for fact in self.rows.log[self.started : self.told] if isinstance(fact, news)]
        if old:
            self.tell_again(data.draw(st.sampled_from(old)))

    @rule()
    def restart(self) -> None:
        """A rebuilt engine decides nothing new and goes on as the old one would (I12)."""
        self.let_time_pass(400_000)  # pauses after refusals are over: they are not in the rows
        self.settle()
        self.let_time_pass(400_000)
        self.settle()
        if self.reference.tentative():
            return
        self.reference.forget_pauses()
        self.engine, self.started = Engine(self.engine_ids), self.told
        ours = self.drained(self.engine.absorb(self.rows.rebuild_facts(self.now), self.now))
        assert ours == self.reference.due(self.now)

    # ---- what always holds ----

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        assert self.engine.stranded(self.now) == []
        if self.reference.rules:
            assert self.reference.first_pair(self.now) is None

    @invariant()
    def places_are_kept(self) -> None:
        waiting = self.reference.waiting()
        for queue in ("sales", "help"):
            ranked = sorted((case for case in waiting if case.queue == queue), key=lambda case: case.rank)
            assert self.engine.waiting_count(queue) == len(ranked)
            for place, case in enumerate(ranked, 1):
                assert self.engine.position_of(case.told.contact_id) == place

    @invariant()
    def indexes_are_true(self) -> None:
        assert_indexes_true(self.engine, self.now)


TestEngineFollowsReference = EngineFollowsReference.TestCase
TestEngineFollowsReference.settings = settings(
    max_examples=int(os.environ.get("ROUTING_EXAMPLES", "300")),
    report_multiple_bugs=False,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
