"""The read side for people: contacts, messages, customers and their whole history, in the shapes of docs/live.md.

Plain functions over an open connection; they give data for JSON and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import phonenumbers
import sqlalchemy as sa

from channels.contract import Capabilities
from interaction_hub.clock import milliseconds
from interaction_hub.domain.carriage import CARRIED_BY_HUB
from interaction_hub.domain.rules import RuleBook
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.storage import agents, contacts, customers, interactions, offers, tables, touchpoints, users

PAGE = 20
CONVERSATION = 50
_NAMES = sa.select(tables.user.c.id, tables.user.c.name)


class Directory:
    """Names of agents, looked up once a connection's use; agents are few."""

    def __init__(self, connection: sa.Connection) -> None:
        self._names = {row.id: row.name for row in connection.execute(_NAMES)}

    def name(self, agent: str) -> str:
        """The name, or nothing if there is no such person."""
        return str(self._names.get(agent, ""))


def address_for_people(kind: str, value: str) -> str:
    """A telephone number in international grouping, a visitor's short sign; anything else as it is."""
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
    files: dict[str, list[dict[str, Any]]] = {}
    for row in touchpoints.media_of(connection, (row.id for row in rows if row.kind == "message")):
        files.setdefault(row.touchpoint_id, []).append(
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
    return [_message(row, directory, files.get(row.id, []), contact) for row in rows]


def _message(row: Any, directory: Directory, media: list[dict[str, Any]], contact: str | None) -> dict[str, Any]:
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
    connection: sa.Connection, contact: Any, directory: Directory, *, before: int = 2**62, most: int = CONVERSATION
) -> list[dict[str, Any]]:
    """The last messages of a contact's interaction, in order; none that was whispered to an earlier agent."""
    rows = touchpoints.of_interaction(connection, contact.interaction_id, before=before, most=most)
    mine = [row for row in rows if row.contact_id == contact.id or not is_whisper(row)]
    return messages(connection, mine, directory, contact=contact.id)


def is_whisper(row: Any) -> bool:
    """Whether a touchpoint is a supervisor's word to one agent, in one contact."""
    return row.kind == "note" and bool(msgspec.json.decode(bytes(row.details)).get("whisper"))


