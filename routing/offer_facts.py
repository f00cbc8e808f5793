"""What the facts about offers do to the floor: committed, ended, refused."""

from __future__ import annotations

from routing import model
from routing.agent_facts import agent_moved
from routing.contact_facts import news_of
from routing.floor import Agent, Held, Offer
from routing.matcher import Matcher
from routing.model import Micros, OfferEnd
from routing.offers import END_EVENTS, OfferEvent, OfferState, after
from routing.waiting import Contact, Refusal

REFUSAL_PAUSE: Micros = 250_000
"""How long a refused pair is kept apart, unless a fact about either comes first: the fact that made the ledger refuse
is on its way. After a second refusal in a row the contact and the agent sit out as long, whoever the other is, so
that a disagreement with the ledger is no tight loop. Well under the second of I7."""


def contact_offered(m: Matcher, fact: model.ContactOffered, now: Micros) -> None:
    """Our decision was committed, or somebody else's was."""
    floor = m.floor
    contact, agent = floor.contacts.get(fact.contact_id), floor.agent(fact.agent_id)
    over = fact.offer_id in floor.ended_offers or fact.contact_id in floor.ended_contacts
    if over or fact.contact_id in floor.holder or (contact is not None and fact.epoch < contact.epoch):
        return
    offer = floor.offers.get(fact.offer_id)
    if offer is None:
        _drop_rivals(m, fact, agent)
        offer = Offer(fact.offer_id, fact.contact_id, fact.agent_id, fact.queue_id, fact.deadline)
        m.enter(offer, now)
    if offer.state is OfferState.TENTATIVE:
        offer.state = after(offer.state, OfferEvent.COMMIT)
        offer.deadline = fact.deadline
        m.timers.set(("offer", offer.id), offer.deadline)
    if contact is not None:
        news_of(contact, fact.epoch)
    agent.load_version, agent.refusals = max(agent.load_version, fact.load_version), 0


def _drop_rivals(m: Matcher, fact: model.ContactOffered, agent: Agent) -> None:
    """Decisions of ours that this commit overtook: the ledger will refuse them."""
    rivals = [offer for offer in agent.offers.values() if offer.state is OfferState.TENTATIVE]
    rival = m.floor.offer_of.get(fact.contact_id)
    if rival is not None and rival not in rivals:
        rivals.append(rival)
    for offer in rivals:
        m.leave(offer)


def offer_ended(m: Matcher, fact: model.OfferEnded, now: Micros) -> None:
    """One of the five ends; the contact waits again, is with the agent, or is gone."""
    floor = m.floor
    if fact.offer_id in floor.ended_offers:
        return
    floor.ended_offers.add(fact.offer_id)
    offer, contact = floor.offers.get(fact.offer_id), floor.contacts.get(fact.contact_id)
    if offer is not None:
        if offer.state is OfferState.TENTATIVE:
            offer.state = after(offer.state, OfferEvent.COMMIT)
        offer.state = after(offer.state, END_EVENTS[fact.end])
        m.leave(offer)
    _end_for_agent(m, fact, offer, contact)
    if contact is not None:
        _end_for_contact(m, contact, fact, now)
    if fact.end is OfferEnd.ACCEPTED:
        _accept(m, fact, contact)


def _end_for_agent(m: Matcher, fact: model.OfferEnded, offer: Offer | None, contact: Contact | None) -> None:
    agent = m.floor.agent(fact.agent_id)
    agent.load_version = max(agent.load_version, fact.load_version)
    agent.missed_in_row = fact.missed_in_row or (agent.missed_in_row + 1 if fact.end is OfferEnd.EXPIRED else 0)
    if fact.end is OfferEnd.EXPIRED and offer is not None:
        found = m.floor.queue(offer.queue_id, contact.rules_version if contact is not None else 0)
        # The ledger set him away in the same commit: no offer may slip in before that fact.
        agent.leaving = found is not None and agent.missed_in_row >= found[1].away_after_missed
    agent_moved(m, agent)


def _end_for_contact(m: Matcher, contact: Contact, fact: model.OfferEnded, now: Micros) -> None:
    """What it remembers of this offer, and whether it waits again."""
    until = fact.back_off_until
    if fact.end in (OfferEnd.DECLINED, OfferEnd.EXPIRED, OfferEnd.AGENT_LOST):
        found = m.floor.queue(contact.queue_id, contact.rules_version)
        until = until or (now + found[1].back_off if found is not None else 0)
        if contact.assigned and contact.preferred_agent == fact.agent_id:
            m.places.unwish(contact)
    if fact.end is OfferEnd.DECLINED:
        contact.declined.add(fact.agent_id)
    if until > now:
        contact.back_off[fact.agent_id] = max(until, contact.back_off.get(fact.agent_id, 0))
    if fact.requeued:
        news_of(contact, fact.epoch)
        m.look_at_contact(contact.id)
    elif contact.offer_id is None and fact.epoch >= contact.epoch:
        m.places.forget(contact.id)


def _accept(m: Matcher, fact: model.OfferEnded, contact: Contact | None) -> None:
    """`ContactActive` follows and says the same; until then nobody may take the room."""
    if fact.contact_id not in m.floor.ended_contacts and fact.contact_id not in m.floor.holder:
        channel = contact.channel if contact is not None else None
        held = Held(fact.agent_id, channel, "live", fact.load_version, fact.epoch)
        m.roster.hold(m.floor.agent(fact.agent_id), fact.contact_id, held)


def decision_refused(m: Matcher, fact: model.DecisionRefused, now: Micros) -> None:
    """The ledger did not take our offer. Of an open offer (an expiry that came too late) it says nothing new."""
    offer = m.floor.offers.get(fact.offer_id)
    if offer is None or offer.state is OfferState.OPEN:
        return
    offer.state = after(offer.state, OfferEvent.REFUSE)
    agent, contact = m.floor.agent(offer.agent_id), m.floor.contacts.get(offer.contact_id)
    until = now + REFUSAL_PAUSE
    agent.refusals += 1
    if agent.refusals > 1:
        agent.paused_until = until
        m.timers.set(("agent", agent.id), until)
    if contact is not None:
        contact.refusals += 1
        contact.refusal = Refusal(agent.id, until, agent.load_version, contact.epoch)
        contact.paused_until = until if contact.refusals > 1 else 0
    m.leave(offer)
