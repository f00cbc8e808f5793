"""The read side of what belongs to one person: what he snoozed, mentions, drafts, recent customers, the rules.

Plain functions over an open connection, in the shapes of docs/live.md; they change nothing.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services import timeline
from interaction_hub.storage import agents, drafts, interactions, mentions, tables

RECENT = 6
LOOKED_AT = 60
"""Contacts of today among which the last customers are looked for."""
WORDS = 200

_contact, _offer, _touchpoint = tables.contact.c, tables.offer.c, tables.touchpoint.c
_SPOKEN = (
    sa.select(
        _contact.customer_id,
        _contact.channel,
        sa.func.coalesce(_contact.ended_us, _contact.wrap_from_us).label("at_us"),
        tables.customer.c.name,
        tables.identity.c.kind,
        tables.identity.c.value,
    )
    .join_from(tables.contact, tables.customer, tables.customer.c.id == _contact.customer_id)
    .join(tables.identity, tables.identity.c.id == _contact.identity_id)
    .where(_contact.agent_id == sa.bindparam("a"))
)
_ENDED = _SPOKEN.where(_contact.ended_us >= sa.bindparam("since")).order_by(_contact.ended_us.desc()).limit(LOOKED_AT)
_WRAPPING = _SPOKEN.where(
    _contact.state == tables.word("wrapping"), tables.LIVING, _contact.wrap_from_us >= sa.bindparam("since")
)
_newest = (
    sa.select(_touchpoint.interaction_id, sa.func.max(_touchpoint.seq).label("seq"))
    .where(_touchpoint.kind == "message", _touchpoint.interaction_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(_touchpoint.interaction_id)
    .subquery("newest")
)
_LAST = sa.select(
    _touchpoint.interaction_id, _touchpoint.text, _touchpoint.direction, _touchpoint.at_us, _touchpoint.state
).join(_newest, sa.and_(_touchpoint.interaction_id == _newest.c.interaction_id, _touchpoint.seq == _newest.c.seq))


def rules(connection: sa.Connection, book: RuleBook) -> dict[str, Any]:
    """What the company decided, as far as the console needs it, and who works there."""
    return {
        "dispositions": [
            {"id": doc.key, "name": doc.name, "queues": list(doc.queues)} for doc in book.dispositions.values()
        ],
        "away_reasons": list(book.company.away_reasons),
        "decline_reasons": list(book.company.decline_reasons),
        "replies": [
            {
                "id": doc.key,
                "name": doc.name,
                "text": doc.text,
                "channels": list(doc.channels),
                "queues": list(doc.queues),
                "language": doc.language,
            }
            for doc in book.replies.values()
        ],
        "wrap_extension_ms": {key: int(queue.wrap_up_extension * 1000) for key, queue in book.queues.items()},
        "company": {"name": book.company.name, "names_in_notices": book.company.names_in_notices},
        "people": [{"id": key, "name": name} for key, name in agents.names(connection)],
    }


def snoozed(connection: sa.Connection, agent: str, ids: set[str] | None = None) -> list[dict[str, Any]]:
    """What the agent put away (of these alone), the next that is due first."""
    rows = interactions.snoozed_of(connection, agent, ids)
    wanted = sorted({row.id for row in rows})
    last = {row.interaction_id: row for row in connection.execute(_LAST, {"ids": wanted})} if wanted else {}
    return [
        {
            "interaction": row.id,
            "customer": {"id": row.customer_id, "name": row.customer_name},
            "display": timeline.address_for_people(row.address_kind, row.address_value),
            "channel": row.channel,
            "subject": row.subject,
            "due_at": milliseconds(row.due_us),
            "note": row.due_note,
            "last": _said(last.get(row.id)),
        }
        for row in rows
    ]


def _said(row: Any | None) -> dict[str, Any] | None:
    if row is None:
        return None
    at = milliseconds(row.at_us)
    return {"text": row.text[:WORDS], "direction": row.direction, "at": at, "state": row.state}


def mentions_of(connection: sa.Connection, user: str, ids: set[str] | None = None) -> list[dict[str, Any]]:
    """Where the person is asked for and has not looked yet (of these alone), the newest first."""
    return [
        {
            "id": row.id,
            "customer": {"id": row.customer_id, "name": row.customer_name},
            "interaction": row.interaction_id,
            "text": row.text,
            "by": {"id": row.author_id, "name": row.author_name or ""},
            "at": milliseconds(row.at_us),
        }
        for row in mentions.unread_of(connection, user, ids)
    ]


def drafts_of(connection: sa.Connection, user: str) -> dict[str, dict[str, Any]]:
    """What the person was writing, by contact and kind."""
    found: dict[str, dict[str, Any]] = {}
    for row in drafts.of_user(connection, user):
        found.setdefault(row.contact_id, {})[row.kind] = {"text": row.text, "at": milliseconds(row.at_us)}
    return found


def recent(connection: sa.Connection, agent: str, since: int) -> list[dict[str, Any]]:
    """The last customers of today with whom the agent spoke, each once, the newest first."""
    given = {"a": agent, "since": since}
    rows = [*connection.execute(_WRAPPING, given), *connection.execute(_ENDED, given)]
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: int(row.at_us), reverse=True):
        found.setdefault(
            row.customer_id,
            {
                "customer": {"id": row.customer_id, "name": row.name},
                "display": timeline.address_for_people(row.kind, row.value),
                "channel": row.channel,
                "at": milliseconds(row.at_us),
            },
        )
    return list(found.values())[:RECENT]
