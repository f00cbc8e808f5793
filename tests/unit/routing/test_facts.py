"""Facts told twice, late, or of unknown things; versions of rules; start from the rows; work per step."""

from __future__ import annotations

import pytest

from routing import model as m
from routing.engine import Engine
from routing.matcher import STEP_CAP
from tests.unit.routing.desk import EN, Desk, S, pairs, queue_rules, rules


def test_waiting_contacts_follow_new_rules() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,))))
    desk.agent("ann")
    desk.queue("c")
    (decision,) = desk.tell(m.RulesPublished(rules(2, queue_rules("help")), "follow"))
    assert decision.why.rules_version == 2


def test_waiting_contacts_stay_on_their_rules() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,))))
    desk.agent("ann")
    desk.queue("old")
    assert desk.tell(m.RulesPublished(rules(2, queue_rules("help")), "stay")) == []
    assert pairs(desk.queue("new", rules_version=2)) == [("new", "ann")]


def test_contact_without_known_rules_waits_for_them() -> None:
    desk = Desk()
    desk.agent("ann")
    assert desk.queue("c", "sales", rules_version=2) == []
    assert pairs(desk.tell(m.RulesPublished(rules(2, queue_rules("help"), queue_rules("sales"))))) == [("c", "ann")]


def test_queue_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="without steps"):
        Desk().tell(m.RulesPublished(m.Rules(2, {"q": m.QueueRules("q", (), S, 1, S, S)}, {})))


def test_other_content_of_known_version_is_refused() -> None:
    with pytest.raises(ValueError, match="another content"):
        Desk().tell(m.RulesPublished(rules(1, queue_rules("other"))))


def test_something_else_is_no_fact() -> None:
    with pytest.raises(TypeError, match="is not a fact"):
        Desk().engine.apply("hello", 0)  # type: ignore[arg-type]


def test_facts_told_twice_change_nothing() -> None:
    desk = Desk()
    desk.agent("ann")
    queued = desk.queued("c")
    (decision,) = desk.tell(queued)
    assert desk.tell(queued) == []
    offered = desk.offered(decision)
    ended = desk.ended(decision, m.OfferEnd.DECLINED)
    gone = m.ContactEnded("c")
    told: list[m.Fact] = [offered, offered, queued, ended, ended, offered, queued]
    for fact in told:
        assert desk.tell(fact) == []
    assert desk.engine.waiting_count("help") == 1
    told = [gone, gone, queued, offered, ended]
    for fact in told:
        assert desk.tell(fact) == []
    assert desk.engine.waiting_count("help") == 0


def test_facts_about_unknown_ids_are_harmless() -> None:
    desk = Desk()
    desk.agent("ann")
    assert desk.tell(
        m.ContactEnded("x", "nobody", 3, 5),
        m.OfferEnded("o", "y", "nobody", m.OfferEnd.EXPIRED, True, 2, 4, 1),
        m.ContactMoved("z", "help", 1, 5, 1),
        m.AssignRequested("z", "nobody"),
        m.DecisionRefused("o9", "z", "ann", "?"),
        m.ContactActive("w", "nobody", "chat", "live", 9),
    ) == []  # fmt: skip


def test_contact_learned_after_its_offer_returns() -> None:
    """A rebuilt engine may hear of the open offer before it hears of the contact."""
    desk = Desk()
    desk.agent("ann", capacity=2)
    desk.tell(m.ContactOffered("x", "c", "ann", "help", desk.now + 20 * S, 3, desk.version("ann")))
    assert desk.queue("c", epoch=3) == []
    assert desk.engine.waiting_count("help") == 0
    ended = m.OfferEnded("x", "c", "ann", m.OfferEnd.WITHDRAWN, True, 4, desk.version("ann"))
    assert pairs(desk.tell(ended)) == [("c", "ann")]


def test_pulled_contact_leaves_the_queue() -> None:
    desk = Desk()
    desk.queue("c")
    desk.agent("ann", per_channel={"voice": 1})
    assert desk.active("c", "ann") == []
    assert desk.engine.waiting_count("help") == 0
    assert desk.queue("call", channel="voice") == []


def test_active_contact_can_come_back_to_queue() -> None:
    desk = Desk()
    desk.agent("ann", capacity=2)
    (decision,) = desk.queue("c")
    desk.accept(decision)
    desk.tell(desk.presence("ann", confirmed=False))
    desk.agent("bob")
    assert pairs(desk.queue("c")) == [("c", "bob")]


def test_rebuilt_engine_matches_after_the_last_fact() -> None:
    desk = Desk()
    facts: list[m.Fact] = [m.RulesPublished(rules(1, queue_rules()))]
    facts += [desk.queued(f"c{number}", band=9 - number) for number in range(3)]
    facts += [m.AgentChanged(m.AgentProfile("ann", {}, 6, {"chat": 3})), desk.presence("ann")]
    engine = Engine(iter("abc").__next__)
    assert pairs(engine.absorb(facts, desk.now)) == [("c2", "ann")]


def test_work_of_a_step_is_capped() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,), 10 * S), m.Step()))
    count = 10 * STEP_CAP
    desk.tell(*(desk.queued(f"c{number}") for number in range(count)))
    for number in range(count):
        desk.agent(f"a{number:03}")
    desk.now += 10 * S
    steps, decided = 0, 0
    while desk.engine.next_due is not None and desk.engine.next_due <= desk.now:
        decisions = desk.engine.due(desk.now)
        assert len(decisions) <= STEP_CAP
        decided += len(decisions)
        steps += 1
    assert decided == count
    assert steps >= 10
    assert desk.engine.stranded(desk.now) == []


def test_many_signatures_are_pruned_when_unused() -> None:
    desk = Desk()
    desk.agent("ann", skills={"s1": 1}, idle=S)
    for number in range(4_200):
        skill = m.SkillLevel(f"t{number}")
        desk.engine.absorb([desk.queued(f"c{number}", requires=(skill,)), m.ContactEnded(f"c{number}")], desk.now)
        desk.engine.due(desk.now)
    assert desk.engine.signature_count < 4_200
    assert pairs(desk.queue("c", requires=(m.SkillLevel("s1"),))) == [("c", "ann")]


def test_position_counts_only_its_queue() -> None:
    desk = Desk(queue_rules("help"), queue_rules("sales"))
    for name, queue in (("a", "help"), ("b", "sales"), ("c", "help")):
        desk.queue(name, queue)
    assert [desk.engine.position_of(name) for name in "abc"] == [1, 1, 2]
    assert desk.engine.position_of("unknown") is None
    assert desk.engine.waiting_count("help") == 2
