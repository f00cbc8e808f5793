"""What each event changes on whose console: a fold over the log that keeps who holds which contact. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from interaction_hub.domain import events
from interaction_hub.durations import SECOND

NEWS_EVERY = 2 * SECOND
"""How often idle agents are told at the most who waits in their queues."""


@dataclass(slots=True)
class Touched:
    """What of one agent's workspace some events touched. `gone` says why a contact left it."""

    contacts: set[str] = field(default_factory=set)
    pops: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)
    snoozed: set[str] = field(default_factory=set)
    mentions: set[str] = field(default_factory=set)
    rules: bool = False
    me: bool = False

    def merge(self, other: Touched) -> None:
        """Add what later events touched."""
        self.contacts |= other.contacts
        self.pops |= other.pops
        self.messages |= other.messages
        self.conversations |= other.conversations
        self.snoozed |= other.snoozed
        self.mentions |= other.mentions
        for contact in other.contacts:
            self.gone.pop(contact, None)
        for contact, why in other.gone.items():
            self.gone[contact] = why
            self.contacts.discard(contact)
        self.rules = self.rules or other.rules
        self.me = self.me or other.me


Effects = list[tuple[str, Touched]]
_END_WORDS: dict[type[events.Body], str] = {
    events.OfferDeclined: "declined",
    events.OfferExpired: "expired",
    events.OfferLost: "expired",
}
_OUTCOME_WORDS = {"handled": "finished", "parked": "parked", "transferred": "transferred", "abandoned": "customer_left"}
_QUEUES_MOVE = (events.ContactQueued, events.ContactMoved, events.OfferAccepted, events.ContactEnded)


class Holders:
    """Who holds which contact of which customer, and who works here, as of the last event."""

    def __init__(self) -> None:
        self.holder: dict[str, str] = {}
        self.customer: dict[str, str] = {}
        self.people: set[str] = set()
        self._queues_moved = False
        self._news_at = 0

    def touched(self, sealed: Sequence[events.Sealed]) -> dict[str, Touched]:
        """By agent, what these events touched. Must see every event once and in order."""
        found: dict[str, Touched] = {}
        for event in sealed:
            self._learn(event.body)
            self._add(found, self.effects(event.body))
        if sealed:
            self._add(found, self._news(sealed[-1].at))
        return found

    @staticmethod
    def _add(found: dict[str, Touched], effects: Effects) -> None:
        for agent, touched in effects:
            found.setdefault(agent, Touched()).merge(touched)

    def _learn(self, body: Any) -> None:
        match body:
            case events.ContactOffered() | events.OfferAccepted() | events.ContactTaken():
                self.holder[body.contact] = body.agent
            case events.OfferDeclined() | events.OfferExpired() | events.OfferLost() | events.OfferWithdrawn():
                self.holder.pop(body.contact, None)
            case events.ContactEnded():
                self.holder.pop(body.contact, None)
                self.customer.pop(body.contact, None)
            case events.UserChanged(active=True):
                self.people.add(body.user)
            case events.UserChanged():
                self.people.discard(body.user)
        self._queues_moved = self._queues_moved or isinstance(body, _QUEUES_MOVE)

    def effects(self, body: Any) -> Effects:
        """By agent, what one event touched, as things stand now."""
        return self._on_work(body) or self._on_history(body) or self._on_people(body)

    def _on_work(self, body: Any) -> Effects:
        match body:
            case events.ContactOffered() | events.ContactTaken():
                one = {body.contact}
                return [(body.agent, Touched(contacts=one, pops=set(one), conversations=set(one), me=True))]
            case events.OfferAccepted():
                # Who he is and what was said came with the offer.
                return [(body.agent, Touched(contacts={body.contact}, me=True))]
            case events.OfferDeclined() | events.OfferExpired() | events.OfferLost():
                return [(body.agent, Touched(gone={body.contact: _END_WORDS[type(body)]}, me=True))]
            case events.OfferWithdrawn():
                why = "customer_left" if body.reason == "customer_left" else "withdrawn"
                return [(body.agent, Touched(gone={body.contact: why}, me=True))]
            case events.ContactEnded(agent=agent) if agent:
                why = _OUTCOME_WORDS.get(body.outcome, "withdrawn")
                return [(agent, Touched(gone={body.contact: why}, me=True))]
            case events.ContactWrapping() | events.ContactModeChanged() | events.WrapUpExtended():
                return [(body.agent, Touched(contacts={body.contact}, me=True))]
            case events.HelperJoined() | events.HelperLeft():
                return [(body.agent, Touched(contacts={body.contact}))]
        return []

    def _on_history(self, body: Any) -> Effects:
        match body:
            case events.TouchpointAdded() | events.DeliveryChanged() | events.AttachmentFetched():
                agent = self.holder.get(body.contact, "")
                return [(agent, Touched(contacts={body.contact}, messages={body.touchpoint}))] if agent else []
            case events.CustomerChanged() | events.ConsentChanged():
                return self._customer_changed(body.customer)
            case events.InteractionSnoozed() | events.InteractionWoken():
                return [(body.agent, Touched(snoozed={body.interaction}))] if body.agent else []
            case events.AgentMentioned() | events.MentionRead():
                return [(body.agent, Touched(mentions={body.mention}))]
        return []

    def _on_people(self, body: Any) -> Effects:
        match body:
            case events.PresenceChanged() | events.SurveyAnswered():
                return [(body.agent, Touched(me=True))]
            case events.RulesPublished() | events.UserChanged():
                return [(agent, Touched(rules=True, me=True)) for agent in self.people]
        return []

    def _customer_changed(self, customer: str) -> Effects:
        shown = [key for key, of in self.customer.items() if of == customer and key in self.holder]
        return [(self.holder[key], Touched(contacts={key}, pops={key})) for key in shown]

    def _news(self, at: int) -> Effects:
        """Who waits where, for those who have nothing to do; told late rather than often, with whatever comes next."""
        if not self._queues_moved or at < self._news_at + NEWS_EVERY:
            return []
        self._queues_moved, self._news_at = False, at
        return [(agent, Touched(me=True)) for agent in self._idle()]

    def _idle(self) -> Iterable[str]:
        return self.people - set(self.holder.values())
