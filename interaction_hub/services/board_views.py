"""What the wallboard shows of the fold, of the agents' rows, and of those who wait, in the shapes of docs/live.md.

Plain functions: they read and give data for JSON, and change nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services import opening
from interaction_hub.services.estimates import Estimates
from interaction_hub.services.metrics import Figures, QueueFold, view
from interaction_hub.services.timeline import address_for_people
from interaction_hub.storage import agents, contacts, offers, tables

SPARK_MINUTES = 60
RECENT_MINUTES = 30
STUCK_AFTER = 60 * SECOND
ACTIVITIES = ("idle", "engaged", "wrapping")

View = dict[str, Any]
Views = dict[tuple[str, str], View]


class Sums:
    """Figures of queues since a minute, added up again only after a queue was touched or a minute has turned."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], Figures] = {}
        self._minute = 0

    def touch(self, queue: str) -> None:
        """Something was counted there."""
        for key in [key for key in self._kept if key[0] == queue]:
            del self._kept[key]

    def since(self, fold: QueueFold, queue: str, first: int, minute: int) -> Figures:
        """The sum of a queue's minutes from `first` to now, which is in `minute`."""
        if minute != self._minute:
            self._kept, self._minute = {}, minute
        found = self._kept.get((queue, first))
        if found is None:
            found = self._kept[queue, first] = fold.total([queue], first)
        return found


@dataclass(frozen=True, slots=True)
class Moment:
    """What all figures of one drawing are made from. `day` is the minute in which today began."""

    fold: QueueFold
    sums: Sums
    estimates: Estimates
    book: RuleBook
    people: Sequence[View]
    now: int
    day: int

    @property
    def minute(self) -> int:
        """The minute that runs now."""
        return self.now // MINUTE


# ---- queues ----------------------------------------------------------------------------------------------------
def queue_views(at: Moment) -> Views:
    """Every queue of the rules."""
    return {("queue", key): _queue_view(at, key) for key in at.book.queues}


def _queue_view(at: Moment, key: str) -> View:
    queue, waiting = at.book.queues[key], at.fold.queued.get(key, 0)
    serving = [agent for agent in at.people if key in agent["serves"]]
    hours = opening.of_queue(at.book, queue, at.now)
    return {
        "id": key,
        "name": queue.name,
        "channel": queue.channel,
        "waiting": waiting,
        "oldest_since": milliseconds(at.fold.lines.oldest(key)),
        "target_ms": int(queue.target * 1000),
        "goal": queue.goal,
        **_figures(at, [key]),
        **{name: sum(agent["activity"] == name for agent in serving) for name in ACTIVITIES},
        "likely": at.estimates.likely([key], waiting + 1, at.now),
        "open": hours.open,
        "opens_at": milliseconds(hours.opens_at),
        "spark": at.fold.waiting_by_minute(key, at.minute, SPARK_MINUTES),
    }


def totals_view(at: Moment, queues: Collection[str]) -> View:
    """The sum over some queues. `idle` counts each idle agent who serves one of them once."""
    begun = {key: since for key in queues if (since := at.fold.lines.oldest(key)) is not None}
    oldest = min(begun, key=lambda key: begun[key]) if begun else None
    sparks = [at.fold.waiting_by_minute(key, at.minute, SPARK_MINUTES) for key in queues]
    wanted = set(queues)
    return {
        **_figures(at, queues),
        "goal": max((at.book.queues[key].goal for key in queues), default=None),
        "waiting": sum(at.fold.queued.get(key, 0) for key in queues),
        "oldest_since": milliseconds(begun[oldest]) if oldest else None,
        "oldest_queue": at.book.queues[oldest].name if oldest else None,
        "oldest_target_ms": int(at.book.queues[oldest].target * 1000) if oldest else None,
        "idle": sum(agent["activity"] == "idle" and not wanted.isdisjoint(agent["serves"]) for agent in at.people),
        "likely": None,
        "spark": [sum(values) for values in zip(*sparks, strict=True)],
    }


def _figures(at: Moment, queues: Iterable[str]) -> View:
    today, recent = Figures(), Figures()
    for key in queues:
        today.add(at.sums.since(at.fold, key, at.day, at.minute))
        recent.add(at.sums.since(at.fold, key, at.minute - RECENT_MINUTES + 1, at.minute))
    return {**view(today), "recent": view(recent)}


