"""Looks inside the engine: every index must say what a scan of the records says."""

from __future__ import annotations

from routing.eligibility import is_ready, room
from routing.engine import Engine
from routing.floor import Floor


def assert_indexes_true(engine: Engine, now: int) -> None:
    floor = engine._floor
    assert_agents_true(floor, now)
    assert_contacts_true(floor)
    assert_signatures_true(floor)


def assert_agents_true(floor: Floor, now: int) -> None:
    for agent in floor.agents.values():
        assert agent.ready == is_ready(agent)
        assert agent.open == room(floor, agent, now)
        assert agent.indexed_since == agent.idle_since
        assert all(floor.holder[name] == agent.id for name in agent.held)
    assert sum(len(agent.held) for agent in floor.agents.values()) == len(floor.holder)
    assert sum(len(agent.offers) for agent in floor.agents.values()) == len(floor.offers) == len(floor.offer_of)


def assert_contacts_true(floor: Floor) -> None:
    """I2: each contact is in exactly one place."""
    assert not floor.contacts.keys() & floor.holder.keys()
    for contact in floor.contacts.values():
        offered = contact.id in floor.offer_of
        assert offered == (contact.offer_id is not None)
        assert offered != (contact.id in floor.waiting.get(contact.queue_id, ()))
        assert not (offered and contact.home is not None)
        assert contact.home is not None or offered or contact.paused_until or contact.id in floor.parked
    standing = sum(len(line.waiting) for line in signatures(floor)) + sum(len(slot) for slot in floor.slots.values())
    assert standing == sum(contact.home is not None for contact in floor.contacts.values())


def assert_signatures_true(floor: Floor) -> None:
    for signature in signatures(floor):
        serving = [a for a in floor.agents.values() if a.skillset is not None and a.skillset.can_serve(signature)]
        assert signature.staffed == sum(agent.ready for agent in serving)
        idle = [agent for agent in serving if signature.channel in agent.open]
        assert signature.idle.count == len(idle)
        first = min(idle, key=lambda agent: (agent.idle_since, agent.id), default=None)
        assert signature.idle.first(lambda _: True) == (first.id if first is not None else None)


def signatures(floor: Floor) -> list:  # type: ignore[type-arg]
    return list(floor.signatures._signatures.values())
