"""What a visitor sees of his chat: the conversation's state, and its lines. Reads alone; notes are never among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.documents import Site
from interaction_hub.domain.rules import REOPEN_WINDOW, RuleBook
from interaction_hub.domain.states import ContactState
from interaction_hub.services import left_messages
from interaction_hub.storage import interactions, tables, touchpoints, visits

PAGE = 50
WINDOW = REOPEN_WINDOW["chat"]
"""How long after its last word a stranger still sees his conversation (µs); then he is a new stranger."""
SHOWN_EVENTS = frozenset(
    {"accepted", "joined", "transferred", "taken_over", "ended", "customer_ended", "customer_left", "left"}
)
_PERSON = sa.select(tables.user.c.id, tables.user.c.login, tables.user.c.name).where(
    tables.user.c.id == sa.bindparam("u")
)
NOTHING: dict[str, Any] = {
    "state": "none",
    "agent": None,
    "helper": None,
    "queue": "",
    "place": None,
    "waited_since": None,
    "rated": False,
    "can_rate": False,
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visitor's chat as of now: what is shown, and which rows it is about."""

    conversation: dict[str, Any]
    lines: list[dict[str, Any]]
    more: bool
    identity: str = ""
    customer: str = ""
    interaction: str = ""
    contact: str = ""
    agent: str = ""
    queue: str = ""
    waiting: bool = False


class Faces:
    """Agents as customers may know them: the public name and the languages of their document."""

    def __init__(self, connection: sa.Connection, book: RuleBook) -> None:
        self._connection, self._book = connection, book
        self._people: dict[str, Any] = {}

    def name(self, user: str) -> str:
        """The name for customers, or nothing if there is no such person."""
        row = self._person(user)
        if row is None:
            return ""
        abilities = self._book.agents.get(row.login)
        return (abilities.public_name if abilities else "") or str(row.name)

    def face(self, user: str) -> dict[str, Any] | None:
        """Name and languages."""
        row = self._person(user)
        if row is None:
            return None
        abilities = self._book.agents.get(row.login)
        return {"name": self.name(user), "languages": list(abilities.languages) if abilities else []}

    def _person(self, user: str) -> Any | None:
        # One by one: a conversation has one or two of a thousand.
        if user and user not in self._people:
            self._people[user] = self._connection.execute(_PERSON, {"u": user}).first()
        return self._people.get(user)


def is_over(connection: sa.Connection, value: str, now: int) -> bool:
    """Whether whoever comes with this stranger's credential is to be a new stranger.

    30 minutes after the last word he is, unless his page has stayed open in a chat that goes on; who left a message for
    later is from then on, because the next person at that computer must not read it.
    """
    identity = visits.identity(connection, value)
    interaction = visits.last_interaction(connection, identity.id) if identity is not None else None
    if interaction is None:
        return False
    contact = visits.last_contact(connection, interaction.id)
    if contact is not None and left_messages.receipt(connection, contact.id) is not None:
        return True
    silent = interaction.last_us < now - WINDOW
    return silent and (contact is None or contact.state == ContactState.ENDED or contact.gone_us is not None)


def visit(connection: sa.Connection, value: str, *, verified: bool, site: Site, book: RuleBook, now: int) -> Visit:
    """All that the visitor's page shows. A stranger sees the conversation that is going on and nothing else."""
    identity = visits.identity(connection, value)
    interaction = visits.last_interaction(connection, identity.id) if identity is not None else None
    if identity is None or interaction is None:
        return Visit(NOTHING, [], more=False, identity=identity.id if identity is not None else "")
    contact = visits.last_contact(connection, interaction.id)
    left = left_messages.receipt(connection, contact.id) if contact is not None and not verified else None
    if left is not None:
        shown = {**NOTHING, "state": "left", "answer_to": left}
        return Visit(shown, [], more=False, identity=identity.id, customer=identity.customer_id)
    faces = Faces(connection, book)
    only = "" if verified else interaction.id
    rows = visits.lines(connection, identity.customer_id, identity.id, interaction=only, most=PAGE + 1)
    ended = contact is None or contact.state == ContactState.ENDED
    over = ended and interaction.last_us < now - WINDOW
    return Visit(
        _conversation(connection, interaction, None if over else contact, site=site, book=book, faces=faces),
        _lines(connection, rows[:PAGE], faces),
        more=len(rows) > PAGE,
        identity=identity.id,
        customer=identity.customer_id,
        interaction=interaction.id,
        contact=contact.id if contact is not None else "",
        agent=(contact.agent_id or "") if contact is not None else "",
        queue=contact.queue if contact is not None else "",
        waiting=contact is not None and contact.state in (ContactState.QUEUED, ContactState.OFFERED),
    )


