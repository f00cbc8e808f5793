"""Snoozing: a contact ends as parked, its interaction comes back to its owner when it is due (decisions 3)."""

from __future__ import annotations

from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.documents import Queue
from interaction_hub.domain.rules import RuleBook, micros
from interaction_hub.domain.states import ContactState, Outcome
from interaction_hub.durations import DAY, SECOND
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services import endings, passes
from interaction_hub.services.conversation import write_message
from interaction_hub.services.deeds import Deed, grey_line, held_contact, words
from interaction_hub.services.masking import mask_cards
from interaction_hub.services.passes import Place, Taking
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, interactions
from interaction_hub.storage.unit import Tx

LONGEST = 366 * DAY
OWNER_FIRST = 60 * SECOND
"""The least time for which a follow-up waits for its owner before others get it."""
PARK_AFTER_SECONDS = 1800
CLOCK = "system:followups"


class Followups:
    """The verbs of snoozing, and what happens when it is due. A target is a contact, later an interaction."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @property
    def _book(self) -> RuleBook:
        return self._rules.current

    def snooze(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Put the interaction away until a time; what is noted stands in the history, too."""
        contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING)
        _check_time(tx, deed.until)
        if len(contacts.living_of(tx, [contact.interaction_id])[contact.interaction_id]) > 1:
            raise Conflict(
                "The customer has written again and waits in another contact. File this one instead.",
                code="open_contact",
            )
        if deed.text.strip():
            write_message(tx, words(deed, contact, "note", "none"))
        grey_line(tx, deed, contact, "snoozed", until=deed.until // 1000)
        endings.end_with_agent(tx, contact, Outcome.PARKED, actor=deed.actor)
        self._put_away(tx, deed, contact.interaction_id, contact.customer_id, deed.agent)
        return {}

    def reschedule(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Another time, and another note."""
        row = _snoozed(tx, deed)
        _check_time(tx, deed.until)
        self._put_away(tx, deed, row.id, row.customer_id, row.owner)
        return {}

    def resume(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Open it now, past the queue and past the capacity: it is done by hand."""
        row = _snoozed(tx, deed)
        if _open_contact(tx, row) is not None:
            raise Conflict(
                "Another contact with this customer is open already. Go on in that one, or wait until it has ended.",
                code="open_contact",
            )
        queue = self._queue_of(tx, row)
        agents.add(tx, deed.agent)
        _woken(tx, row, "by_hand", deed.actor, deed.correlation)
        place = Place(queue.key, queue.band, self._book.version) if queue else Place("", 5, self._book.version)
        parks_after = micros(queue.park_after if queue else PARK_AFTER_SECONDS)
        taking = Taking(deed.agent, parks_after, deed.actor, correlation=deed.correlation)
        fresh = passes.take_anew(tx, row, place, taking)
        grey_line(tx, deed, contacts.find(tx, fresh["id"]), "resumed_by_hand")
        return {"contact": fresh["id"]}

    def done(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """No follow-up is needed: the interaction closes."""
        row = _snoozed(tx, deed)
        _woken(tx, row, "done", deed.actor, deed.correlation)
        interactions.close(tx, row.id)
        body = events.InteractionClosed(interaction=row.id, customer=row.customer_id, reason="wrap_up")
        tx.emit(body, actor=deed.actor, correlation=deed.correlation)
        return {}

    def due(self, tx: Tx, interaction: str) -> bool:
        """Unit: the time has come; it queues, its owner first. Nothing queues if the customer was faster."""
        row = interactions.get(tx.connection, interaction)
        if row is None or row.due_us is None or row.due_us > tx.now:
            return False
        _woken(tx, row, "due", CLOCK)
        if _open_contact(tx, row) is not None:
            return True
        queue = self._queue_of(tx, row)
        hold = max(OWNER_FIRST, micros(queue.preferred_hold) if queue else 0)
        place = Place(
            queue.key if queue else "", queue.band if queue else 5, self._book.version, row.owner, tx.now + hold
        )
        tx.emit(endings.queued_event(passes.queue_anew(tx, row, place)), actor=CLOCK)
        return True

    def _put_away(self, tx: Tx, deed: Deed, interaction: str, customer: str, owner: str) -> None:
        note, _ = mask_cards(deed.text)
        interactions.snooze(tx, interaction, until=deed.until, owner=owner, note=note)
        body = events.InteractionSnoozed(interaction=interaction, customer=customer, agent=owner, until=deed.until)
        tx.emit(body, actor=deed.actor, correlation=deed.correlation)

    def _queue_of(self, tx: Tx, interaction: Any) -> Queue | None:
        """The queue of the last contact, or where a message would lead if that queue is gone."""
        last = interactions.last_contact(tx.connection, interaction.id)
        known = self._book.queues.get(last.queue) if last is not None else None
        return known or self._book.queue_for(interaction.channel, interaction.our_address)


def _check_time(tx: Tx, until: int) -> None:
    if until <= tx.now:
        raise Invalid("This time has passed. Choose one in the future.", fields={"until": "in the past"})
    if until > tx.now + LONGEST:
        raise Invalid("Choose a time within a year.", fields={"until": "more than a year ahead"})


def _snoozed(tx: Tx, deed: Deed) -> Any:
    """The row of a snoozed interaction, if it is the agent's or he steers. Raises if it is not so."""
    row = interactions.get(tx.connection, deed.target)
    if row is None or (row.owner != deed.agent and not deed.steers):
        raise NotFound("There is no such follow-up among yours.")
    if row.due_us is None:
        raise Conflict("This is not snoozed any more: it was due, or the customer has written.", code="not_snoozed")
    return row


def _open_contact(tx: Tx, interaction: Any) -> Any | None:
    place = (interaction.account, interaction.thread)
    rows = contacts.open_of(tx, [interaction.identity_id])
    return next((row for row in rows if (row.account, row.thread) == place), None)


def _woken(tx: Tx, row: Any, reason: str, actor: str, correlation: str = "") -> None:
    interactions.wake(tx, row.id)
    body = events.InteractionWoken(interaction=row.id, customer=row.customer_id, agent=row.owner or "", reason=reason)
    tx.emit(body, actor=actor, correlation=correlation)
