"""Checks an event log from outside: what no history may ever hold, whoever raced with whom (I2 to I5, I8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.events import Sealed

ENDS = {
    events.OfferAccepted: "accepted",
    events.OfferDeclined: "declined",
    events.OfferExpired: "expired",
    events.OfferWithdrawn: "withdrawn",
    events.OfferLost: "agent_lost",
}
_HOLDS = ("active", "wrapping")


@dataclass
class Pass:
    """A contact as the log tells it."""

    state: str
    queue: str
    virtual_start: int
    arrival: int
    entered: int
    band: int
    offer: str = ""
    agent: str = ""


@dataclass
class History:
    """Folds a log; each thing that must not be is a line in `faults`."""

    most: int | None = None
    """The most contacts that one agent may hold or be offered."""
    faults: list[str] = field(default_factory=list)
    contacts: dict[str, Pass] = field(default_factory=dict)
    offers: dict[str, str] = field(default_factory=dict)
    """How each offer ended; "open" so far."""
    position: int = 0
    at: int = 0
    _seqs: dict[str, int] = field(default_factory=dict)
    _open_offers: dict[str, tuple[str, str]] = field(default_factory=dict)

    def read(self, sealed: Iterable[Sealed]) -> History:
        """Take these events, in the order of the log."""
        for event in sealed:
            if event.position != self.position + 1:
                self._fault(event, f"follows position {self.position}")
            if event.at < self.at:
                self._fault(event, "is earlier than the one before")
            self.position, self.at = event.position, event.at
            self._take(event)
        return self

    def loads(self) -> dict[str, int]:
        """Contacts held and offered, by agent."""
        found: dict[str, int] = {}
        for contact in self.contacts.values():
            if contact.state in _HOLDS:
                found[contact.agent] = found.get(contact.agent, 0) + 1
        for _, agent in self._open_offers.values():
            found[agent] = found.get(agent, 0) + 1
        return found

    def waiting(self) -> dict[str, Pass]:
        """Contacts that wait, offered ones included."""
        return {key: one for key, one in self.contacts.items() if one.state in ("queued", "offered")}

    def _fault(self, event: Sealed, what: str) -> None:
        self.faults.append(f"{event.position} {event.kind}: {what}")

    def _take(self, event: Sealed) -> None:
        body: Any = event.body
        if type(body) in ENDS:
            self._offer_ended(event, body)
        match body:
            case events.ContactQueued():
                self._queued(event, body)
            case events.ContactTaken():
                self._taken(event, body)
            case events.ContactOffered():
                self._offered(event, body)
            case events.ContactMoved():
                contact = self._known(event, body.contact, "queued")
                contact.queue, contact.band = body.queue, body.band
            case events.ContactModeChanged():
                self._held(event, body, "active")
            case events.ContactWrapping():
                self._held(event, body, "active").state = "wrapping"
            case events.ContactEnded():
                self._contact_ended(event, body)
            case events.TouchpointAdded():
                self._touched(event, body)

    def _queued(self, event: Sealed, body: events.ContactQueued) -> None:
        if body.contact in self.contacts:
            self._fault(event, "the contact is there already")
        self.contacts[body.contact] = Pass(
            "queued", body.queue, body.virtual_start, body.arrival, body.entered, body.band
        )

    def _taken(self, event: Sealed, body: events.ContactTaken) -> None:
        if body.contact in self.contacts:
            self._fault(event, "the contact is there already")
        self.contacts[body.contact] = Pass("active", body.queue, event.at, 0, event.at, 0, agent=body.agent)

    def _touched(self, event: Sealed, body: events.TouchpointAdded) -> None:
        seen = self._seqs.get(body.interaction, 0)
        if body.seq != seen + 1:
            self._fault(event, f"seq {body.seq} after {seen}")
        self._seqs[body.interaction] = body.seq

    def _known(self, event: Sealed, key: str, *states: str) -> Pass:
        contact = self.contacts.get(key)
        if contact is None:
            self._fault(event, "of a contact that never queued")
            return Pass("", "", 0, 0, 0, 0)
        if contact.state not in states:
            self._fault(event, f"in state {contact.state}")
        return contact

    def _held(self, event: Sealed, body: Any, *states: str) -> Pass:
        contact = self._known(event, body.contact, *states)
        if contact.agent != body.agent:
            self._fault(event, "by an agent who does not hold it")
        return contact

    def _offered(self, event: Sealed, body: events.ContactOffered) -> None:
        contact = self._known(event, body.contact, "queued")
        if body.offer in self.offers:
            self._fault(event, "the offer was made before")
        if any(of == body.contact for of, _ in self._open_offers.values()):
            self._fault(event, "a second open offer of one contact")
        contact.state, contact.offer = "offered", body.offer
        self.offers[body.offer] = "open"
        self._open_offers[body.offer] = body.contact, body.agent
        if self.most is not None and self.loads()[body.agent] > self.most:
            self._fault(event, "more than the agent can hold")

    def _offer_ended(self, event: Sealed, body: Any) -> None:
        if self.offers.get(body.offer) != "open":
            self._fault(event, f"the offer was {self.offers.get(body.offer, 'never made')}")
        self.offers[body.offer] = ENDS[type(body)]
        of, agent = self._open_offers.pop(body.offer, ("", ""))
        contact = self._known(event, body.contact, "offered")
        if (of, agent) != (body.contact, body.agent) or contact.offer != body.offer:
            self._fault(event, "not the offer of this contact and agent")
        accepted = isinstance(body, events.OfferAccepted)
        contact.state, contact.agent = ("active", body.agent) if accepted else ("queued", "")
        contact.offer = ""

    def _contact_ended(self, event: Sealed, body: events.ContactEnded) -> None:
        states = _HOLDS if body.agent else ("queued", "offered")
        contact = self._known(event, body.contact, *states)
        if body.agent and contact.agent != body.agent:
            self._fault(event, "by an agent who does not hold it")
        if contact.offer:
            self._fault(event, "with an open offer")
        contact.state = "ended"
