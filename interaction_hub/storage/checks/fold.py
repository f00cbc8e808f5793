"""What the log tells of contacts, snoozed interactions and mentions: a fold that remembers the living ones. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState
from interaction_hub.storage.checks.report import Report

_RETURNED = (events.OfferDeclined, events.OfferExpired, events.OfferLost)


@dataclass(slots=True)
class Life:
    """A contact that has not ended, as of the last event about it."""

    state: str
    queue: str = ""
    agent: str = ""
    offer: str = ""
    accepted: tuple[int, ...] = ()


class Fold:
    """Feeds on events in order. `complete` says that it began with an empty log, so that nothing may be unknown."""

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        self.alive: dict[str, Life] = {}
        self.ended: list[str] = []
        self.asleep: dict[str, tuple[str, int] | None] = {}
        """By interaction, whose it is and until when; None: it woke, and the walk began too late to know more."""
        self.unread: dict[str, str | None] = {}
        """By mention, who was asked for; None: he has looked."""

    def apply(self, event: events.Sealed, report: Report) -> None:
        """Follow one event; acceptances that cannot be are findings of I3."""
        body = event.body
        self._remember(body)
        contact = getattr(body, "contact", "")
        if not contact:
            return
        if isinstance(body, events.ContactQueued):
            self.alive[contact] = Life(ContactState.QUEUED, body.queue)
        elif isinstance(body, events.ContactTaken):
            self._take(event.position, body, report)
        elif isinstance(body, events.OfferAccepted):
            self._accept(event.position, body, report)
        elif isinstance(body, events.ContactEnded):
            self.alive.pop(contact, None)
            self.ended.append(contact)
        else:
            self._follow(contact, body)

    def _remember(self, body: events.Body) -> None:
        match body:
            case events.InteractionSnoozed():
                self.asleep[body.interaction] = (body.agent, body.until)
            case events.InteractionWoken():
                self._forget(self.asleep, body.interaction)
            case events.AgentMentioned():
                self.unread[body.mention] = body.agent
            case events.MentionRead():
                self._forget(self.unread, body.mention)

    def _forget(self, known: dict[str, Any], key: str) -> None:
        if self.complete:
            known.pop(key, None)
        else:
            known[key] = None

    def _take(self, position: int, body: events.ContactTaken, report: Report) -> None:
        if body.contact in self.alive:
            report.add("I2", "taken by hand, but it lived before", f"contact {body.contact}, position {position}")
        self.alive[body.contact] = Life(ContactState.ACTIVE, body.queue, body.agent)

    def _life(self, contact: str) -> Life | None:
        if contact not in self.alive and not self.complete:
            self.alive[contact] = Life("")  # it began before our first event
        return self.alive.get(contact)

    def _follow(self, contact: str, body: events.Body) -> None:
        moves = isinstance(
            body,
            (*_RETURNED, events.ContactOffered, events.OfferWithdrawn, events.ContactWrapping, events.ContactMoved),
        )
        life = self._life(contact) if moves else None
        if life is None:
            return
        if isinstance(body, events.ContactOffered):
            life.state, life.agent, life.offer, life.queue = ContactState.OFFERED, body.agent, body.offer, body.queue
        elif isinstance(body, events.ContactWrapping):
            life.state, life.agent, life.queue = ContactState.WRAPPING, body.agent, body.queue
        elif isinstance(body, (*_RETURNED, events.OfferWithdrawn, events.ContactMoved)):
            # A withdrawn offer whose contact leaves is followed by ContactEnded in the same commit.
            life.state, life.agent, life.offer, life.queue = ContactState.QUEUED, "", "", body.queue

    def _accept(self, position: int, body: events.OfferAccepted, report: Report) -> None:
        life = self._life(body.contact)
        where = f"contact {body.contact}, position {position}"
        if life is None:
            report.add("I3", "an offer was accepted for a contact that is not alive in the log", where)
            return
        if body.epoch in life.accepted:
            report.add("I3", f"accepted twice at epoch {body.epoch}", where)
        elif life.state not in ("", ContactState.OFFERED) or life.offer not in ("", body.offer):
            report.add("I3", f"offer {body.offer} was accepted while the contact was {life.state}", where)
        life.accepted = (*life.accepted, body.epoch)
        life.state, life.agent, life.offer, life.queue = ContactState.ACTIVE, body.agent, "", body.queue
