"""Who does what to which contact: the argument of the desk's verbs, the check that it is his, and its grey lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interaction_hub.domain.states import ContactState
from interaction_hub.errors import Conflict, NotFound
from interaction_hub.services.conversation import Draft, write_message
from interaction_hub.storage import contacts
from interaction_hub.storage.unit import Tx


@dataclass(frozen=True, slots=True)
class Deed:
    """`target` is a contact, an offer or an interaction; what follows are the arguments of the one verb.

    `steers`: a supervisor does it. `until` is hub time (µs).
    """

    agent: str
    target: str
    text: str = ""
    queue: str = ""
    other_agent: str = ""
    disposition: str = ""
    keep_open: bool = False
    correlation: str = ""
    files: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    until: int = 0
    steers: bool = False

    @property
    def actor(self) -> str:
        """How the log names the agent."""
        return f"agent:{self.agent}"


def held_contact(tx: Tx, deed: Deed, *states: ContactState, helper_too: bool = False) -> Any:
    """The row of a contact that the agent holds (or helps with) in one of these states. Raises if it is not so."""
    contact = contacts.find(tx, deed.target)
    hands = () if contact is None else (contact.agent_id, contact.helper_id) if helper_too else (contact.agent_id,)
    if contact is None or deed.agent not in hands:
        raise NotFound("There is no such contact among yours.")
    check_state(contact, *states)
    return contact


def check_state(contact: Any, *states: ContactState) -> None:
    """Raises `Conflict` if the contact is in none of these states."""
    if contact.state not in states:
        raise Conflict(f"The contact is {contact.state}; this needs it to be {' or '.join(states)}.", code="state")


def words(deed: Deed, contact: Any, kind: str, direction: str, **details: Any) -> Draft:
    """What the agent wrote, ready for the conversation."""
    return Draft(
        contact,
        kind,
        direction,
        "agent",
        deed.agent,
        deed.text,
        deed.correlation,
        details=details,
        files=deed.files,
    )


def grey_line(tx: Tx, deed: Deed, contact: Any, what: str, *, by_system: bool = False, **values: Any) -> str:
    """The grey line in the conversation; the log has the event itself. Returns the touchpoint's id."""
    author = "system" if by_system else "agent"
    details = {"event": what, "values": {"by": deed.agent, **values}}
    return write_message(tx, Draft(contact, "event", "none", author, deed.agent, "", deed.correlation, details=details))
