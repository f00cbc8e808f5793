"""One agent's day, for himself and whoever watches: what he handled, what he missed, when he was there.

All of it is counted from rows and from his own presence events; plain functions over an open connection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import SECOND
from interaction_hub.errors import Invalid, NotFound
from interaction_hub.services.timeline import address_for_people
from interaction_hub.storage import agents, contacts, journal, tables

MOST_CONTACTS = 500
NONE = "none"
"""The disposition of a wrap-up that ran out of time."""
_DATE = re.compile(r"[12]\d{3}-\d{2}-\d{2}")
_contact, _offer, _touchpoint, _identity = tables.contact.c, tables.offer.c, tables.touchpoint.c, tables.identity.c
_BEGIN: sa.BindParameter[int] = sa.bindparam("begin")
_END: sa.BindParameter[int] = sa.bindparam("end")
_CONTACTS = (
    sa.select(tables.contact, tables.customer.c.name, _identity.kind, _identity.value)
    .join_from(tables.contact, tables.customer, tables.customer.c.id == _contact.customer_id)
    .join(tables.identity, _identity.id == _contact.identity_id)
    .where(
        _contact.agent_id == sa.bindparam("a"),
        _contact.ended_us >= _BEGIN,
        _contact.ended_us < _END,
        _contact.accepted_us.is_not(None),
        contacts.IS_HANDLED,
    )
    .order_by(_contact.ended_us.desc(), _contact.id.desc())
)
# The states stand there literally: each has a partial index of its own.
_OFFERS = {
    state: sa.select(sa.func.count()).where(
        _offer.agent_id == sa.bindparam("a"),
        _offer.state == sa.literal_column(f"'{state}'"),
        _offer.ended_us >= _BEGIN,
        _offer.ended_us < _END,
    )
    for state in ("expired", "declined")
}
_SURVEYS = (
    sa.select(_touchpoint.details)
    .join(tables.contact, _contact.id == _touchpoint.contact_id)
    .where(
        _touchpoint.kind == sa.literal_column("'survey'"),
        _touchpoint.at_us >= _BEGIN,
        _touchpoint.at_us < _END,
        _contact.agent_id == sa.bindparam("a"),
    )
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day in the company's zone: from midnight (µs) to the next one, and the time that it is now."""

    date: str
    begin: int
    end: int
    now: int


def parse_day(given: str, zone: str, now: int) -> Day:
    """The day that is asked for; without a date today. Raises `Invalid`."""
    here = ZoneInfo(zone)
    try:
        if given and not _DATE.fullmatch(given):
            raise ValueError(given)
        wanted = date.fromisoformat(given) if given else datetime.fromtimestamp(now / SECOND, here).date()
    except ValueError:
        raise Invalid("Give the date as YYYY-MM-DD.", fields={"date": "YYYY-MM-DD"}) from None
    begin, end = (_midnight(day, here) for day in (wanted, wanted + timedelta(days=1)))
    return Day(wanted.isoformat(), begin, end, now)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp()) * SECOND


def day_of(connection: sa.Connection, agent: str, day: Day, book: RuleBook) -> dict[str, Any]:
    """The whole day. Raises `NotFound` for somebody who is no agent."""
    if agents.get(connection, agent) is None:
        raise NotFound("There is no such agent.")
    given = {"a": agent, "begin": day.begin, "end": day.end}
    rows = connection.execute(_CONTACTS, given).all()
    return {
        "date": day.date,
        **_times(rows),
        "talk_ms": _mean([(row.wrap_from_us or row.ended_us) - row.accepted_us - row.held_us for row in rows]),
        "wrap_ms": _mean([row.ended_us - row.wrap_from_us for row in rows if row.wrap_from_us]),
        "by_channel": [
            {"channel": channel, **_times([row for row in rows if row.channel == channel])}
            for channel in sorted({row.channel for row in rows})
        ],
        "dispositions": _dispositions(rows, book),
        "missed": connection.execute(_OFFERS["expired"], given).scalar_one(),
        "declined": connection.execute(_OFFERS["declined"], given).scalar_one(),
        "rating": _rating(connection, given),
        "presence": _presence(journal.presence_of(connection, agent, day.begin, day.end), day),
        "contacts": [_line(row, book) for row in rows[:MOST_CONTACTS]],
    }


def _times(rows: Sequence[Any]) -> dict[str, Any]:
    return {"handled": len(rows), "handle_ms": _mean([row.ended_us - row.accepted_us for row in rows])}


def _mean(durations: Sequence[int]) -> int | None:
    """Milliseconds of µs."""
    return sum(durations) // len(durations) // 1000 if durations else None


def _dispositions(rows: Sequence[Any], book: RuleBook) -> list[dict[str, Any]]:
    """How conversations ended, the most frequent first. What is parked or handed on has no disposition yet."""
    counts = Counter(row.disposition or NONE for row in rows if row.outcome == "handled")
    return [{**_disposition(key, book), "n": number} for key, number in counts.most_common()]


def _disposition(key: str, book: RuleBook) -> dict[str, str]:
    if key == NONE:
        return {"id": "", "name": ""}
    known = book.dispositions.get(key)
    return {"id": key, "name": known.name if known else key}


def _rating(connection: sa.Connection, given: dict[str, Any]) -> dict[str, Any] | None:
    scores = [
        score
        for row in connection.execute(_SURVEYS, given)
        if isinstance(score := msgspec.json.decode(bytes(row.details)).get("values", {}).get("score"), int)
    ]
    return {"mean": sum(scores) / len(scores), "n": len(scores)} if scores else None


def _presence(changes: Sequence[events.Sealed], day: Day) -> list[dict[str, Any]]:
    """Periods of the day, without the absence before the first and after the last; one that lasts has no `until`."""
    periods: list[dict[str, Any]] = []
    for event in changes:
        body = event.body
        assert isinstance(body, events.PresenceChanged)
        at = max(event.at, day.begin)
        if periods and (periods[-1]["presence"], periods[-1]["reason"]) == (body.presence, body.reason):
            continue
        if periods:
            periods[-1]["until"] = milliseconds(at)
        periods.append({"presence": body.presence, "reason": body.reason, "from": milliseconds(at), "until": None})
    if periods and day.end <= day.now:
        periods[-1]["until"] = milliseconds(day.end)
    periods = [period for period in periods if period["from"] != period["until"]]
    while periods and periods[0]["presence"] == "offline":
        del periods[0]
    while periods and periods[-1]["presence"] == "offline":
        del periods[-1]
    return periods


def _line(row: Any, book: RuleBook) -> dict[str, Any]:
    queue = book.queues.get(row.queue)
    filed = row.disposition not in (None, NONE)
    return {
        "contact": row.id,
        "customer": {
            "id": row.customer_id,
            "name": row.name,
            "display": address_for_people(row.kind, row.value),
        },
        "channel": row.channel,
        "queue": {"id": row.queue, "name": queue.name if queue else row.queue},
        "at": milliseconds(row.ended_us),
        "handle_ms": (row.ended_us - row.accepted_us) // 1000,
        "disposition": _disposition(row.disposition, book) if filed else None,
    }
