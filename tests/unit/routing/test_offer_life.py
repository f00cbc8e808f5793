"""Tentative, open, ended: declines, misses, back-off, refusals, deadlines."""

from __future__ import annotations

import itertools

import pytest

from routing import model as m
from routing.offers import ImpossibleTransition, OfferEvent, OfferState, after, is_final
from tests.unit.routing.desk import EN, Desk, S, pairs, queue_rules


def test_every_missing_transition_raises() -> None:
    allowed = 0
    for state, event in itertools.product(OfferState, OfferEvent):
        try:
            after(state, event)
            allowed += 1
        except ImpossibleTransition:
            assert is_final(state) or (state is OfferState.OPEN) == (event in (OfferEvent.COMMIT, OfferEvent.REFUSE))
    assert allowed == 7


def test_final_states_are_the_ends() -> None:
    ends = {state.value for state in OfferState if is_final(state)}
    assert ends == {end.value for end in m.OfferEnd} | {"refused"}


def test_deadline_expires_once_then_again() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert desk.wait(20 * S - 1) == []
    (expiry,) = desk.wait(1)
    assert expiry == m.ExpireOffer(decision.offer_id, "c", "ann", False, desk.now + 30 * S)
    assert desk.wait(S - 1) == []
    assert [type(again) for again in desk.wait(1)] == [m.ExpireOffer]
    desk.miss(expiry)
    assert desk.wait(2 * S) == []


def test_last_allowed_miss_sets_away() -> None:
    desk = Desk(queue_rules(away_after=2))
    desk.agent("ann")
    (first,) = desk.queue("a")
    desk.commit(first)
    (expiry,) = desk.wait(20 * S)
    assert not expiry.away
    (second,) = desk.tell(desk.ended(first, m.OfferEnd.EXPIRED, missed=1, back_off=30 * S), desk.queued("b"))
    desk.commit(second)
    (expiry,) = desk.wait(20 * S)
    assert expiry.away


def test_agent_set_away_gets_no_offer_between() -> None:
    """The end of the offer is told before the presence that the same commit changed."""
    desk = Desk(queue_rules(away_after=1))
    desk.agent("ann")
    (first,) = desk.queue("a")
    desk.commit(first)
    desk.queue("b")
    assert desk.miss(first) == []
    desk.tell(desk.presence("ann", m.Presence.AWAY))
    assert pairs(desk.tell(desk.presence("ann"))) == [("b", "ann")]


def test_coming_back_starts_count_anew() -> None:
    desk = Desk(queue_rules(away_after=2))
    desk.agent("ann")
    (first,) = desk.queue("a")
    desk.commit(first)
    desk.miss(first, missed=1)
    desk.tell(desk.presence("ann", m.Presence.AWAY))
    (second,) = desk.tell(desk.presence("ann"), desk.queued("b"))
    desk.commit(second)
    (expiry,) = desk.wait(20 * S)
    assert not expiry.away


def test_missed_pair_keeps_apart_for_back_off() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert desk.miss(decision, back_off=30 * S) == []
    assert desk.wait(30 * S - 1) == []
    assert pairs(desk.wait(1)) == [("c", "ann")]


def test_missed_contact_goes_to_another_at_once() -> None:
    desk = Desk()
    desk.agent("ann", idle=S)
    desk.agent("bob")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert pairs(desk.miss(decision)) == [("c", "bob")]


def test_other_contacts_are_offered_during_back_off() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.miss(decision)
    assert pairs(desk.queue("d")) == [("d", "ann")]


def test_declined_contact_waits_for_busy_other_agent() -> None:
    desk = Desk()
    desk.agent("ann", idle=S)
    desk.agent("bob", capacity=2)
    desk.active("x", "bob")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert desk.decline(decision) == []
    assert desk.wait(300 * S) == []
    assert pairs(desk.end("x", "bob")) == [("c", "bob")]


def test_declined_contact_comes_back_when_nobody_else_remains() -> None:
    desk = Desk()
    desk.agent("ann", idle=S)
    desk.agent("bob", capacity=2)
    desk.active("x", "bob")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.decline(decision)
    desk.wait(31 * S)
    assert pairs(desk.tell(desk.presence("bob", m.Presence.AWAY))) == [("c", "ann")]


