"""What the facts about rules and agents do to the floor."""

from __future__ import annotations

from routing import model
from routing.floor import Agent
from routing.matcher import Matcher
from routing.model import Micros, Presence


def rules_published(m: Matcher, fact: model.RulesPublished, now: Micros) -> None:
    """Raises ValueError for a queue without steps, or for another content of a known version."""
    rules, floor = fact.rules, m.floor
    known = floor.rules.get(rules.version)
    if known is not None:
        if known != rules:
            raise ValueError(f"rules version {rules.version} was published with another content")
        return
    if empty := [queue.id for queue in rules.queues.values() if not queue.steps]:
        raise ValueError(f"queues without steps: {', '.join(empty)}")
    floor.rules[rules.version] = rules
    if floor.newest is not None and rules.version < floor.newest.version:
        for contact_id in list(floor.parked):
            m.look_at_contact(contact_id)
        return
    floor.newest = rules
    floor.signatures.reweigh(rules.weights)
    for contact in floor.contacts.values() if fact.waiting == "follow" else ():
        if contact.queue_id in rules.queues:
            contact.rules_version = rules.version
    m.look_at_all()


def agent_changed(m: Matcher, fact: model.AgentChanged, now: Micros) -> None:
    """A new profile, from now on."""
    agent = m.floor.agent(fact.profile.id)
    if agent.profile != fact.profile:
        m.roster.change_profile(agent, fact.profile)
        agent_moved(m, agent)
        _look_at_wishes(m, agent)


def presence_changed(m: Matcher, fact: model.PresenceChanged, now: Micros) -> None:
    """Chosen presence and liveness; the index follows at once."""
    agent = m.floor.agent(fact.agent_id)
    before = agent.presence
    if fact.missed_in_row is not None:
        agent.missed_in_row = fact.missed_in_row
    elif fact.presence is Presence.AVAILABLE and before is not Presence.AVAILABLE:
        agent.missed_in_row = 0
    agent.presence, agent.confirmed, agent.away_pending = fact.presence, fact.confirmed, fact.away_pending
    agent.idle_since, agent.leaving = fact.idle_since, False
    agent.load_version = max(agent.load_version, fact.load_version)
    agent_moved(m, agent)
    if (before is Presence.OFFLINE) != (fact.presence is Presence.OFFLINE):
        _look_at_wishes(m, agent)


def agent_moved(m: Matcher, agent: Agent) -> None:
    """Something about him is news: no pause after refusals holds any more, and he is looked at."""
    agent.refusals = agent.paused_until = 0
    m.timers.cancel(("agent", agent.id))
    m.look_at_agent(agent)


def _look_at_wishes(m: Matcher, agent: Agent) -> None:
    for contact_id in list(m.floor.wishes.get(agent.id, ())):
        m.look_at_contact(contact_id)
