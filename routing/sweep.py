"""The slow check that nobody waits in vain (liveness, I7). Looks at everything; trusts no index; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from routing.eligibility import eligible, held_for, room
from routing.floor import Agent, Floor
from routing.model import AgentId, ContactId, Micros
from routing.signatures import Signature
from routing.waiting import Contact


def stranded(floor: Floor, now: Micros) -> list[tuple[ContactId, AgentId]]:
    """Contacts that wait although an agent is free who may have them, each with one such agent.

    By the matcher's own predicate. Always empty once `next_due` lies in the future; anything else is a bug and an
    alarm. Costs contacts + agents x signatures.
    """
    free = {agent.id: agent for agent in floor.agents.values() if room(floor, agent, now)}
    able: dict[Signature, list[Agent]] = {}
    found: list[tuple[ContactId, AgentId]] = []
    for contact in floor.contacts.values() if free else ():
        for agent in _candidates(floor, contact, now, free, able):
            if eligible(floor, contact, agent, now):
                found.append((contact.id, agent.id))
                break
    return found


def _candidates(
    floor: Floor, contact: Contact, now: Micros, free: dict[AgentId, Agent], able: dict[Signature, list[Agent]]
) -> Iterable[Agent]:
    point = floor.plan(contact, now)
    if point is None:
        return ()
    wanted = held_for(floor, contact, point, now)
    if wanted is not None:
        return (wanted,)
    signature = point.signature
    if signature not in able:
        able[signature] = [a for a in free.values() if a.skillset is not None and a.skillset.can_serve(signature)]
    return able[signature]