def test_lone_decliner_is_asked_again_after_back_off() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert desk.decline(decision) == []
    assert desk.wait(30 * S - 1) == []
    assert pairs(desk.wait(1)) == [("c", "ann")]


def test_agent_of_later_step_counts_as_other() -> None:
    desk = Desk(queue_rules("help", m.Step((EN,), 60 * S), m.Step()))
    desk.agent("ann", skills={"en": 1}, idle=S)
    desk.agent("bob")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert desk.decline(decision) == []
    assert desk.wait(40 * S) == []
    assert pairs(desk.wait(20 * S)) == [("c", "bob")]


def test_lost_agent_flapping_is_not_offered_in_a_loop() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.tell(desk.ended(decision, m.OfferEnd.AGENT_LOST), desk.presence("ann", confirmed=False))
    assert desk.tell(desk.presence("ann")) == []
    assert pairs(desk.wait(30 * S)) == [("c", "ann")]


def test_withdrawn_offer_returns_contact_at_once() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    assert pairs(desk.tell(desk.ended(decision, m.OfferEnd.WITHDRAWN))) == [("c", "ann")]


def test_abandoned_contact_frees_offered_agent() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.queue("d")
    assert pairs(desk.tell(m.ContactEnded("c", "ann", desk.version("ann")))) == [("d", "ann")]
    assert desk.tell(desk.ended(decision, m.OfferEnd.WITHDRAWN, requeued=False)) == []


def test_refused_pair_waits_a_moment() -> None:
    desk = Desk()
    desk.agent("ann")
    assert desk.refuse(desk.queue("c")[0]) == []
    assert desk.wait(249_999) == []
    assert pairs(desk.wait(1)) == [("c", "ann")]


def test_refused_contact_and_agent_are_free_for_others() -> None:
    desk = Desk()
    desk.agent("ann", idle=9 * S)
    (decision,) = desk.queue("c")
    desk.agent("bob")
    desk.active("x", "bob", "live", "chat")
    desk.tell(m.ContactQueued("d", "help", "chat", 9, desk.now, 99, desk.now, 1, 1, (EN,)))
    assert pairs(desk.refuse(decision)) == [("c", "bob")]
    assert pairs(desk.queue("e")) == [("e", "ann")]


def test_fact_about_agent_lifts_refusal() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.refuse(desk.queue("c")[0])
    (decision,) = desk.tell(desk.presence("ann"))
    assert decision.load_version == desk.versions["ann"]


def test_refusals_in_a_row_are_no_tight_loop() -> None:
    desk = Desk()
    desk.agent("ann")
    decisions = desk.tell(*(desk.queued(f"c{number}") for number in range(50)))
    asked = 0
    while decisions:
        asked += 1
        decisions = desk.refuse(decisions[0])
    assert asked == 2


def test_late_expiry_refused_changes_nothing() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    (expiry,) = desk.wait(20 * S)
    assert desk.refuse(expiry) == []
    assert desk.queue("d") == []
    desk.tell(desk.ended(decision, m.OfferEnd.ACCEPTED))
    assert desk.engine.waiting_count("help") == 0


def test_lost_decision_is_given_back_at_deadline() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    (expiry,) = desk.wait(20 * S)
    assert expiry.offer_id == decision.offer_id
    assert desk.refuse(expiry) == []
    assert pairs(desk.wait(250_000)) == [("c", "ann")]


def test_foreign_offer_overtakes_own_decision() -> None:
    desk = Desk()
    desk.agent("ann", idle=S)
    (decision,) = desk.queue("c")
    desk.queue("d")
    foreign = m.ContactOffered("by hand", "c", "bob", "help", desk.now + 20 * S, desk.epoch("c"), desk.version("bob"))
    assert pairs(desk.tell(foreign)) == [("d", "ann")]
    assert desk.refuse(decision) == []


@pytest.mark.parametrize("end", list(m.OfferEnd))
def test_second_end_of_an_offer_changes_nothing(end: m.OfferEnd) -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("c")
    desk.commit(decision)
    desk.tell(desk.ended(decision, m.OfferEnd.ACCEPTED))
    late = m.OfferEnded(decision.offer_id, "c", "ann", end, True, 99, 99)
    assert desk.tell(late) == []
    assert desk.engine.waiting_count("help") == 0