def message_views(connection: sa.Connection, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Messages by id."""
    rows = touchpoints.by_ids(connection, ids)
    return messages(connection, list(rows.values()), Directory(connection))


# ---- contacts --------------------------------------------------------------------------------------------------
def contact_views(connection: sa.Connection, ids: Iterable[str], book: RuleBook) -> dict[str, dict[str, Any]]:
    """Contacts by id, as the work list shows them."""
    rows = contacts.by_ids(connection, ids)
    open_offers = offers.open_of_contacts(connection, rows)
    return {key: _contact(connection, row, open_offers.get(key), book) for key, row in rows.items()}


def _contact(connection: sa.Connection, row: Any, offer: Any | None, book: RuleBook) -> dict[str, Any]:
    customer = customers.get(connection, row.customer_id)
    identity = customers.identity(connection, row.identity_id)
    interaction = interactions.by_ids(connection, [row.interaction_id])[row.interaction_id]
    queue = book.queues.get(row.queue)
    return {
        "id": row.id,
        "interaction": row.interaction_id,
        "customer": _customer_line(customer),
        "channel": row.channel,
        "account": row.account,
        "address": identity.value,
        "display": address_for_people(identity.kind, identity.value),
        "queue": {"id": row.queue, "name": queue.name if queue else row.queue},
        "subject": interaction.subject,
        "state": row.state,
        "mode": row.mode,
        "band": row.band,
        "agent": row.agent_id,
        "entered_at": milliseconds(row.entered_us),
        "accepted_at": milliseconds(row.accepted_us),
        "customer_waits_since": milliseconds(row.customer_waits_us),
        "target_ms": int((queue.target if queue else 300) * 1000),
        "wrap_until": milliseconds(row.wrap_until_us) if row.state == "wrapping" else None,
        "unread": row.unread,
        "here": row.gone_us is None if row.channel in CARRIED_BY_HUB else None,
        "page": _page(connection, row) if row.channel in CARRIED_BY_HUB else "",
        "helper": _person(connection, row.helper_id),
        "last": _last_words(connection, row.interaction_id),
        "offer": _offer(offer, queue, book) if offer is not None and row.state == "offered" else None,
    }


def _page(connection: sa.Connection, row: Any) -> str:
    """The page that the visitor was on when he wrote last."""
    for entry in reversed(touchpoints.of_interaction(connection, row.interaction_id, most=20)):
        if entry.direction == "in" and entry.kind == "message":
            return str(msgspec.json.decode(bytes(entry.details)).get("values", {}).get("page", ""))
    return ""


def _person(connection: sa.Connection, user: str | None) -> dict[str, str] | None:
    row = users.get(connection, user) if user else None
    return {"id": row.id, "name": row.name} if row is not None else None


def _last_words(connection: sa.Connection, interaction: str) -> dict[str, Any] | None:
    for row in reversed(touchpoints.of_interaction(connection, interaction, most=8)):
        if row.kind == "message":
            return {
                "text": row.text[:200],
                "direction": row.direction,
                "at": milliseconds(row.at_us),
                "state": row.state,
                "author": row.author_id,
            }
    return None


def _offer(offer: Any, queue: Any, book: RuleBook) -> dict[str, Any]:
    why = msgspec.json.decode(bytes(offer.why))
    for need in why.get("requires", ()):
        skill = book.skills.get(need["skill"])
        need["name"] = skill.name if skill is not None else need["skill"]
    why["missed"] = "next_agent_and_away" if queue is not None and queue.away_after_missed == 1 else "next_agent"
    return {
        "id": offer.id,
        "made_at": milliseconds(offer.made_us),
        "deadline": milliseconds(offer.deadline_us),
        "why": why,
    }


def _customer_line(customer: Any) -> dict[str, Any]:
    return {
        "id": customer.id,
        "name": customer.name,
        "tier": customer.tier,
        "language": customer.language,
        "time_zone": customer.time_zone,
    }


# ---- customers -------------------------------------------------------------------------------------------------
def customer_view(connection: sa.Connection, customer_id: str) -> dict[str, Any]:
    """Who it is, with every identity. Raises `NotFound`."""
    row = customers.get(connection, customer_id)
    if row is None:
        raise NotFound("There is no such customer.")
    identities: dict[str, dict[str, Any]] = {}
    for identity in customers.identities_of(connection, customer_id):
        known = identities.setdefault(
            identity.id,
            {
                "id": identity.id,
                "kind": identity.kind,
                "value": identity.value,
                "display": address_for_people(identity.kind, identity.value),
                "verified": bool(identity.verified),
                "opted_out": [],
            },
        )
        if identity.opted_out:
            known["opted_out"].append(identity.opted_out)
    return {
        **_customer_line(row),
        "version": row.version,
        "since": milliseconds(row.created_us),
        "touchpoints": row.touchpoints,
        "identities": list(identities.values()),
        "facts": msgspec.json.decode(bytes(row.facts)),
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
    page = rows[:most]
    following = f"{page[-1].at_us}.{page[-1].id}" if len(rows) > most else None
    shown = [row for row in page if not is_whisper(row)]
    return {"items": messages(connection, shown, Directory(connection)), "next": following}


def parse_cursor(cursor: str | None) -> tuple[int, str] | None:
    """The keyset place behind a cursor. Raises `Invalid`."""
    if not cursor:
        return None
    at, _, key = cursor.partition(".")
    if not at.isascii() or not at.isdigit() or len(at) > 18 or len(key) != 36:
        raise Invalid("The cursor is not one of ours. Leave it out to begin again.", fields={"cursor": "malformed"})
    return int(at), key


def pop(connection: sa.Connection, contact: Any, capabilities: Capabilities | None) -> dict[str, Any]:
    """The screen pop: who it is, what is open, and the top of the history; sent with the offer itself."""
    who = customer_view(connection, contact.customer_id)
    blocked = customers.is_opted_out(connection, contact.identity_id, contact.account)
    return {
        "contact": contact.id,
        "customer": who,
        "open_interactions": [
            {
                "id": row.id,
                "subject": row.subject,
                "channel": row.channel,
                "state": row.state,
                "last_at": milliseconds(row.last_us),
            }
            for row in interactions.open_of(connection, contact.customer_id)
        ],
        "timeline": {**history(connection, contact.customer_id), "total": who["touchpoints"]},
        "composer": {
            "max_text": capabilities.max_text if capabilities else 1600,
            "counts_parts": capabilities.counts_parts if capabilities else False,
            "live": capabilities is not None and not capabilities.deferred,
            "typing": capabilities.typing if capabilities else False,
            "media_out": capabilities.media_out if capabilities else False,
            "blocked": "opted_out" if blocked else None,
        },
    }


# ---- the agent's own snapshot ----------------------------------------------------------------------------------
def work_of(connection: sa.Connection, agent: str) -> list[Any]:
    """Rows of the contacts that stand in an agent's work list: offered ones first by deadline, then held ones."""
    offered = [row.contact_id for row in offers.open_of_agent(connection, agent)]
    rows = contacts.by_ids(connection, offered) if offered else {}
    return [*(rows[key] for key in offered if key in rows), *contacts.of_agent(connection, agent)]


_DAY = (
    sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(tables.contact.c.ended_us - tables.contact.c.accepted_us), 0),
    )
    .where(
        tables.contact.c.agent_id == sa.bindparam("a"),
        contacts.IS_HANDLED,
    )
    .where(tables.contact.c.ended_us >= sa.bindparam("since"))
)


def agent_view(connection: sa.Connection, agent: str, book: RuleBook, *, since: int) -> dict[str, Any]:
    """The agent himself: presence, room on each channel, and his day since `since` (µs)."""
    row = agents.get(connection, agent)
    if row is None:
        raise NotFound("There is no such agent.")
    abilities = book.agents.get(row.login)
    held: dict[str, int] = {}
    for contact in work_of(connection, agent):
        held[contact.channel] = held.get(contact.channel, 0) + 1
    units = sum(book.company.weights.get(channel, 0) * number for channel, number in held.items())
    capacity = []
    for channel, limit in (abilities.channels if abilities else {}).items():
        used, weight = held.get(channel, 0), book.company.weights.get(channel, 0)
        spare = (abilities.capacity - units) // weight if abilities and weight else limit
        capacity.append(
            {"channel": channel, "used": used, "limit": limit, "blocked": max(0, limit - used - max(0, spare))}
        )
    handled, took = connection.execute(_DAY, {"a": agent, "since": since}).one()
    return {
        "id": row.id,
        "name": row.name,
        "role": row.role,
        "presence": row.presence,
        "reason": row.reason,
        "since": milliseconds(row.since_us),
        "set_by": row.set_by,
        "confirmed": bool(row.confirmed),
        "after_contact": bool(row.after_contact),
        "capacity": capacity,
        "day": {"handled": handled, "handle_ms": int(took) // handled // 1000 if handled else None},
    }
