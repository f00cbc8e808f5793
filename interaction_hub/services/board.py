"""The wallboard's figures: the queue fold kept live, agents and waiting contacts read when they changed.

A change is pushed at most four times a second. What is shown equals what `recompute` folds from the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
import structlog

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services.metrics import DEFINITION, Figures, QueueFold, Waiting, view
from interaction_hub.services.rulebook import Rules
from interaction_hub.services.timeline import address_for_people
from interaction_hub.storage import agents, contacts, eventlog, offers, projections, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

PUSH_SECONDS = 0.25
SAVE_SECONDS = 10.0
WAITING_SHOWN = 50
SPARK_MINUTES = 60
PROJECTION = "queue_figures"

Change = dict[str, Any]
Listener = Callable[[int, int, list[Change]], None]
log = structlog.get_logger("board")
_AGENT_EVENTS = (
    events.PresenceChanged,
    events.ContactOffered,
    events.OfferAccepted,
    events.OfferDeclined,
    events.OfferExpired,
    events.OfferWithdrawn,
    events.OfferLost,
    events.ContactModeChanged,
    events.ContactWrapping,
    events.ContactEnded,
    events.UserChanged,
    events.RulesPublished,
)


class Board:
    """Follows the log, keeps the views, tells listeners (previous position, position, changes)."""

    def __init__(self, ledger: Ledger, reads: Reads, feed: Feed, rules: Rules, clock: Clock) -> None:
        self._ledger, self._reads, self._feed, self._rules, self._clock = ledger, reads, feed, rules, clock
        self.fold = QueueFold(lambda: rules.current)
        self._listeners: list[Listener] = []
        self._views: dict[tuple[str, str], Any] = {}
        self._dirty_minutes: set[tuple[str, int]] = set()
        self._dirty_agents = True
        self._dirty = True
        self._following = False
        self._refusals: list[Change] = []
        self._position = 0
        self._tasks: list[asyncio.Task[None]] = []
        ledger.register("save_figures", each(_save), Lane.MACHINES)
        feed.subscribe(self._see)

    async def start(self) -> None:
        """Go on from the stored projection, fold what came since, begin to push."""
        await self._reads.run(self._load)
        while self.fold.position < self._feed.position:
            for event in await self._reads.run(eventlog.events_after, self.fold.position):
                self._dirty_minutes |= self.fold.apply(event)
        self._following = True  # no await since the last look at the feed: nothing can have slipped between
        await self._refresh()
        self._tasks = [
            asyncio.create_task(self._push(), name="board-push"),
            asyncio.create_task(self._save(), name="board-save"),
        ]

    async def stop(self) -> None:
        """Store the projection and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._store()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Get changes from now on; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def snapshot(self) -> dict[str, Any]:
        """All that the wallboard shows, with its place."""
        kinds: dict[str, list[Any]] = {"queue": [], "agent": [], "waiting": []}
        for (kind, _), value in self._views.items():
            if kind in kinds:
                kinds[kind].append(value)
        order = {key: place for place, key in enumerate(self._rules.current.queues)}
        return {
            "type": "snapshot",
            "stream": "supervisor",
            "seq": self._position,
            "at": milliseconds(self._clock.now()),
            "state": {
                "definition": {
                    "service_level": DEFINITION,
                    "short_ms": int(self._rules.current.company.short_abandon * 1000),
                    "interval": "today",
                    "since": milliseconds(self.day_start()),
                },
                "totals": self._views.get(("totals", "")),
                "queues": sorted(kinds["queue"], key=lambda queue: order.get(queue["id"], 999)),
                "agents": sorted(kinds["agent"], key=lambda agent: agent["name"]),
                "waiting": sorted(kinds["waiting"], key=lambda waiting: (waiting["since"], waiting["id"])),
            },
        }

    def day_start(self) -> int:
        """The beginning of today in the company's zone (µs)."""
        zone = ZoneInfo(self._rules.current.company.time_zone)
        now = datetime.fromtimestamp(self._clock.now() / SECOND, zone)
        return int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) * SECOND

    async def recompute(self) -> dict[str, dict[str, Any]]:
        """Today's figures by queue, folded from the first event on: they must equal the live ones."""
        fold = QueueFold(lambda: self._rules.current)
        while found := await self._reads.run(eventlog.events_after, fold.position):
            for event in found:
                fold.apply(event)
        since = self.day_start() // MINUTE
        return {
            key: {**view(fold.total([key], since)), "waiting": fold.queued.get(key, 0)}
            for key in self._rules.current.queues
        }

    # ---- following ---------------------------------------------------------------------------------------------
    def _see(self, sealed: Sequence[events.Sealed]) -> None:
        if not self._following:
            return
        for event in sealed:
            touched = self.fold.apply(event)
            self._dirty_minutes |= touched
            self._dirty = self._dirty or bool(touched)
            if isinstance(event.body, _AGENT_EVENTS):
                self._dirty_agents = True
            if isinstance(event.body, events.RequestRefused):
                refused = event.body
                value = {"request": refused.request, "reason": refused.reason}
                self._refusals.append({"op": "put", "kind": "refusal", "id": refused.contact, "value": value})
                self._dirty = True

    async def _push(self) -> None:
        while True:
            await asyncio.sleep(PUSH_SECONDS)
            minute_turned = self._clock.now() % MINUTE < PUSH_SECONDS * SECOND
            if not (self._dirty or self._dirty_agents or minute_turned):
                continue
            try:
                await self._refresh()
            except Exception:
                log.exception("refresh_failed")

    async def _refresh(self) -> None:
        dirty_agents, self._dirty, self._dirty_agents = self._dirty_agents, False, False
        position = self._feed.position or self.fold.position
        fresh: dict[tuple[str, str], Any] = {}
        if dirty_agents:
            for row in await self._reads.run(agent_views, self._rules.current):
                fresh["agent", row["id"]] = row
        else:
            fresh |= {key: value for key, value in self._views.items() if key[0] == "agent"}
        for row in await self._reads.run(_waiting_views):
            fresh["waiting", row["id"]] = row
        fresh |= self._queue_views([value for key, value in fresh.items() if key[0] == "agent"])
        changes: list[Change] = [
            {"op": "put", "kind": kind, "id": key, "value": value}
            for (kind, key), value in fresh.items()
            if self._views.get((kind, key)) != value
        ]
        changes += [
            {"op": "drop", "kind": kind, "id": key, "why": ""} for kind, key in self._views.keys() - fresh.keys()
        ]
        refusals, self._refusals = self._refusals, []
        changes += refusals
        previous, self._position, self._views = self._position, position, fresh
        if changes:
            for listener in list(self._listeners):
                listener(previous, position, changes)
        else:
            self._position = previous

    def _queue_views(self, people: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
        book = self._rules.current
        since = self.day_start() // MINUTE
        oldest = self._oldest()
        views: dict[tuple[str, str], Any] = {}
        for key, queue in book.queues.items():
            serving = [agent for agent in people if key in agent["serves"]]
            count = {state: sum(a["activity"] == state for a in serving) for state in ("idle", "engaged", "wrapping")}
            views["queue", key] = {
                "id": key,
                "name": queue.name,
                "channel": queue.channel,
                "waiting": self.fold.queued.get(key, 0),
                "oldest_since": milliseconds(oldest.get(key)),
                "target_ms": int(queue.target * 1000),
                "goal": queue.goal,
                **view(self.fold.total([key], since)),
                **count,
                "spark": self._spark(key),
            }
        views["totals", ""] = self._totals(book, since, oldest)
        return views

    def _totals(self, book: Any, since: int, oldest: dict[str, int]) -> dict[str, Any]:
        figures = self.fold.total(book.queues, since)
        queue = min(oldest, key=lambda key: oldest[key]) if oldest else None
        return {
            **view(figures),
            "goal": max((queue.goal for queue in book.queues.values()), default=None),
            "waiting": sum(self.fold.queued.values()),
            "oldest_since": milliseconds(oldest[queue]) if queue else None,
            "oldest_queue": book.queues[queue].name if queue in book.queues else queue,
            "spark": [sum(values) for values in zip(*(self._spark(key) for key in book.queues), strict=True)],
        }

    def _oldest(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for waiting in self.fold.waiting.values():
            if waiting.entered < found.get(waiting.queue, 2**62):
                found[waiting.queue] = waiting.entered
        return found

    def _spark(self, queue: str) -> list[int]:
        last = self._clock.now() // MINUTE
        known = {minute: figures for (key, minute), figures in self.fold.buckets.items() if key == queue}
        earlier = [minute for minute in known if minute <= last - SPARK_MINUTES]
        value = known[max(earlier)].waiting_at_end if earlier else 0
        values = []
        for minute in range(last - SPARK_MINUTES + 1, last + 1):
            value = known[minute].waiting_at_end if minute in known else value
            values.append(value)
        values[-1] = self.fold.queued.get(queue, 0)
        return values

    # ---- the stored projection ---------------------------------------------------------------------------------
    def _load(self, connection: sa.Connection) -> None:
        row = projections.get(connection, PROJECTION)
        if row is None:
            return
        state = msgspec.msgpack.decode(bytes(row.state))
        waiting = {key: Waiting(*value) for key, value in state.items()}
        since = self.day_start() // MINUTE - SPARK_MINUTES
        buckets = {
            (minute.queue, minute.minute): msgspec.msgpack.decode(bytes(minute.figures), type=Figures)
            for minute in projections.minutes_since(connection, since)
        }
        self.fold.resume(row.position, waiting, buckets)

    async def _save(self) -> None:
        while True:
            await asyncio.sleep(SAVE_SECONDS)
            self.fold.forget_before(self.day_start() // MINUTE - SPARK_MINUTES)
            try:
                await self._store()
            except Exception:
                log.exception("save_failed")

    async def _store(self) -> None:
        dirty, self._dirty_minutes = self._dirty_minutes, set()
        if not dirty:
            return
        rows = [
            {"queue": key[0], "minute": key[1], "figures": msgspec.msgpack.encode(self.fold.buckets[key])}
            for key in sorted(dirty)
            if key in self.fold.buckets
        ]
        state = {key: (w.queue, w.entered, w.minute, w.offered) for key, w in self.fold.waiting.items()}
        await self._ledger.submit("save_figures", (self.fold.position, msgspec.msgpack.encode(state), rows))


def _save(tx: Tx, item: tuple[int, bytes, list[dict[str, Any]]]) -> None:
    """Unit: store the fold with its position. No event (decisions 17)."""
    position, state, rows = item
    projections.put(tx, PROJECTION, position, state)
    projections.put_minutes(tx, rows)


# The place in the order in which the engine serves the queue (routing/waiting.py): not that of the longest wait.
_PLACE = sa.func.row_number().over(
    partition_by=tables.contact.c.queue,
    order_by=(
        tables.contact.c.band,
        tables.contact.c.virtual_start_us,
        tables.contact.c.arrival,
        tables.contact.c.id,
    ),
)
_WAITING = (
    sa.select(
        tables.contact.c.id,
        tables.contact.c.channel,
        tables.contact.c.queue,
        tables.contact.c.virtual_start_us,
        tables.contact.c.band,
        tables.contact.c.state,
        tables.customer.c.name,
        tables.identity.c.kind,
        tables.identity.c.value,
        _PLACE.label("place"),
    )
    .join_from(tables.contact, tables.customer, tables.customer.c.id == tables.contact.c.customer_id)
    .join(tables.identity, tables.identity.c.id == tables.contact.c.identity_id)
    .where(tables.contact.c.state.in_(("queued", "offered")))
    .order_by(tables.contact.c.virtual_start_us, tables.contact.c.arrival)
    .limit(WAITING_SHOWN)
)


def _waiting_views(connection: sa.Connection) -> list[dict[str, Any]]:
    return [
        {
            "id": row.id,
            "customer": row.name or address_for_people(row.kind, row.value),
            "channel": row.channel,
            "queue": row.queue,
            "since": milliseconds(row.virtual_start_us),
            "band": row.band,
            "place": row.place,
            "offered": row.state == "offered",
        }
        for row in connection.execute(_WAITING)
    ]


def agent_views(connection: sa.Connection, book: RuleBook) -> list[dict[str, Any]]:
    """All agents with presence, activity and what they hold."""
    held: dict[str, list[Any]] = {}
    for row in contacts.held(connection):
        held.setdefault(row.agent_id, []).append(row)
    reserved = {row.agent_id: row.made_us for row in offers.all_open(connection)}
    views = []
    for row in agents.everyone(connection):
        abilities = book.agents.get(row.login)
        if abilities is None:
            continue
        mine = held.get(row.id, [])
        activity, since = _activity(row, mine, reserved)
        views.append(
            {
                "id": row.id,
                "name": row.name,
                "presence": row.presence,
                "reason": row.reason,
                "set_by": row.set_by,
                "confirmed": bool(row.confirmed),
                "activity": activity,
                "since": milliseconds(since),
                "missed": row.missed_in_row,
                "contacts": [{"id": c.id, "channel": c.channel, "queue": c.queue} for c in mine],
                "serves": [
                    key
                    for key, queue in book.queues.items()
                    if abilities.channels.get(queue.channel, 0) > 0
                    and all(abilities.skills.get(skill, 0) >= level for skill, level in queue.requires.items())
                ],
            }
        )
    return views


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
