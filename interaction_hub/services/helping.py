"""A supervisor in somebody else's conversation: he whispers, steps in beside the agent, or takes it over."""

from __future__ import annotations

from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.rules import micros
from interaction_hub.domain.states import ContactState, Outcome
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services import endings, passes
from interaction_hub.services.conversation import write_message
from interaction_hub.services.deeds import Deed, check_state, grey_line, words
from interaction_hub.services.passes import Place, Taking
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts
from interaction_hub.storage.unit import Tx

PARK_AFTER_SECONDS = 1800


class Helping:
    """The verbs; `target` is a contact that an agent holds."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    def whisper(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """A note for the agent's eyes (and supervisors')."""
        contact = _held(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING)
        if not deed.text.strip():
            raise Invalid("There is nothing to whisper. Write a few words first.", fields={"text": "empty"})
        draft = words(deed, contact, "note", "none", whisper=True, to=contact.agent_id)
        return {"message": write_message(tx, draft)}

    def join(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Step in: the customer is told, and the helper can reply from now on."""
        contact = _held(tx, deed, ContactState.ACTIVE)
        if contact.agent_id == deed.agent:
            raise Conflict("This conversation is yours already.", code="yours")
        if contact.helper_id == deed.agent:
            return {}
        if contact.helper_id:
            other = agents.get(tx.connection, contact.helper_id)
            raise Conflict(f"{other.name if other else 'Somebody'} has stepped in already.", code="helped")
        contacts.change(tx, contact.id, state=ContactState.ACTIVE, values={"helper_id": deed.agent})
        grey_line(tx, deed, contact, "joined")
        body = events.HelperJoined(contact=contact.id, agent=contact.agent_id, helper=deed.agent)
        tx.emit(body, actor=deed.actor, correlation=deed.correlation)
        return {}

    def leave(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """Step out again; twice is as good as once."""
        contact = _held(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING)
        if contact.helper_id != deed.agent:
            return {}
        contacts.change(tx, contact.id, state=contact.state, values={"helper_id": None})
        grey_line(tx, deed, contact, "left")
        body = events.HelperLeft(contact=contact.id, agent=contact.agent_id, helper=deed.agent)
        tx.emit(body, actor=deed.actor, correlation=deed.correlation)
        return {}

    def take_over(self, tx: Tx, deed: Deed) -> dict[str, Any]:
        """The agent's contact ends as transferred; the next one is the supervisor's at once, whatever he holds."""
        contact = _held(tx, deed, ContactState.ACTIVE)
        if contact.agent_id == deed.agent:
            raise Conflict("This conversation is yours already.", code="yours")
        queue = self._rules.current.queues.get(contact.queue)
        agents.add(tx, deed.agent)
        grey_line(tx, deed, contact, "taken_over", agent=contact.agent_id)
        endings.end_with_agent(tx, contact, Outcome.TRANSFERRED, actor=deed.actor)
        place = Place(contact.queue, contact.band, self._rules.current.version)
        parks_after = micros(queue.park_after if queue else PARK_AFTER_SECONDS)
        taking = Taking(deed.agent, parks_after, deed.actor, contact.agent_id, deed.correlation)
        return {"contact": passes.take_over(tx, contact, place, taking)["id"]}


def _held(tx: Tx, deed: Deed, *states: ContactState) -> Any:
    contact = contacts.find(tx, deed.target)
    if contact is None:
        raise NotFound("There is no such contact.")
    if contact.state in (ContactState.QUEUED, ContactState.OFFERED):
        raise Conflict("Nobody has taken this contact yet. Assign it to an agent instead.", code="waiting")
    check_state(contact, *states)
    return contact
