"""The wallboard: the queue fold kept live, agents and waiting contacts read when they changed, alerts each second.

A change is pushed at most four times a second. What is shown equals what `recompute` folds from the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.services import alerts, board_store, board_views
from interaction_hub.services.alerts import Alert
from interaction_hub.services.board_views import SPARK_MINUTES, Moment, Sums, View, Views
from interaction_hub.services.departures import Departures
from interaction_hub.services.estimates import Estimates, Range
from interaction_hub.services.metrics import DEFINITION, QueueFold, view
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import eventlog
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads

PUSH_SECONDS = 0.25
SAVE_SECONDS = 10.0
STUCK_SECONDS = 5
WAITING_SHOWN = 50

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
    events.ContactTaken,
    events.ContactModeChanged,
    events.ContactWrapping,
    events.ContactEnded,
    events.UserChanged,
    events.RulesPublished,
)
_KINDS = {"queue": "queues", "agent": "agents", "waiting": "waiting", "alert": "alerts"}


class Board:
    """Follows the log, keeps the views, tells listeners (previous position, position, changes)."""

    def __init__(self, ledger: Ledger, reads: Reads, feed: Feed, rules: Rules, clock: Clock) -> None:
        self._ledger, self._reads, self._feed, self._rules, self._clock = ledger, reads, feed, rules, clock
        self.fold = QueueFold(lambda: rules.current)
        self.estimates, self.departures = Estimates(), Departures()
        self._sums = Sums()
        self._listeners: list[Listener] = []
        self._views: Views = {}
        self._standing: dict[str, Alert] = {}
        self._people: list[View] = []
        self._names: dict[str, Any] = {}
        self._stuck: list[View] = []
        self._dirty_minutes: set[tuple[str, int]] = set()
        self._dirty_agents = self._dirty = True
        self._following = False
        self._refreshing = asyncio.Lock()
        self._refusals: list[Change] = []
        self._position = 0
        self._tasks: list[asyncio.Task[None]] = []
        board_store.register(ledger)
        feed.subscribe(self._see)

    async def start(self) -> None:
        """Go on from the stored projection, fold what came since, begin to push."""
        await self._reads.run(board_store.load, self.fold, self.day_start() // MINUTE - SPARK_MINUTES)
        while self.fold.position < self._feed.position:
            for event in await self._reads.run(eventlog.events_after, self.fold.position):
                self._dirty_minutes |= self.fold.apply(event)
        self._following = True  # no await since the last look at the feed: nothing can have slipped between
        for event in self._feed.ring:
            self._remember(event)
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

    # ---- what others ask -----------------------------------------------------------------------------------------
    @property
    def position(self) -> int:
        """The place in the log that the views stand for."""
        return self._position

    def snapshot(self) -> dict[str, Any]:
        """All that the wallboard shows, with its place."""
        kinds: dict[str, list[View]] = {kind: [] for kind in _KINDS}
        for (kind, _), value in self._views.items():
            if kind in kinds:
                kinds[kind].append(value)
        order = {key: place for place, key in enumerate(self._rules.current.queues)}
        kinds["queue"].sort(key=lambda queue: order.get(queue["id"], 999))
        kinds["agent"].sort(key=lambda agent: agent["name"])
        kinds["waiting"].sort(key=lambda waiting: (waiting["since"], waiting["id"]))
        return {
            "type": "snapshot",
            "stream": "supervisor",
            "seq": self._position,
            "at": milliseconds(self._clock.now()),
            "state": {
                "definition": self.definition(),
                "rules": {"away_reasons": list(self._rules.current.company.away_reasons)},
                "totals": self._views.get(("totals", "")),
                **{name: kinds[kind] for kind, name in _KINDS.items()},
            },
        }

    def definition(self) -> dict[str, Any]:
        """What the figures are."""
        return {
            "service_level": DEFINITION,
            "short_ms": int(self._rules.current.company.short_abandon * 1000),
            "interval": "today",
            "since": milliseconds(self.day_start()),
        }

    def view(self, kind: str, key: str) -> View | None:
        """One queue, agent, waiting contact or alert, as it was pushed the last time."""
        return self._views.get((kind, key))

    def views(self, kind: str) -> list[View]:
        """All of a kind."""
        return [value for (of, _), value in self._views.items() if of == kind]

    def totals(self, queues: Collection[str]) -> View:
        """The sum over some queues."""
        return board_views.totals_view(self._moment(), queues)

    def likely(self, queue: str, place: int) -> Range | None:
        """The likely wait of who stands at this place of a queue: `{low_ms, high_ms}`, None if too little is known."""
        return self.estimates.likely([queue], place, self._clock.now())

    def next_contact(self, agent: str) -> Range | None:
        """When an idle agent will likely get the next contact: those who are idle for longer come before him."""
        me = self._views.get(("agent", agent))
        if me is None or me["activity"] != "idle":
            return None
        mine = set(me["serves"])
        ahead = sum(
            other["activity"] == "idle" and other["since"] < me["since"] and not mine.isdisjoint(other["serves"])
            for other in self._people
        )
        return self.estimates.likely(me["serves"], ahead + 1, self._clock.now())

    def day_start(self) -> int:
        """The beginning of today in the company's zone (µs)."""
        zone = ZoneInfo(self._rules.current.company.time_zone)
        now = datetime.fromtimestamp(self._clock.now() / SECOND, zone)
        return int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()) * SECOND

    async def recompute(self, until: int) -> dict[str, dict[str, Any]]:
        """Today's figures by queue, folded from the first event up to a place: they must equal those shown for it."""
        fold = QueueFold(lambda: self._rules.current)
        while found := await self._reads.run(eventlog.events_after, fold.position):
            for event in found:
                if event.position <= until:
                    fold.apply(event)
            if found[-1].position >= until:
                break
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
            self._remember(event)
            self._dirty_minutes |= touched
            for queue, _ in touched:
                self._sums.touch(queue)
            body = event.body
            self._dirty = self._dirty or bool(touched) or isinstance(body, events.CustomerChanged)
            self._dirty_agents = self._dirty_agents or isinstance(body, _AGENT_EVENTS)
            if isinstance(body, events.RequestRefused):
                value = {"request": body.request, "reason": body.reason}
                self._refusals.append({"op": "put", "kind": "refusal", "id": body.contact, "value": value})
                self._dirty = True

    def _remember(self, event: events.Sealed) -> None:
        self.estimates.apply(event)
        self.departures.apply(event)

    async def _push(self) -> None:
        """After events within a quarter of a second; else once a second, since time alone raises alerts."""
        second = 0
        while True:
            await asyncio.sleep(PUSH_SECONDS)
            now = self._clock.now() // SECOND
            if not (self._dirty or self._dirty_agents or now != second):
                continue
            try:
                if now // STUCK_SECONDS != second // STUCK_SECONDS:
                    self._stuck = await self._reads.run(board_views.stuck_accounts, self._clock.now())
                await self._refresh()
            except Exception:
                log.exception("refresh_failed")
            second = now

    async def caught_up(self) -> None:
        """Until the views stand for all that was committed before the call: for who must not wait for the next push."""
        async with self._refreshing:
            if self._dirty or self._dirty_agents:
                await self._look()

    async def _refresh(self) -> None:
        async with self._refreshing:
            await self._look()

    async def _look(self) -> None:
        dirty, self._dirty = self._dirty, False
        dirty_agents, self._dirty_agents = self._dirty_agents, False
        if dirty_agents:
            self._people = await self._reads.run(board_views.agent_views, self._rules.current)
        if dirty:
            shown = self.fold.lines.longest(WAITING_SHOWN)
            self._names = await self._reads.run(board_views.names_of, shown)
        self._tell(self._fresh())

    def _fresh(self) -> Views:
        """Every view as it is now. It awaits nothing: all of it stands for one position."""
        at = self._moment()
        found: Views = {("agent", person["id"]): person for person in self._people}
        found |= board_views.waiting_views(self.fold, self.fold.lines.longest(WAITING_SHOWN), self._names)
        queues = board_views.queue_views(at)
        found |= queues
        found["totals", ""] = board_views.totals_view(at, at.book.queues)
        floor = alerts.Floor(queues.values(), self._people, self._stuck)
        self._standing = alerts.alerts(floor, at.book, at.now, self._standing)
        for key, alert in self._standing.items():
            if alerts.shown(alert, at.now):
                found["alert", key] = alerts.view(alert)
        return found

    def _moment(self) -> Moment:
        day = self.day_start() // MINUTE
        now, book = self._clock.now(), self._rules.current
        return Moment(self.fold, self._sums, self.estimates, book, self._people, now, day)

    def _tell(self, fresh: Views) -> None:
        position = self._feed.position or self.fold.position
        changes: list[Change] = [
            {"op": "put", "kind": kind, "id": key, "value": value}
            for (kind, key), value in fresh.items()
            if self._views.get((kind, key)) != value
        ]
        gone = self._views.keys() - fresh.keys()
        changes += [{"op": "drop", "kind": kind, "id": key, "why": ""} for kind, key in sorted(gone)]
        refusals, self._refusals = self._refusals, []
        changes += refusals
        self._views = fresh
        if changes:
            previous, self._position = self._position, position
            for listener in list(self._listeners):
                listener(previous, position, changes)

    # ---- the stored projection ---------------------------------------------------------------------------------
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
        if dirty:
            await self._ledger.submit("save_figures", board_store.saved(self.fold, dirty))
