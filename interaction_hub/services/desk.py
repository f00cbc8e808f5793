"""The agent's desk: accept, decline, reply, note, hold, transfer, end, extend, finish. One unit a verb.

Accept, decline, time-out, abandon and take-over race on one conditional update; one wins, the others are told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.rules import SYSTEM_DISPOSITION, RuleBook, micros
from interaction_hub.domain.states import ContactState, Mode, Outcome
from interaction_hub.durations import SECOND
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services import endings, passes, personal
from interaction_hub.services.conversation import write_message
from interaction_hub.services.deeds import Deed, grey_line, held_contact, words
from interaction_hub.services.passes import Place
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, customers, interactions, offers, touchpoints
from interaction_hub.storage.unit import Tx
from routing.model import OfferEnd

__all__ = ["Deed", "Desk"]

TRANSFER_HOLD_SECONDS = 60
BACK_OFF_AFTER_DECLINE = 60 * SECOND


class Desk:
    """The verbs, as plain functions over an open transaction; the command registry makes units of them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @property
    def _book(self) -> RuleBook:
        return self._rules.current

    def accept(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Take an offered contact. Raises `Conflict` when the offer has ended in another way."""
        offer, contact = self._offer(tx, deed)
        offers.end(tx, offer.id, OfferEnd.ACCEPTED)
        park_after = self._book.queues[contact.queue].park_after if contact.queue in self._book.queues else 1800
        contacts.change(
            tx,
            contact.id,
            state=ContactState.OFFERED,
            values={
                "state": ContactState.ACTIVE,
                "mode": Mode.LIVE,
                "agent_id": deed.agent,
                "accepted_us": tx.now,
                "epoch": contact.epoch + 1,
                "park_at_us": None if contact.customer_waits_us else tx.now + micros(park_after),
            },
        )
        interactions.remember_agent(tx, contact.interaction_id, deed.agent)
        load_version = agents.raise_load(tx, deed.agent, missed_in_row=0)
        tx.emit(
            events.OfferAccepted(
                offer=offer.id,
                contact=contact.id,
                agent=deed.agent,
                queue=contact.queue,
                channel=contact.channel,
                epoch=contact.epoch + 1,
                load_version=load_version,
                waited=tx.now - contact.entered_us,
            ),
            actor=deed.actor,
            correlation=deed.correlation,
        )
        grey_line(tx, deed, contact, "accepted", waited=tx.now - contact.entered_us)
        return {"contact": contact.id}

    def decline(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Say no to an offer, with a reason; it is remembered and the contact keeps its place."""
        if deed.text not in self._book.company.decline_reasons:
            raise Invalid(
                f"Choose one of the reasons: {', '.join(self._book.company.decline_reasons)}.",
                fields={"reason": "not a known reason"},
            )
        offer, contact = self._offer(tx, deed)
        agents.change(tx, deed.agent, missed_in_row=0)
        load_version = endings.return_to_queue(
            tx, contact, offer, OfferEnd.DECLINED, reason=deed.text, back_off_until=tx.now + BACK_OFF_AFTER_DECLINE
        )
        tx.emit(
            events.OfferDeclined(
                offer=offer.id,
                contact=contact.id,
                agent=deed.agent,
                queue=contact.queue,
                reason=deed.text,
                epoch=contact.epoch + 1,
                load_version=load_version,
            ),
            actor=deed.actor,
            correlation=deed.correlation,
        )
        return {}

    def reply(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Send a message to the customer: touchpoint and outbox row in one transaction. A helper may, too."""
        return self._send(tx, deed)

    def _send(self, tx: Tx, deed: Deed, *, claim: str = "") -> dict[str, Any]:
        contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING, helper_too=True)
        if not deed.text.strip() and not deed.files:
            raise Invalid("There is nothing to send. Write a message first.", fields={"text": "empty"})
        if customers.is_opted_out(tx.connection, contact.identity_id, contact.account):
            raise Conflict(
                "The customer asked for no more messages (STOP). Only START from the customer undoes it.",
                code="opted_out",
            )
        message = write_message(tx, replace(words(deed, contact, "message", "out"), claim=claim))
        if contact.state == ContactState.ACTIVE:
            self._we_answered(tx, deed, contact)
        return {"message": message}

    def note(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Write an internal note into the history; the customer never sees it. Whom it mentions is told."""
        contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING, helper_too=True)
        if not deed.text.strip():
            raise Invalid("The note is empty.", fields={"text": "empty"})
        note = write_message(tx, words(deed, contact, "note", "none"))
        personal.mention(tx, deed, contact, note)
        return {"message": note}

    def retry(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Send a message that failed once more; `target` is the message."""
        row = touchpoints.by_ids(tx.connection, [deed.target]).get(deed.target)
        if row is None or row.kind != "message" or row.direction != "out" or not _is_in_hand(tx, deed, row):
            raise NotFound("There is no such message.")
        if row.state != "failed":
            raise Conflict(f"The message is {row.state}; only one that failed can be sent again.", code="state")
        # Two tabs, a double click, another agent: it is sent again once, whoever asks.
        claim = touchpoints.claim_of(row.channel, row.account, "message", f"again/{row.id}")
        tx.settle()
        if touchpoints.claimed(tx.connection, [claim]):
            raise Conflict("This message was sent again already.", code="state")
        again = Deed(deed.agent, row.contact_id or "", text=row.text, correlation=deed.correlation)
        return self._send(tx, again, claim=claim)

    def hold(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Put an active contact on hold."""
        return self._set_mode(tx, deed, Mode.HELD)

    def resume(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Take it off hold."""
        return self._set_mode(tx, deed, Mode.LIVE)

    def transfer(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """End this contact as transferred and queue the next one of the same interaction, with its age kept."""
        contact = held_contact(tx, deed, ContactState.ACTIVE)
        queue = self._book.queues.get(deed.queue or contact.queue)
        if queue is None or queue.channel != contact.channel:
            raise Invalid("There is no such queue for this channel.", fields={"queue": "unknown"})
        if bool(deed.queue) == bool(deed.other_agent):
            raise Invalid("Name either a queue or an agent.", fields={"queue": "one of both", "agent": "one of both"})
        if deed.other_agent:
            other = agents.get(tx.connection, deed.other_agent)
            if other is None or deed.other_agent == deed.agent:
                raise Invalid("There is no such agent to transfer to.", fields={"agent": "unknown"})
        if deed.text.strip():
            write_message(tx, words(deed, contact, "note", "none"))
        grey_line(tx, deed, contact, "transferred", queue=queue.name, agent=deed.other_agent)
        endings.end_with_agent(tx, contact, Outcome.TRANSFERRED, actor=deed.actor)
        until = tx.now + TRANSFER_HOLD_SECONDS * SECOND if deed.other_agent else 0
        place = Place(queue.key, queue.band, self._book.version, deed.other_agent or None, until)
        row = passes.queue_next(tx, contact, place)
        tx.emit(endings.queued_event(row, contact.id), actor=deed.actor, correlation=deed.correlation)
        return {"contact": row["id"]}

    def end(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """The conversation is over: wrap-up begins."""
        contact = held_contact(tx, deed, ContactState.ACTIVE)
        until = self.begin_wrap_up(tx, contact, actor=deed.actor, correlation=deed.correlation)
        grey_line(tx, deed, contact, "ended")
        return {"wrap_until": until // 1000}

    def begin_wrap_up(self, tx: Tx, contact: Any, *, actor: str, correlation: str = "") -> int:
        """Whoever ended it, its agent wraps up. Returns until when; the caller writes who it was."""
        queue = self._book.queues.get(contact.queue)
        until = tx.now + micros(queue.wrap_up if queue else 120)
        held = contact.held_us + (tx.now - contact.held_from_us if contact.held_from_us else 0)
        contacts.change(
            tx,
            contact.id,
            state=ContactState.ACTIVE,
            values={
                "state": ContactState.WRAPPING,
                "wrap_from_us": tx.now,
                "wrap_until_us": until,
                "held_us": held,
                "held_from_us": None,
                "park_at_us": None,
                "customer_waits_us": None,
                "epoch": contact.epoch + 1,
            },
        )
        load_version = agents.raise_load(tx, contact.agent_id)
        tx.emit(
            events.ContactWrapping(
                contact=contact.id,
                agent=contact.agent_id,
                queue=contact.queue,
                channel=contact.channel,
                until=until,
                talked=tx.now - (contact.accepted_us or tx.now) - held,
                held=held,
                load_version=load_version,
            ),
            actor=actor,
            correlation=correlation,
        )
        return until

    def extend(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Ask for more time to wrap up."""
        contact = held_contact(tx, deed, ContactState.WRAPPING)
        queue = self._book.queues.get(contact.queue)
        until = max(contact.wrap_until_us, tx.now) + micros(queue.wrap_up_extension if queue else 60)
        contacts.change(tx, contact.id, state=ContactState.WRAPPING, values={"wrap_until_us": until})
        tx.emit(
            events.WrapUpExtended(contact=contact.id, agent=deed.agent, until=until),
            actor=deed.actor,
            correlation=deed.correlation,
        )
        return {"wrap_until": until // 1000}

    def finish(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """File the contact with its disposition; the interaction closes unless it is kept open."""
        contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING)
        allowed = [disposition.key for disposition in self._book.dispositions_of(contact.queue)]
        if deed.disposition not in allowed:
            raise Invalid(
                f"Choose a disposition: {', '.join(allowed)}.", fields={"disposition": "required, one of the list"}
            )
        if deed.text.strip():
            write_message(tx, words(deed, contact, "note", "none"))
        if contact.state == ContactState.ACTIVE:
            self.end(tx, deed)
            contact = contacts.find(tx, contact.id)
        self._file(tx, contact, deed.actor, deed.disposition, keep_open=deed.keep_open)
        return {}

    def read(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """All messages were seen. Not an event (decisions 17)."""
        contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING)
        contacts.change(tx, contact.id, state=contact.state, values={"unread": 0})
        return {}

    # ---- what the deadlines do ---------------------------------------------------------------------------------
    def wrap_up_over(self, tx: Tx, contact_id: str) -> bool:
        """The timer ran out: the system disposition is filed, the text is kept (decisions 7)."""
        contact = contacts.find(tx, contact_id)
        if contact is None or contact.state != ContactState.WRAPPING or contact.wrap_until_us > tx.now:
            return False
        self._file(tx, contact, "system:wrap_up_timer", SYSTEM_DISPOSITION, keep_open=False)
        return True

    def park(self, tx: Tx, contact_id: str, *, reason: str, requeue: bool = False) -> bool:
        """A text contact ends as parked; the next message finds the same agent first (decisions 3).

        With `requeue` the customer waits for us: the next contact is queued at once, with its old virtual start.
        """
        contact = contacts.find(tx, contact_id)
        if contact is None or contact.state != ContactState.ACTIVE:
            return False
        deed = Deed(contact.agent_id, contact.id)
        grey_line(tx, deed, contact, "parked", by_system=True, reason=reason)
        endings.end_with_agent(tx, contact, Outcome.PARKED, actor="system:deadlines")
        if requeue:
            row = passes.queue_next(tx, contact, Place(contact.queue, contact.band, self._book.version))
            tx.emit(endings.queued_event(row, contact.id), actor="system:deadlines")
        return True

    # ---- steps -------------------------------------------------------------------------------------------------
    def _offer(self, tx: Tx, deed: Deed) -> tuple[Any, Any]:
        offer = offers.find(tx, deed.target)
        if offer is None or offer.agent_id != deed.agent:
            raise NotFound("There is no such offer for you.")
        contact = contacts.find(tx, offer.contact_id)
        assert contact is not None
        if offer.state != "open" or contact.state != ContactState.OFFERED:
            raise Conflict(*_ENDED.get(offer.state, _ENDED["withdrawn"]))
        if offer.deadline_us <= tx.now:
            raise Conflict(*_ENDED["expired"])
        return offer, contact

    def _we_answered(self, tx: Tx, deed: Deed, contact: Any) -> None:
        queue = self._book.queues.get(contact.queue)
        values: dict[str, Any] = {
            "customer_waits_us": None,
            "unread": 0,
            "park_at_us": tx.now + micros(queue.park_after if queue else 1800),
        }
        if contact.mode == Mode.LIVE:
            values["mode"] = Mode.PAUSED
        contacts.change(tx, contact.id, state=ContactState.ACTIVE, values=values)
        if contact.mode == Mode.LIVE:
            self._mode_changed(tx, deed, contact, Mode.PAUSED)

    def _set_mode(self, tx: Tx, deed: Deed, mode: Mode) -> dict[str, Any]:
        contact = held_contact(tx, deed, ContactState.ACTIVE)
        if contact.mode == mode:
            return {}
        values: dict[str, Any] = {"mode": mode}
        if mode is Mode.HELD:
            values["held_from_us"] = tx.now
        elif contact.held_from_us:
            values |= {"held_from_us": None, "held_us": contact.held_us + tx.now - contact.held_from_us}
        contacts.change(tx, contact.id, state=ContactState.ACTIVE, values=values)
        self._mode_changed(tx, deed, contact, mode)
        grey_line(tx, deed, contact, "held" if mode is Mode.HELD else "resumed")
        return {}

    def _mode_changed(self, tx: Tx, deed: Deed, contact: Any, mode: Mode) -> None:
        tx.emit(
            events.ContactModeChanged(
                contact=contact.id,
                agent=contact.agent_id,
                channel=contact.channel,
                mode=mode,
                load_version=agents.raise_load(tx, contact.agent_id),
            ),
            actor=deed.actor,
            correlation=deed.correlation,
        )

    def _file(self, tx: Tx, contact: Any, actor: str, disposition: str, *, keep_open: bool) -> None:
        endings.end_with_agent(tx, contact, Outcome.HANDLED, actor=actor, disposition=disposition)
        if not keep_open and not contacts.living_of(tx, [contact.interaction_id])[contact.interaction_id]:
            interactions.close(tx, contact.interaction_id)
            body = events.InteractionClosed(
                interaction=contact.interaction_id, customer=contact.customer_id, reason="wrap_up"
            )
            tx.emit(body, actor=actor)


def _is_in_hand(tx: Tx, deed: Deed, message: Any) -> bool:
    """Whether the message's contact is the agent's. Asked first: nobody else learns that there is such a message."""
    contact = contacts.find(tx, message.contact_id or "")
    return contact is not None and deed.agent in (contact.agent_id, contact.helper_id)


_ENDED = {
    "accepted": ("This offer was already accepted.",),
    "declined": ("This offer was already declined.",),
    "expired": ("The time to accept is over; the contact is offered to the next agent.",),
    "withdrawn": ("The offer was taken back: the customer left or a supervisor moved the contact.",),
    "agent_lost": ("Your connection was gone for too long; the contact waits again.",),
}
