"""Agents as their own consoles show them: presence, room on each channel, the day, who waits in their queues.

In the shapes of docs/live.md, read for many at once. Plain functions over an open connection; they change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import SECOND
from interaction_hub.services.directory import Directory
from interaction_hub.storage import agents, contacts, tables

_contact, _offer, _touchpoint = tables.contact.c, tables.offer.c, tables.touchpoint.c
_ids: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_since: sa.BindParameter[int] = sa.bindparam("since")
_HELD = (
    sa.select(_contact.agent_id, _contact.channel, sa.func.count().label("number"))
    .where(_contact.agent_id.in_(_ids), tables.LIVING)
    .group_by(_contact.agent_id, _contact.channel)
)
_OFFERED = (
    sa.select(_offer.agent_id, _contact.channel, sa.func.count().label("number"))
    .join_from(tables.offer, tables.contact, _contact.id == _offer.contact_id)
    .where(_offer.agent_id.in_(_ids), _offer.state == tables.word("open"))
    .group_by(_offer.agent_id, _contact.channel)
)
_HANDLED = (
    sa.select(
        _contact.agent_id,
        sa.func.count().label("number"),
        sa.func.coalesce(sa.func.sum(_contact.ended_us - _contact.accepted_us), 0).label("took"),
    )
    .where(_contact.agent_id.in_(_ids), _contact.ended_us >= _since, contacts.IS_HANDLED)
    .group_by(_contact.agent_id)
)
_MISSED = (
    sa.select(_offer.agent_id, sa.func.count().label("number"))
    .where(_offer.agent_id.in_(_ids), _offer.state == tables.word("expired"), _offer.ended_us >= _since)
    .group_by(_offer.agent_id)
)
_SURVEYS = (
    sa.select(_contact.agent_id, _touchpoint.details)
    .join(tables.contact, _contact.id == _touchpoint.contact_id)
    .where(
        _touchpoint.kind == tables.word("survey"),
        _touchpoint.at_us >= _since,
        _contact.agent_id.in_(_ids),
    )
)


@dataclass(frozen=True, slots=True)
class Today:
    """What stands beside the rows: since when today and this week run (µs), who waits where, and what is likely.

    `likely` gives by agent the likely time until his next contact, by channel (ms).
    """

    day: int
    week: int
    waiting: Mapping[str, int]
    likely: Mapping[str, Any]


def week_start(now: int, zone: str) -> int:
    """The last Monday's midnight in the company's zone, in µs."""
    today = datetime.fromtimestamp(now / SECOND, ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((today - timedelta(days=today.weekday())).timestamp()) * SECOND


def own_views(
    connection: sa.Connection, ids: Iterable[str], book: RuleBook, today: Today, directory: Directory
) -> dict[str, dict[str, Any]]:
    """By agent: himself, his day, and who waits in his queues. Whoever is no agent is left out."""
    rows = agents.by_ids(connection, ids)
    views = agent_views(connection, rows, book, since=today.day)
    given = {"ids": sorted(rows), "since": today.day}
    missed = {row.agent_id: row.number for row in connection.execute(_MISSED, given)} if rows else {}
    ratings = _ratings(connection, rows, today.week)
    for key, row in rows.items():
        by_hand = row.set_by == "supervisor" and row.set_by_id
        views[key]["set_by_name"] = directory.name(row.set_by_id) if by_hand else ""
        views[key]["day"] |= {"missed": missed.get(key, 0), "rating": ratings.get(key)}
        views[key]["likely"] = today.likely.get(key)
        views[key]["waiting"] = [
            {"queue": queue, "name": book.queues[queue].name, "waiting": today.waiting.get(queue, 0)}
            for queue in queues_of(book, row.login)
        ]
    return views


def agent_views(
    connection: sa.Connection, rows: Mapping[str, Any], book: RuleBook, *, since: int
) -> dict[str, dict[str, Any]]:
    """Rows of agents, by id, as presence, room on each channel, and the day since `since` (µs)."""
    if not rows:
        return {}
    given = {"ids": sorted(rows)}
    held: dict[str, dict[str, int]] = {key: {} for key in rows}
    for statement in (_HELD, _OFFERED):
        for count in connection.execute(statement, given):
            of = held[count.agent_id]
            of[count.channel] = of.get(count.channel, 0) + count.number
    handled = {row.agent_id: row for row in connection.execute(_HANDLED, {**given, "since": since})}
    return {key: _agent(row, held[key], handled.get(key), book) for key, row in rows.items()}


def queues_of(book: RuleBook, login: str) -> list[str]:
    """The queues that an agent serves."""
    abilities = book.agents.get(login)
    if abilities is None:
        return []
    return [
        key
        for key, queue in book.queues.items()
        if abilities.channels.get(queue.channel, 0) > 0
        and all(abilities.skills.get(skill, 0) >= level for skill, level in queue.requires.items())
    ]


def _agent(row: Any, held: Mapping[str, int], handled: Any | None, book: RuleBook) -> dict[str, Any]:
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
        "capacity": _capacity(row.login, held, book),
        "day": {
            "handled": handled.number if handled else 0,
            "handle_ms": int(handled.took) // handled.number // 1000 if handled else None,
        },
    }


def _capacity(login: str, held: Mapping[str, int], book: RuleBook) -> list[dict[str, Any]]:
    """Room by channel. `blocked` is what other channels' contacts leave no room for."""
    abilities = book.agents.get(login)
    if abilities is None:
        return []
    units = sum(book.company.weights.get(channel, 0) * number for channel, number in held.items())
    found = []
    for channel, limit in abilities.channels.items():
        used, weight = held.get(channel, 0), book.company.weights.get(channel, 0)
        spare = (abilities.capacity - units) // weight if weight else limit
        found.append(
            {"channel": channel, "used": used, "limit": limit, "blocked": max(0, limit - used - max(0, spare))}
        )
    return found


def _ratings(connection: sa.Connection, ids: Iterable[str], since: int) -> dict[str, dict[str, Any]]:
    """How customers rated each agent since a time (µs): mean and number; those whom nobody rated are left out."""
    wanted = sorted(ids)
    scores: dict[str, list[int]] = {}
    for row in connection.execute(_SURVEYS, {"ids": wanted, "since": since}) if wanted else ():
        score = msgspec.json.decode(row.details).get("values", {}).get("score")
        if isinstance(score, int):
            scores.setdefault(row.agent_id, []).append(score)
    return {key: {"mean": sum(found) / len(found), "n": len(found)} for key, found in scores.items()}
