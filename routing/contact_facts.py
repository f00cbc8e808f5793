"""What the facts about contacts do to the floor, but for their offers."""

from __future__ import annotations

from routing import model
from routing.agent_facts import agent_moved
from routing.floor import Held
from routing.matcher import Matcher
from routing.model import Micros
from routing.offers import OfferState
from routing.waiting import Contact

ASSIGN_HOLD: Micros = 60_000_000
"""How long a contact waits for the agent that a supervisor named."""


def contact_queued(m: Matcher, fact: model.ContactQueued, now: Micros) -> None:
    """The contact waits, unless what we know of it is as new."""
    floor = m.floor
    if fact.contact_id in floor.ended_contacts:
        return
    holder = floor.holder.get(fact.contact_id)
    if holder is not None:
        if fact.epoch <= floor.agents[holder].held[fact.contact_id].epoch:
            return
        m.roster.release(fact.contact_id)
        m.look_at_agent(floor.agents[holder])
    contact = floor.contacts.get(fact.contact_id)
    if contact is None:
        contact = _new_contact(m, fact)
    elif fact.epoch > contact.epoch:
        _renew(m, contact, fact, now)
    elif fact.epoch < contact.epoch:
        return
    _remember(contact, fact)
    m.look_at_contact(contact.id)


def _new_contact(m: Matcher, fact: model.ContactQueued) -> Contact:
    contact = Contact(
        fact.contact_id,
        fact.queue_id,
        fact.channel,
        fact.band,
        fact.virtual_start,
        fact.arrival,
        fact.entered,
        fact.rules_version,
        fact.epoch,
        fact.requires,
    )
    offer = m.floor.offer_of.get(contact.id)
    contact.offer_id = offer.id if offer is not None else None
    m.floor.contacts[contact.id] = contact
    m.places.wish(contact, fact.preferred_agent, fact.preferred_until, assigned=fact.assigned)
    return contact


def _renew(m: Matcher, contact: Contact, fact: model.ContactQueued, now: Micros) -> None:
    """It came back, or our own decision was overtaken: what was offered is no longer."""
    offer = m.floor.offer_of.get(contact.id)
    if offer is not None:
        m.leave(offer)
    m.places.take(contact)
    contact.queue_id, contact.channel, contact.requires = fact.queue_id, fact.channel, fact.requires
    contact.band, contact.virtual_start, contact.arrival = fact.band, fact.virtual_start, fact.arrival
    contact.entered, contact.rules_version = fact.entered, max(fact.rules_version, contact.rules_version)
    news_of(contact, fact.epoch)
    if fact.preferred_agent is not None or not _is_assigned(contact, now):
        # The wish of a supervisor outlives an offer to somebody else that failed meanwhile.
        m.places.wish(contact, fact.preferred_agent, fact.preferred_until, assigned=fact.assigned)


def _remember(contact: Contact, fact: model.ContactQueued) -> None:
    contact.declined |= fact.declined_by
    for agent_id, until in fact.back_off:
        contact.back_off[agent_id] = max(until, contact.back_off.get(agent_id, 0))


def news_of(contact: Contact, epoch: int) -> None:
    """Something about it is news: no pause after refusals holds any more."""
    contact.epoch = max(epoch, contact.epoch)
    contact.refusal, contact.refusals, contact.paused_until = None, 0, 0


def _is_assigned(contact: Contact, now: Micros) -> bool:
    return contact.assigned and now < contact.preferred_until


def contact_moved(m: Matcher, fact: model.ContactMoved, now: Micros) -> None:
    """Another queue, band or wish; the memory of declines and the virtual start stay."""
    contact = m.floor.contacts.get(fact.contact_id)
    if contact is None or fact.epoch <= contact.epoch:
        return
    offer = m.floor.offer_of.get(contact.id)
    if offer is not None and offer.state is OfferState.TENTATIVE:
        m.leave(offer)
    m.places.take(contact)
    if fact.entered is not None:
        contact.entered = fact.entered
    elif fact.queue_id != contact.queue_id:
        contact.entered = now
    contact.queue_id, contact.band, contact.rules_version = fact.queue_id, fact.band, fact.rules_version
    news_of(contact, fact.epoch)
    m.places.wish(contact, fact.preferred_agent, fact.preferred_until, assigned=False)
    m.look_at_contact(contact.id)


def assign_requested(m: Matcher, fact: model.AssignRequested, now: Micros) -> None:
    """The contact is for this agent; a contact that does not wait keeps the wish for when it comes back."""
    contact = m.floor.contacts.get(fact.contact_id)
    if contact is None or (_is_assigned(contact, now) and contact.preferred_agent == fact.agent_id):
        return
    m.places.wish(contact, fact.agent_id, now + ASSIGN_HOLD, assigned=True)
    m.look_at_contact(contact.id)


def contact_active(m: Matcher, fact: model.ContactActive, now: Micros) -> None:
    """The contact is with the agent, by whichever way."""
    agent = m.floor.agent(fact.agent_id)
    known = agent.held.get(fact.contact_id)
    if fact.contact_id in m.floor.ended_contacts or (known is not None and fact.load_version < known.version):
        return
    contact, epoch = m.floor.contacts.get(fact.contact_id), fact.epoch
    for older in (known, contact):
        epoch = max(epoch, older.epoch) if older is not None else epoch
    held = Held(agent.id, fact.channel, fact.mode, fact.load_version, epoch)
    agent.load_version = max(agent.load_version, fact.load_version)
    if known is not None and (known.channel, known.mode) == (held.channel, held.mode) and not agent.refusals:
        agent.held[fact.contact_id] = held  # the accept, confirmed
        return
    if known is None:
        _take_from_all(m, fact)
    m.roster.hold(agent, fact.contact_id, held)
    agent_moved(m, agent)


def _take_from_all(m: Matcher, fact: model.ContactActive) -> None:
    """It waits no more, its offer stands no more, and no other agent has it."""
    m.places.forget(fact.contact_id)
    offer = m.floor.offer_of.get(fact.contact_id)
    if offer is not None:
        m.leave(offer)
    before = m.roster.release(fact.contact_id)
    if before is not None:
        m.look_at_agent(before)


def contact_ended(m: Matcher, fact: model.ContactEnded, now: Micros) -> None:
    """The contact is gone for good."""
    floor = m.floor
    if fact.contact_id in floor.ended_contacts:
        return
    floor.ended_contacts.add(fact.contact_id)
    m.places.forget(fact.contact_id)
    offer = floor.offer_of.get(fact.contact_id)
    if offer is not None:
        m.leave(offer)
    holder = m.roster.release(fact.contact_id)
    if holder is not None:
        m.look_at_agent(holder)
    if fact.agent_id is not None:
        agent = floor.agent(fact.agent_id)
        agent.idle_since = fact.idle_since or agent.idle_since
        agent.load_version = max(agent.load_version, fact.load_version)
        agent_moved(m, agent)
