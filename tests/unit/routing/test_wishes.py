"""Preferred agents, and contacts that a supervisor gave to somebody."""

from __future__ import annotations

from routing import model as m
from tests.unit.routing.desk import EN, Desk, S, pairs, queue_rules


def busy(desk: Desk, name: str, contact: str = "x") -> None:
    """Fill him up, so that a wish has to wait."""
    desk.agent(name, capacity=2, idle=100 * S)
    desk.active(contact, name)


def test_preferred_agent_gets_contact_before_longer_idle() -> None:
    desk = Desk()
    desk.agent("ann", idle=90 * S)
    desk.agent("bob")
    (decision,) = desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)
    assert decision.agent_id == "bob"
    assert (decision.why.rule, decision.why.eligible_agents) == ("preferred_agent", 1)


def test_contact_is_held_for_busy_preferred_agent() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.agent("ann")
    assert desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S) == []
    assert pairs(desk.end("x", "bob")) == [("c", "bob")]


def test_hold_ends_then_anyone_may_have_it() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.agent("ann")
    desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)
    assert desk.wait(15 * S - 1) == []
    (decision,) = desk.wait(1)
    assert (decision.agent_id, decision.why.rule) == ("ann", "longest_idle")


def test_nobody_waits_for_offline_or_unknown_agent() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.agent("bob")
    desk.tell(desk.presence("bob", m.Presence.OFFLINE))
    (first,) = desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)
    assert first.agent_id == "ann"
    desk.accept(first)
    assert pairs(desk.queue("d", preferred_agent="nobody", preferred_until=desk.now + 15 * S)) == [("d", "ann")]


def test_hold_ends_at_once_when_he_signs_off() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.agent("ann")
    desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)
    assert pairs(desk.tell(desk.presence("bob", m.Presence.OFFLINE))) == [("c", "ann")]


def test_hold_stays_while_he_is_away() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.agent("bob")
    desk.tell(desk.presence("bob", m.Presence.AWAY))
    assert desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S) == []
    assert pairs(desk.tell(desk.presence("bob"))) == [("c", "bob")]


def test_preferred_agent_needs_the_skills() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,))))
    desk.agent("ann", skills={"en": 1})
    desk.agent("bob", idle=S)
    assert pairs(desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)) == [("c", "ann")]


def test_preferred_agent_who_declines_is_not_waited_for() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.agent("bob")
    (decision,) = desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 90 * S)
    desk.commit(decision)
    assert pairs(desk.decline(decision)) == [("c", "ann")]


def test_held_contact_keeps_rank_for_its_agent() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.queue("earlier")
    desk.wait(S)
    desk.queue("c", preferred_agent="bob", preferred_until=desk.now + 15 * S)
    assert pairs(desk.end("x", "bob")) == [("earlier", "bob")]


def test_assigned_contact_is_offered_skills_aside() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,))))
    desk.agent("bob")
    assert desk.queue("c") == []
    (decision,) = desk.tell(m.AssignRequested("c", "bob"))
    assert (decision.agent_id, decision.why.rule) == ("bob", "assigned")


def test_assigned_contact_waits_sixty_seconds() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.queue("c")
    assert desk.tell(m.AssignRequested("c", "bob")) == []
    assert desk.agent("ann") == []
    assert desk.wait(60 * S - 1) == []
    assert pairs(desk.wait(1)) == [("c", "ann")]


def test_assigned_contact_goes_before_all_others() -> None:
    desk = Desk()
    busy(desk, "bob")
    desk.queue("earlier", band=0)
    desk.queue("c")
    desk.tell(m.AssignRequested("c", "bob"))
    assert pairs(desk.end("x", "bob")) == [("c", "bob")]


def test_assignment_respects_presence_and_room() -> None:
    desk = Desk()
    desk.agent("bob", per_channel={"chat": 1})
    desk.tell(desk.presence("bob", m.Presence.AWAY))
    desk.queue("c")
    assert desk.tell(m.AssignRequested("c", "bob")) == []
    desk.queue("call", channel="voice")
    assert desk.tell(m.AssignRequested("call", "bob"), desk.presence("bob")) != []
    assert desk.engine.position_of("call") == 1


def test_assignment_overrides_an_earlier_decline() -> None:
    desk = Desk()
    desk.agent("ann", idle=S)
    busy(desk, "bob")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.decline(decision)
    (again,) = desk.tell(m.AssignRequested("c", "ann"))
    desk.commit(again)
    assert desk.decline(again) == []


def test_wish_survives_failed_offer_to_another() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    busy(desk, "bob")
    desk.tell(m.AssignRequested("c", "bob"))
    assert desk.decline(decision) == []
    assert pairs(desk.end("x", "bob")) == [("c", "bob")]
