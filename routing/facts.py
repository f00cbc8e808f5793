"""Which function takes in which fact. Facts are told at least once: one told again, or older than what is known,
changes nothing. Unknown ids are met after a rebuild and are taken as news.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from routing import agent_facts, contact_facts, model, offer_facts
from routing.matcher import Matcher
from routing.model import Micros

FACTS: dict[type, Callable[[Matcher, Any, Micros], None]] = {
    model.RulesPublished: agent_facts.rules_published,
    model.AgentChanged: agent_facts.agent_changed,
    model.PresenceChanged: agent_facts.presence_changed,
    model.ContactQueued: contact_facts.contact_queued,
    model.ContactOffered: offer_facts.contact_offered,
    model.OfferEnded: offer_facts.offer_ended,
    model.ContactActive: contact_facts.contact_active,
    model.ContactEnded: contact_facts.contact_ended,
    model.ContactMoved: contact_facts.contact_moved,
    model.DecisionRefused: offer_facts.decision_refused,
    model.AssignRequested: contact_facts.assign_requested,
}
