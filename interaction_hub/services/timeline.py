"""The read side for people: messages, customers and their whole history, in the shapes of docs/live.md.

Plain functions over an open connection; they give data for JSON and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
import phonenumbers
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.services.directory import Directory
from interaction_hub.storage import customers, touchpoints

PAGE = 20
CONVERSATION = 50


@lru_cache(maxsize=10_000)
def address_for_people(kind: str, value: str) -> str:
    """A telephone number in international grouping, a visitor's short sign; anything else as it is.

    Remembered: grouping takes a tenth of a millisecond, and lists show the same people again and again.
    """
    if kind == "visitor":
        return value.partition(":")[2] or f"#{value[-4:].upper()}"
    if kind != "phone":
        return value
    try:
        parsed = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return value
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


# ---- messages --------------------------------------------------------------------------------------------------
def messages(
    connection: sa.Connection, rows: Sequence[Any], directory: Directory, *, contact: str | None = None
) -> list[dict[str, Any]]:
    """Touchpoints as Messages. `contact` names the conversation that shows them."""
    files = _files(connection, rows)
    return [_message(row, directory, files.get(row.id, []), contact) for row in rows]


def _files(connection: sa.Connection, rows: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    """The files of messages, by touchpoint."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in touchpoints.media_of(connection, (row.id for row in rows if row.files)):
        found.setdefault(row.touchpoint_id, []).append(
            {
                "id": row.id,
                "name": row.name,
                "type": row.content_type or row.claimed_type,
                "state": row.state,
                "reason": row.reason,
                "size": row.size,
                "url": f"/api/v1/media/{row.id}" if row.state == "kept" else None,
            }
        )
    return found


def _message(row: Any, directory: Directory, media: list[dict[str, Any]], contact: str | None) -> dict[str, Any]:
    details: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if row.details != b"{}":  # what most messages have
        details = msgspec.json.decode(bytes(row.details))
        values = details.get("values", {})
        for field in ("by", "agent", "helper"):
            if values.get(field):
                values[f"{field}_name"] = directory.name(values[field])
    author_name = directory.name(row.author_id) if row.author_kind == "agent" else ""
    return {
        "id": row.id,
        "interaction": row.interaction_id,
        "contact": contact or row.contact_id,
        "seq": row.seq,
        "at": milliseconds(row.at_us),
        "channel": row.channel,
        "kind": row.kind,
        "direction": row.direction,
        "author": {"kind": row.author_kind, "id": row.author_id, "name": author_name},
        "text": row.text,
        "state": row.state,
        "error": {"code": row.code, "reason": row.reason} if row.state == "failed" else None,
        "parts": row.parts,
        "whisper": bool(details.get("whisper")),
        "media": media,
        "event": details.get("event"),
        "values": values,
    }


def conversation(
    connection: sa.Connection, contact: Any, directory: Directory, *, before: int, most: int = CONVERSATION
) -> list[dict[str, Any]]:
    """The messages of a contact's interaction before a number, in order; none that was whispered to another agent."""
    rows = touchpoints.of_interaction(connection, contact.interaction_id, before=before, most=most)
    return messages(connection, _heard(contact, rows), directory, contact=contact.id)


def conversations(
    connection: sa.Connection, contacts: Sequence[Any], directory: Directory, *, most: int = CONVERSATION
) -> dict[str, list[dict[str, Any]]]:
    """The last messages of each contact's interaction, in order, by contact."""
    newest = touchpoints.newest(connection, (contact.interaction_id for contact in contacts), most=most)
    heard = {contact.id: _heard(contact, newest[contact.interaction_id]) for contact in contacts}
    files = _files(connection, (row for rows in heard.values() for row in rows))
    return {
        contact: [_message(row, directory, files.get(row.id, []), contact) for row in rows]
        for contact, rows in heard.items()
    }


def _heard(contact: Any, rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row.contact_id == contact.id or not is_whisper(row)]


def is_whisper(row: Any) -> bool:
    """Whether a touchpoint is a supervisor's word to one agent, in one contact."""
    return row.kind == "note" and bool(msgspec.json.decode(bytes(row.details)).get("whisper"))


