"""How much an agent can hold, and who gets offers at all."""

from __future__ import annotations

import pytest

from routing import model as m
from tests.unit.routing.desk import Desk, S, pairs, queue_rules, rules


def test_one_open_offer_per_agent() -> None:
    desk = Desk()
    desk.agent("ann")
    (decision,) = desk.queue("a")
    assert desk.queue("b") == []
    desk.commit(decision)
    assert desk.queue("c") == []
    desk.tell(desk.ended(decision, m.OfferEnd.ACCEPTED))
    assert desk.engine.waiting_count("help") == 1  # b is offered, c waits


def test_total_capacity_is_never_exceeded() -> None:
    desk = Desk()
    desk.agent("ann", capacity=5)
    for name in ("a", "b"):
        desk.accept(desk.queue(name)[0])
    assert desk.queue("c") == []
    assert pairs(desk.end("a", "ann")) == [("c", "ann")]


def test_channel_maximum_is_never_exceeded() -> None:
    desk = Desk()
    desk.agent("ann", capacity=100, per_channel={"chat": 1, "voice": 1})
    desk.accept(desk.queue("a")[0])
    assert desk.queue("b") == []
    assert pairs(desk.queue("v", channel="voice")) == [("v", "ann")]


@pytest.mark.parametrize("mode", ["held", "wrapping"])
def test_held_and_wrapping_contacts_hold_capacity(mode: str) -> None:
    desk = Desk()
    desk.agent("ann", capacity=3)
    desk.accept(desk.queue("a")[0])
    desk.active("a", "ann", mode)
    assert desk.queue("b") == []


def test_paused_contact_weighs_less() -> None:
    desk = Desk()
    desk.agent("ann", capacity=3)
    desk.accept(desk.queue("a")[0])
    assert desk.queue("b") == []
    assert pairs(desk.active("a", "ann", "paused")) == [("b", "ann")]


def test_lowered_capacity_throws_nobody_out() -> None:
    desk = Desk()
    desk.agent("ann", capacity=6)
    desk.accept(desk.queue("a")[0])
    desk.accept(desk.queue("b")[0])
    desk.tell(m.AgentChanged(m.AgentProfile("ann", {}, 2, {"chat": 1})))
    assert desk.queue("c") == []
    assert desk.end("a", "ann") == []
    assert pairs(desk.end("b", "ann")) == [("c", "ann")]


def test_heavier_channel_waits_for_room() -> None:
    desk = Desk()
    desk.agent("ann", capacity=7)
    desk.accept(desk.queue("a")[0])
    assert desk.queue("call", channel="voice") == []
    assert pairs(desk.queue("b")) == [("b", "ann")]


@pytest.mark.parametrize(
    ("chosen", "confirmed", "pending"),
    [
        (m.Presence.AWAY, True, False),
        (m.Presence.OFFLINE, True, False),
        (m.Presence.AVAILABLE, False, False),
        (m.Presence.AVAILABLE, True, True),
    ],
)
def test_only_available_confirmed_agents_get_offers(chosen: m.Presence, confirmed: bool, pending: bool) -> None:
    desk = Desk()
    desk.agent("ann")
    desk.tell(desk.presence("ann", chosen, confirmed=confirmed, away_pending=pending))
    assert desk.queue("c") == []
    assert pairs(desk.tell(desk.presence("ann"))) == [("c", "ann")]


def test_agent_without_profile_gets_nothing() -> None:
    desk = Desk()
    desk.tell(desk.presence("ghost"))
    assert desk.queue("c") == []


def test_freed_capacity_is_used_at_once() -> None:
    desk = Desk()
    desk.agent("ann", capacity=2)
    desk.accept(desk.queue("a")[0])
    desk.queue("b")
    desk.wait(60 * S)
    assert pairs(desk.end("a", "ann")) == [("b", "ann")]


def test_offer_names_latest_load_version() -> None:
    desk = Desk()
    desk.agent("ann")
    desk.tell(m.PresenceChanged("ann", m.Presence.AVAILABLE, True, desk.now, 41))
    (decision,) = desk.queue("c", epoch=7)
    assert (decision.load_version, decision.epoch) == (41, 7)


def test_new_weights_count_at_once() -> None:
    desk = Desk()
    desk.agent("ann", capacity=2)
    desk.tell(m.RulesPublished(rules(2, queue_rules(), weights={"chat": 3})))
    assert desk.queue("c") == []
    assert pairs(desk.tell(m.RulesPublished(rules(3, queue_rules(), weights={"chat": 2})))) == [("c", "ann")]


def test_accept_without_known_contact_fills_agent() -> None:
    """An offer of a contact whose row the engine was not told: nothing more until its channel is known."""
    desk = Desk()
    desk.agent("ann")
    desk.tell(m.ContactOffered("x1", "x", "ann", "help", desk.now + S, 1, desk.version("ann")))
    desk.tell(m.OfferEnded("x1", "x", "ann", m.OfferEnd.ACCEPTED, False, 2, desk.version("ann")))
    assert desk.queue("c") == []
    assert pairs(desk.active("x", "ann")) == [("c", "ann")]
