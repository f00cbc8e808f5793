"""Who may get what now: the one predicate of matcher and sweep (decisions 8). Reads the floor, changes nothing."""

from __future__ import annotations

from typing import Final

from routing.floor import Agent, Floor, PlanPoint
from routing.model import Micros, Presence
from routing.signatures import Signature
from routing.waiting import Contact

NOTHING: Final[frozenset[str]] = frozenset()


def is_ready(agent: Agent) -> bool:
    """Whether the agent wants offers and is there: available, confirmed, not about to go away."""
    return (
        agent.presence is Presence.AVAILABLE
        and agent.confirmed
        and not agent.away_pending
        and not agent.leaving
        and agent.skillset is not None
    )


def room(floor: Floor, agent: Agent, now: Micros) -> frozenset[str]:
    """The channels of which the agent can be offered a contact now.

    One offer at a time: while one is open or tentative there is room for nothing, however much capacity is left.
    So the weight of offers need not be counted; live, held, paused and wrapping contacts are.
    """
    skillset = agent.skillset
    if agent.offers or skillset is None or agent.paused_until > now or not is_ready(agent):
        return NOTHING
    if not agent.held:
        return skillset.channels
    spare, counts = skillset.capacity, dict.fromkeys(skillset.channels, 0)
    for held in agent.held.values():
        spare -= floor.units(held)
        if held.channel in counts:
            counts[held.channel] += 1
    return frozenset(
        channel for channel, n in counts.items() if n < skillset.per_channel[channel] and floor.weight(channel) <= spare
    )


def held_for(floor: Floor, contact: Contact, point: PlanPoint, now: Micros) -> Agent | None:
    """The agent for whom the contact waits at the moment, and for whom alone; None: anyone may have it.

    Nobody waits for an agent who is signed off, cannot take it in this step, declined it or is kept off it. For
    one whom a supervisor named only the channel counts.
    """
    if contact.preferred_agent is None or contact.preferred_until <= now:
        return None
    agent = floor.agents.get(contact.preferred_agent)
    if agent is None or agent.skillset is None or agent.presence is Presence.OFFLINE:
        return None
    if contact.assigned:
        return agent if contact.channel in agent.skillset.serves else None
    if agent.id in contact.declined or contact.back_off.get(agent.id, 0) > now:
        return None
    return agent if agent.skillset.can_serve(point.signature) else None


def eligible(floor: Floor, contact: Contact, agent: Agent, now: Micros, point: PlanPoint | None = None) -> bool:
    """Whether this waiting contact may be offered to this agent at this moment. `point` is its plan's, if known."""
    if contact.offer_id is not None or contact.paused_until > now or _refused(contact, agent, now):
        return False
    point = point or floor.plan(contact, now)
    if point is None or contact.channel not in room(floor, agent, now):
        return False
    wanted = held_for(floor, contact, point, now)
    if wanted is not None and (wanted is not agent or contact.assigned):
        return wanted is agent
    return suits(floor, contact, agent, point, now)


def suits(floor: Floor, contact: Contact, agent: Agent, point: PlanPoint, now: Micros) -> bool:
    """The part of eligibility that lies between the two: skills, back-off, memory of declines."""
    if agent.skillset is None or not agent.skillset.can_serve(point.signature):
        return False
    if contact.back_off.get(agent.id, 0) > now:
        return False
    return agent.id not in contact.declined or not others_could(floor, contact, point)


def others_could(floor: Floor, contact: Contact, point: PlanPoint) -> bool:
    """Whether a ready agent who did not decline the contact could take it now or in a later step, once he has room."""
    return any(
        signature.staffed > sum(_staffs(floor.agents.get(name), signature) for name in contact.declined)
        for signature in floor.ahead(contact, point)
    )


def _staffs(agent: Agent | None, signature: Signature) -> bool:
    skillset = agent.skillset if agent is not None and agent.ready else None
    return skillset is not None and skillset.can_serve(signature)


def _refused(contact: Contact, agent: Agent, now: Micros) -> bool:
    refusal = contact.refusal
    return (
        refusal is not None
        and refusal.agent_id == agent.id
        and refusal.until > now
        and (refusal.load_version, refusal.epoch) == (agent.load_version, contact.epoch)
    )