def is_in_history(connection: sa.Connection, touchpoint: str) -> bool:
    """Whether the history that every agent may read shows this entry (and so its files)."""
    row = touchpoints.by_ids(connection, [touchpoint]).get(touchpoint)
    return row is not None and row.kind == "message"


def message_views(connection: sa.Connection, ids: Iterable[str], directory: Directory) -> dict[str, dict[str, Any]]:
    """Messages by id, in the order of their ids: that in which they were written."""
    rows = touchpoints.by_ids(connection, ids)
    ordered = [rows[key] for key in sorted(rows)]
    return {one["id"]: one for one in messages(connection, ordered, directory)}


# ---- customers -------------------------------------------------------------------------------------------------
def customer_view(connection: sa.Connection, customer_id: str) -> dict[str, Any]:
    """Who it is, with every identity. Raises `NotFound`."""
    found = customer_views(connection, [customer_id])
    if customer_id not in found:
        raise NotFound("There is no such customer.")
    return found[customer_id]


def customer_views(connection: sa.Connection, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Customers by id, each with every identity."""
    rows: dict[str, Any] = {}
    identities: dict[str, dict[str, dict[str, Any]]] = {}
    for row in customers.with_identities(connection, ids):
        rows[row.id] = row
        known = identities.setdefault(row.id, {})
        if row.identity:
            one = known.setdefault(row.identity, _identity(row))
            if row.opted_out:
                one["opted_out"].append(row.opted_out)
    return {
        key: {
            **customer_line(row),
            "version": row.version,
            "since": milliseconds(row.created_us),
            "touchpoints": row.touchpoints,
            "identities": list(identities[key].values()),
            "facts": msgspec.json.decode(bytes(row.facts)),
        }
        for key, row in rows.items()
    }


def _identity(row: Any) -> dict[str, Any]:
    return {
        "id": row.identity,
        "kind": row.kind,
        "value": row.value,
        "display": address_for_people(row.kind, row.value),
        "verified": bool(row.verified),
        "opted_out": [],
    }


def customer_line(customer: Any) -> dict[str, Any]:
    """Who it is, in short."""
    return {
        "id": customer.id,
        "name": customer.name,
        "tier": customer.tier,
        "language": customer.language,
        "time_zone": customer.time_zone,
    }


def history(
    connection: sa.Connection,
    customer_id: str,
    *,
    cursor: str | None = None,
    channel: str | None = None,
    kind: str | None = None,
    most: int = PAGE,
) -> dict[str, Any]:
    """One page of the whole history over all channels, newest first: `{items, next}`."""
    before = parse_cursor(cursor)
    wanted = kind or None
    rows = touchpoints.of_customer(
        connection, customer_id, before=before, channel=channel or None, kind=wanted, most=most + 1
    )
    shown, following = _page(rows, most)
    return {"items": messages(connection, shown, Directory(connection)), "next": following}


def newest_histories(
    connection: sa.Connection, lengths: Mapping[str, int], directory: Directory, *, most: int = PAGE
) -> dict[str, dict[str, Any]]:
    """The first page of the history of each customer. `lengths` says how many touchpoints each has."""
    newest = touchpoints.newest_of(connection, lengths, most=most + 1)
    pages = {key: _page(rows, most) for key, rows in newest.items()}
    files = _files(connection, (row for shown, _ in pages.values() for row in shown))
    return {
        key: {"items": [_message(row, directory, files.get(row.id, []), None) for row in shown], "next": following}
        for key, (shown, following) in pages.items()
    }


def _page(rows: Sequence[Any], most: int) -> tuple[list[Any], str | None]:
    """What of the rows is shown, and the cursor of what follows."""
    page = rows[:most]
    following = f"{page[-1].at_us}.{page[-1].id}" if len(rows) > most else None
    return [row for row in page if not is_whisper(row)], following


def parse_cursor(cursor: str | None) -> tuple[int, str] | None:
    """The keyset place behind a cursor. Raises `Invalid`."""
    if not cursor:
        return None
    at, _, key = cursor.partition(".")
    if not at.isascii() or not at.isdigit() or len(at) > 18 or len(key) != 36:
        raise Invalid("The cursor is not one of ours. Leave it out to begin again.", fields={"cursor": "malformed"})
    return int(at), key
