"""What belongs to one person: his drafts and settings, and the mentions of him in notes."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.domain.states import ContactState
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.ids import new_id
from interaction_hub.services.deeds import Deed, held_contact
from interaction_hub.services.masking import mask_cards
from interaction_hub.storage import drafts, mentions, preferences
from interaction_hub.storage.unit import Tx

MOST_SETTING = 8 * 1024
"""Bytes of JSON that one setting may take."""
MOST_SETTINGS = 100
MOST_DEPTH = 20
MOST_NUMBER = 2**53


def save_draft(tx: Tx, deed: Deed, kind: str, typed: int) -> dict[str, Any]:
    """Keep what is being written in a contact, unless something was `typed` (µs) after it. No event (decisions 17)."""
    contact = held_contact(tx, deed, ContactState.ACTIVE, ContactState.WRAPPING, helper_too=True)
    drafts.save(tx, deed.agent, contact.id, kind, mask_cards(deed.text)[0], typed)
    return {}


def save_setting(tx: Tx, user: str, key: str, value: Any) -> dict[str, Any]:
    """Keep any JSON under a key of the person's own; null forgets it. Not an event."""
    if value is None:
        preferences.forget(tx, user, key)
        return {}
    encoded = _as_json(value)
    known = preferences.of_user(tx.connection, user)
    if key not in known and len(known) >= MOST_SETTINGS:
        raise Conflict(f"{MOST_SETTINGS} settings are kept already. Forget one that is not used.", code="too_many")
    preferences.save(tx, user, key, encoded)
    return {}


def settings_of(connection: sa.Connection, user: str) -> dict[str, Any]:
    """All that a person has set, by key."""
    return preferences.of_user(connection, user)


def mention(tx: Tx, deed: Deed, contact: Any, note: str) -> None:
    """Ask people for their attention to a note. Raises `Invalid` for somebody who is not there."""
    asked = sorted(set(deed.mentions) - {deed.agent})
    if len(mentions.active_people(tx.connection, asked)) != len(asked):
        raise Invalid(
            "Somebody who is mentioned does not work here any more. Take the name out and save the note again.",
            fields={"mentions": "unknown person"},
        )
    rows = [
        {
            "id": new_id(),
            "touchpoint_id": note,
            "interaction_id": contact.interaction_id,
            "customer_id": contact.customer_id,
            "user_id": person,
            "author_id": deed.agent,
            "at_us": tx.now,
        }
        for person in asked
    ]
    if rows:
        tx.settle()  # mentions point to the note
    mentions.insert(tx, rows)
    for row in rows:
        tx.emit(_mentioned(row), actor=deed.actor, correlation=deed.correlation)


def _mentioned(row: dict[str, Any]) -> events.AgentMentioned:
    return events.AgentMentioned(
        mention=row["id"],
        touchpoint=row["touchpoint_id"],
        interaction=row["interaction_id"],
        customer=row["customer_id"],
        agent=row["user_id"],
        author=row["author_id"],
    )


def read_mention(tx: Tx, deed: Deed) -> dict[str, Any]:
    """It was seen; `target` is the mention. Twice is as good as once."""
    row = mentions.get(tx.connection, deed.target)
    if row is None or row.user_id != deed.agent:
        raise NotFound("There is no such mention of you.")
    if mentions.read(tx, deed.target):
        body = events.MentionRead(mention=deed.target, agent=deed.agent)
        tx.emit(body, actor=deed.actor, correlation=deed.correlation)
    return {}


def _as_json(value: Any) -> bytes:
    if not _is_plain(value, MOST_DEPTH):
        raise Invalid(
            f"The value may hold no U+0000, half a surrogate pair or number beyond 2^53; {MOST_DEPTH} levels at most.",
            fields={"value": "cannot be stored"},
        )
    encoded = msgspec.json.encode(value)
    if len(encoded) > MOST_SETTING:
        raise Invalid(f"The value is too large; {MOST_SETTING} bytes are the most.", fields={"value": "too large"})
    return encoded


def _is_plain(value: Any, depth: int) -> bool:
    """Whether it can be stored, and read back as it is by everybody (RFC 8259, 6: numbers as a double has them)."""
    if depth == 0:
        return False
    match value:
        case str():
            return is_storable(value)
        case bool() | None:
            return True
        case int():
            return abs(value) <= MOST_NUMBER
        case float():
            return math.isfinite(value)
        case list():
            return all(_is_plain(each, depth - 1) for each in value)
        case dict():
            return all(is_storable(key) and _is_plain(each, depth - 1) for key, each in value.items())
        case _:
            return False
