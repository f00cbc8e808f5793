"""Who is next: bands, virtual starts, arrivals; longest idle; plans and their steps."""

from __future__ import annotations

from routing import model as m
from tests.unit.routing.desk import EN, FR, Desk, S, pairs, queue_rules


def served(desk: Desk, count: int) -> list[str]:
    """The contacts that a newly arrived agent gets, one after another; each is gone as soon as it is offered."""
    decisions, names = desk.agent("ann"), []
    for _ in range(count):
        (decision,) = decisions
        names.append(decision.contact_id)
        desk.commit(decision)
        decisions = desk.tell(desk.ended(decision, m.OfferEnd.WITHDRAWN, requeued=False))
        desk.end(decision.contact_id)
    return names


def test_lower_band_goes_first() -> None:
    desk = Desk()
    desk.queue("late band", band=9)
    desk.queue("normal", band=5)
    desk.queue("urgent", band=0)
    assert desk.engine.position_of("urgent") == 1
    assert pairs(desk.agent("ann")) == [("urgent", "ann")]


def test_earlier_virtual_start_goes_first_in_band() -> None:
    desk = Desk()
    desk.queue("plain")
    desk.queue("boosted", virtual_start=desk.now - 60 * S)
    assert pairs(desk.agent("ann")) == [("boosted", "ann")]


def test_arrival_breaks_equal_starts() -> None:
    desk = Desk()
    start = desk.now
    desk.queue("second", arrival=11, virtual_start=start)
    desk.queue("first", arrival=10, virtual_start=start)
    assert pairs(desk.agent("ann")) == [("first", "ann")]


def test_best_contact_over_all_signatures_wins() -> None:
    desk = Desk(queue_rules("en", m.Step((EN,))), queue_rules("fr", m.Step((FR,))), queue_rules("any"))
    desk.queue("a", "en")
    desk.wait(1)
    desk.queue("b", "fr", band=4)
    desk.queue("c", "any")
    assert pairs(desk.agent("ann", skills={"en": 1, "fr": 1})) == [("b", "ann")]


def test_longest_idle_agent_is_chosen() -> None:
    desk = Desk()
    desk.agent("ann", idle=5 * S)
    desk.agent("bob", idle=9 * S)
    (decision,) = desk.queue("c")
    assert decision.agent_id == "bob"
    assert decision.why.rule == "longest_idle"
    assert decision.why.eligible_agents == 2


def test_equally_idle_agents_by_id() -> None:
    desk = Desk()
    desk.agent("bob", idle=5 * S)
    desk.agent("ann", idle=5 * S)
    assert pairs(desk.queue("c")) == [("c", "ann")]


def test_skill_level_too_low_is_not_served() -> None:
    desk = Desk(queue_rules("help", m.Step((m.SkillLevel("en", 3),))))
    desk.agent("ann", skills={"en": 2})
    assert desk.queue("c") == []
    assert pairs(desk.agent("bob", skills={"en": 3})) == [("c", "bob")]


def test_contacts_own_requirement_counts_too() -> None:
    desk = Desk()
    desk.agent("ann", skills={"en": 5})
    assert desk.queue("c", requires=(FR,)) == []


def test_channel_missing_in_profile_is_not_served() -> None:
    desk = Desk()
    desk.agent("ann", per_channel={"chat": 1})
    assert desk.queue("c", channel="voice") == []


def test_step_end_relaxes_requirements() -> None:
    desk = Desk(queue_rules("help", m.Step((FR,), 10 * S), m.Step((EN,), 10 * S), m.Step()))
    desk.agent("ann", skills={"en": 1})
    assert desk.queue("c") == []
    assert desk.engine.next_due == desk.now + 10 * S
    assert desk.wait(10 * S - 1) == []
    (decision,) = desk.wait(1)
    assert (decision.why.step, decision.why.steps, decision.why.requires) == (2, 3, (EN,))


def test_steps_count_from_entry_not_from_now() -> None:
    desk = Desk(queue_rules("help", m.Step((FR,), 10 * S), m.Step()))
    desk.agent("ann")
    assert pairs(desk.queue("c", entered=desk.now - 10 * S)) == [("c", "ann")]


def test_step_end_leaves_open_offer_alone() -> None:
    desk = Desk(queue_rules("help", m.Step((FR,), 10 * S), m.Step((EN,))))
    desk.agent("ann", skills={"fr": 1})
    desk.commit(desk.queue("c")[0])
    desk.agent("bob", skills={"en": 1})
    assert desk.wait(11 * S) == []


def test_returning_contact_keeps_its_place() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("first")
    desk.commit(decision)
    desk.wait(S)
    desk.queue("second")
    desk.decline(decision)
    assert desk.engine.position_of("first") == 1
    assert pairs(desk.agent("bob")) == [("first", "bob")]


def test_moved_contact_keeps_virtual_start() -> None:
    desk = Desk(queue_rules("help"), queue_rules("sales"))
    desk.queue("moved")
    desk.wait(S)
    desk.queue("second", "sales")
    desk.tell(m.ContactMoved("moved", "sales", 5, desk.epoch("moved"), 1))
    assert desk.engine.waiting_count("help") == 0
    assert desk.engine.position_of("moved") == 1


def test_all_waiting_are_served_in_order() -> None:
    desk = Desk()
    for number in range(20):
        desk.queue(f"c{number:02}", band=number % 3)
    expected = sorted((f"c{number:02}" for number in range(20)), key=lambda name: (int(name[1:]) % 3, name))
    assert served(desk, 20) == expected