def older(
    connection: sa.Connection, value: str, before: str, *, verified: bool, book: RuleBook
) -> tuple[list[dict[str, Any]], bool]:
    """A page of lines before one that the visitor has, and whether there are still more."""
    identity = visits.identity(connection, value)
    first = touchpoints.by_ids(connection, [before]).get(before)
    if identity is None or first is None or first.customer_id != identity.customer_id:
        return [], False
    if not verified and visits.answer_address(connection, first.contact_id or "") is not None:
        return [], False
    only = "" if verified else first.interaction_id
    rows = visits.lines(connection, identity.customer_id, identity.id, interaction=only, before=first, most=PAGE + 1)
    return _lines(connection, rows[:PAGE], Faces(connection, book)), len(rows) > PAGE


def may_see(connection: sa.Connection, value: str, touchpoint: str) -> bool:
    """Whether a message (and so its files) belongs to a chat of this visitor."""
    row = touchpoints.by_ids(connection, [touchpoint]).get(touchpoint)
    identity = visits.identity(connection, value)
    if row is None or identity is None or row.kind != "message":
        return False
    owner = interactions.by_ids(connection, [row.interaction_id])[row.interaction_id].identity_id
    return bool(owner == identity.id)


def _conversation(
    connection: sa.Connection, interaction: Any, contact: Any | None, *, site: Site, book: RuleBook, faces: Faces
) -> dict[str, Any]:
    if contact is None:
        return NOTHING
    queue = book.queues.get(contact.queue)
    waiting = contact.state in (ContactState.QUEUED, ContactState.OFFERED)
    over = contact.state in (ContactState.WRAPPING, ContactState.ENDED) and contact.outcome != "parked"
    rated = over and visits.is_rated(connection, interaction.id, contact.id)
    return {
        "state": _state(contact),
        "agent": faces.face(contact.agent_id) if contact.agent_id else None,
        "helper": faces.name(contact.helper_id) if contact.helper_id else None,
        "queue": queue.name if queue is not None else "",
        "place": visits.place(connection, contact) if waiting else None,
        "waited_since": milliseconds(contact.virtual_start_us) if waiting else None,
        "rated": rated,
        "can_rate": site.rating and over and not rated and bool(contact.agent_id),
    }


def _state(contact: Any) -> str:
    match contact.state:
        case ContactState.QUEUED | ContactState.OFFERED:
            return "waiting"
        case ContactState.ACTIVE:
            return "held" if contact.mode == "held" else "talking"
        case _:
            return "none" if contact.outcome == "parked" else "ended"


def _lines(connection: sa.Connection, rows: Sequence[Any], faces: Faces) -> list[dict[str, Any]]:
    """Rows, newest first, as lines in the order in which they happened."""
    files: dict[str, list[dict[str, Any]]] = {}
    for row in touchpoints.media_of(connection, (row.id for row in rows)):
        files.setdefault(row.touchpoint_id, []).append(
            {"id": row.id, "name": row.name, "type": row.content_type, "size": row.size, "state": row.state}
        )
    made = (_line(row, files.get(row.id, []), faces) for row in reversed(rows))
    return [line for line in made if line is not None]


def _line(row: Any, files: list[dict[str, Any]], faces: Faces) -> dict[str, Any] | None:
    details = msgspec.json.decode(bytes(row.details))
    event = details.get("event", "")
    if row.kind == "event" and event not in SHOWN_EVENTS:
        return None
    values = details.get("values", {})
    who = row.author_id if row.author_kind == "agent" else values.get("by", "")
    return {
        "id": row.id,
        "seq": row.seq,
        "at": milliseconds(row.at_us),
        "kind": row.kind,
        "from": {"in": "me", "out": "agent"}.get(row.direction, "system"),
        "name": faces.name(who) if row.direction != "in" else "",
        "text": row.text,
        "state": row.state if row.direction == "out" else "sent",
        "event": event,
        "score": values.get("score"),
        "files": files,
        "client_id": row.provider_id.rpartition("/")[2] if row.direction == "in" else "",
    }