# ---- who waits -------------------------------------------------------------------------------------------------
_NAMES = (
    sa.select(
        tables.contact.c.id,
        tables.contact.c.channel,
        tables.contact.c.state,
        tables.customer.c.name,
        tables.identity.c.kind,
        tables.identity.c.value,
    )
    .join_from(tables.contact, tables.customer, tables.customer.c.id == tables.contact.c.customer_id)
    .join(tables.identity, tables.identity.c.id == tables.contact.c.identity_id)
    .where(tables.contact.c.id.in_(sa.bindparam("ids", expanding=True)))
)


def names_of(connection: sa.Connection, ids: Sequence[str]) -> dict[str, Any]:
    """Who the contacts are with: rows with channel, state, name, kind and value, by contact."""
    return {row.id: row for row in connection.execute(_NAMES, {"ids": ids})} if ids else {}


def person(row: Any) -> str:
    """What people call a customer: the name, else the address."""
    return str(row.name or address_for_people(row.kind, row.value))


def waiting_views(fold: QueueFold, ids: Iterable[str], names: Mapping[str, Any]) -> Views:
    """Those who wait; who is just being accepted is left out."""
    found: Views = {}
    for key in ids:
        waiting, row = fold.waiting.get(key), names.get(key)
        if waiting is None or row is None or row.state not in ("queued", "offered"):
            continue
        found["waiting", key] = {
            "id": key,
            "customer": person(row),
            "channel": row.channel,
            "queue": waiting.queue,
            "since": milliseconds(waiting.virtual_start),
            "band": waiting.band,
            "place": fold.lines.place(key),
            "offered": waiting.offered,
        }
    return found


# ---- agents ----------------------------------------------------------------------------------------------------
def agent_views(connection: sa.Connection, book: RuleBook) -> list[View]:
    """All agents with presence, activity and what they hold."""
    held: dict[str, list[Any]] = {}
    for row in contacts.held(connection):
        held.setdefault(row.agent_id, []).append(row)
    reserved = {row.agent_id: row.made_us for row in offers.all_open(connection)}
    everyone = [row for row in agents.everyone(connection) if row.login in book.agents]
    return [_agent_view(row, held.get(row.id, []), reserved, book) for row in everyone]


def _agent_view(row: Any, mine: list[Any], reserved: dict[str, int], book: RuleBook) -> View:
    activity, since = _activity(row, mine, reserved)
    return {
        "id": row.id,
        "name": row.name,
        "presence": row.presence,
        "reason": row.reason,
        "set_by": row.set_by,
        "confirmed": bool(row.confirmed),
        "activity": activity,
        "since": milliseconds(since),
        "missed": row.missed_in_row,
        "contacts": [
            {"id": c.id, "channel": c.channel, "queue": c.queue, "state": c.state, "since": milliseconds(_since(c))}
            for c in mine
        ],
        "serves": [key for key in book.queues if serves(book, row.login, key)],
    }


def serves(book: RuleBook, login: str, queue: str) -> bool:
    """Whether an agent has the channel and every skill that the queue asks for."""
    abilities, wanted = book.agents.get(login), book.queues[queue]
    return (
        abilities is not None
        and abilities.channels.get(wanted.channel, 0) > 0
        and all(abilities.skills.get(skill, 0) >= level for skill, level in wanted.requires.items())
    )


def _since(contact: Any) -> int | None:
    found: int | None = contact.wrap_from_us if contact.state == "wrapping" else contact.accepted_us
    return found


def _activity(row: Any, mine: list[Any], reserved: dict[str, int]) -> tuple[str, int]:
    """Engaged > wrapping > reserved > idle (decisions 6); away and offline only show when nothing is held."""
    active = [contact for contact in mine if contact.state == "active"]
    if active:
        return "engaged", min(contact.accepted_us for contact in active)
    if mine:
        return "wrapping", min(contact.wrap_from_us for contact in mine)
    if row.id in reserved:
        return "reserved", reserved[row.id]
    if row.presence == "available" and row.confirmed:
        return "idle", max(row.since_us, row.idle_since_us)
    return ("away" if row.presence == "away" else "offline"), row.since_us


# ---- channel accounts ------------------------------------------------------------------------------------------
_STUCK = (
    sa.select(
        tables.outbox.c.account,
        sa.func.count().label("waiting"),
        sa.func.min(tables.outbox.c.first_us).label("since"),
    )
    .where(tables.UNSENT, tables.outbox.c.attempts > 0)
    .group_by(tables.outbox.c.account)
)


def stuck_accounts(connection: sa.Connection, now: int) -> list[View]:
    """Accounts with messages that were tried and have not got out for a minute."""
    rows = connection.execute(_STUCK)
    return [
        {"account": row.account, "waiting": row.waiting, "since": row.since}
        for row in rows
        if row.since is not None and now - row.since >= STUCK_AFTER
    ]
