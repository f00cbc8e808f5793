"""The dispatcher: tails the log, feeds the pure engine, commits what it decides (D4). It decides nothing itself.

It holds the lease; each of its writes carries the lease's epoch and is refused after a take-over. On start the engine
is rebuilt from the open rows by `facts_from_rows`, with places and waiting times as they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
import structlog

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook, micros
from interaction_hub.durations import MINUTE, SECOND
from interaction_hub.ids import new_id
from interaction_hub.services.offering import LEASE, Act, Fenced
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, documents, eventlog, offers, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger, LedgerUnavailable
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each, upsert
from routing import model
from routing.engine import Engine
from routing.model import OfferEnd, Presence

LEASE_LASTS = 5 * SECOND
SWEEP_SECONDS = 1.0
REQUESTS_LOOKED_BACK = 10 * MINUTE

log = structlog.get_logger("dispatch")
_lease = tables.lease.c
_LEASE = sa.select(tables.lease).where(_lease.name == LEASE)
_TAKE_LEASE = upsert(tables.lease, ("name",), ("node", "epoch", "until_us"))
_RENEW = (
    sa.update(tables.lease)
    .where(_lease.name == LEASE, _lease.node == sa.bindparam("n"), _lease.epoch == sa.bindparam("e"))
    .values(until_us=sa.bindparam("u"))
)


class Dispatcher:
    """`start` waits for nobody: without the lease it stands by and tries again; `leading` tells."""

    def __init__(
        self,
        ledger: Ledger,
        reads: Reads,
        feed: Feed,
        rules: Rules,
        clock: Clock,
        node: str,
        *,
        lease: int = LEASE_LASTS,
    ) -> None:
        self._ledger, self._reads, self._feed, self._rules, self._clock = ledger, reads, feed, rules, clock
        self._node = node
        self._lease = lease
        self._engine = Engine(new_id)
        self._epoch = 0
        self.leading = False
        self._tasks: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._wishes: dict[str, model.AssignRequested] = {}
        self.stranded_seen = 0
        ledger.register("take_lease", each(_take_lease), Lane.PEOPLE)
        ledger.register("renew_lease", each(_renew_lease), Lane.PEOPLE)
        ledger.register("release_lease", each(_release_lease), Lane.PEOPLE)
        feed.subscribe(self._see)

    async def start(self) -> None:
        """Take the lease if it is free, rebuild the engine, begin to match."""
        await self._try_to_lead()
        self._spawn(self._keep_lease(), "dispatch-lease")
        self._spawn(self._sweep(), "dispatch-sweep")

    async def stop(self) -> None:
        """Decide nothing more and give the lease back; decisions on their way are committed or refused."""
        led, self.leading = self.leading, False
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if led:
            await self._ledger.submit("release_lease", (self._node, self._epoch))

    # ---- leading -----------------------------------------------------------------------------------------------
    async def _try_to_lead(self) -> None:
        epoch = await self._ledger.submit("take_lease", (self._node, self._lease))
        if not epoch:
            return
        self._epoch = epoch
        self.leading = False
        position, facts, requests = await self._reads.at_one_moment(
            facts_from_rows, self._rules.current, self._clock.now()
        )
        await self._feed_reaches(position)
        self._engine = Engine(new_id)
        self.leading = True
        self._decide(self._engine.absorb(facts, self._clock.now()))
        later = [event for event in self._feed.ring if event.position > position]
        self._apply(later)
        for request in requests:
            self._apply([request])
        log.info("dispatcher_leads", epoch=epoch, waiting=sum(isinstance(f, model.ContactQueued) for f in facts))

    async def _feed_reaches(self, position: int) -> None:
        """The rows may be newer than what the feed has handed over; events up to them must not be applied again."""
        while self._feed.position < position:  # noqa: ASYNC110 - a few times at a start
            await asyncio.sleep(0.01)

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self._lease / SECOND / 3)
            try:
                await self._lead_on()
            except LedgerUnavailable:
                continue  # the ledger says so itself
            except Exception:  # a reading that broke off: whoever gave up here would never lead again
                log.exception("lease_failed")

    async def _lead_on(self) -> None:
        if not self.leading:
            await self._try_to_lead()
        elif not await self._ledger.submit("renew_lease", (self._node, self._epoch, self._lease)):
            self.leading = False
            log.warning("lease_lost", epoch=self._epoch)

    async def _sweep(self) -> None:
        """The slow check that must find nothing: a free agent and a contact he could take (I7)."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            if not self.leading:
                continue
            self._due()
            found = self._engine.stranded(self._clock.now())
            if found and (self._engine.next_due or 0) > self._clock.now():
                self.stranded_seen += len(found)
                log.error("stranded", pairs=found[:5])

    # ---- matching ----------------------------------------------------------------------------------------------
    def _see(self, sealed: Sequence[events.Sealed]) -> None:
        if self.leading:
            self._apply(sealed)

    def _apply(self, sealed: Iterable[events.Sealed]) -> None:
        facts: list[model.Fact] = []
        for event in sealed:
            if isinstance(event.body, events.RulesPublished):
                self._spawn(self._follow_rules(event.body.waiting), "dispatch-rules")
            elif isinstance(event.body, events.UserChanged):
                self._spawn(self._follow_people(), "dispatch-people")
            elif isinstance(event.body, events.MoveRequested | events.PriorityRequested | events.AssignRequested):
                if isinstance(event.body, events.AssignRequested):
                    # In its place in the log: an agent who frees up a moment later must not be faster.
                    facts.append(model.AssignRequested(event.body.contact, event.body.agent))
                self._spawn(self._answer(event), "dispatch-request")
            else:
                facts += facts_of(event)
            if isinstance(event.body, events.ContactMoved) and event.correlation in self._wishes:
                facts.append(self._wishes.pop(event.correlation))
        self._decide(self._engine.absorb(facts, self._clock.now()))

    def _due(self) -> None:
        if self.leading:
            self._decide(self._engine.due(self._clock.now()))

    def _decide(self, decisions: list[model.Decision]) -> None:
        for decision in decisions:
            kind = "offer" if isinstance(decision, model.OfferContact) else "expire"
            future = self._ledger.submit(kind, Fenced(decision, self._epoch))
            future.add_done_callback(lambda done, decision=decision: self._told(decision, done))  # type: ignore[misc]
        self._set_timer()

    def _told(self, decision: model.Decision, done: asyncio.Future[str]) -> None:
        """A refusal frees agent and contact in the engine; a commit comes back as its event."""
        if done.cancelled() or not self.leading:
            return
        refusal = "unavailable" if done.exception() is not None else done.result()
        if not refusal:
            return
        if refusal == "lease_lost":
            self.leading = False
            return
        fact = model.DecisionRefused(decision.offer_id, decision.contact_id, decision.agent_id, refusal)
        self._decide(self._engine.apply(fact, self._clock.now()))

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        due = self._engine.next_due
        if due is not None:
            delay = max(0.0, (due - self._clock.now()) / SECOND)
            self._timer = asyncio.get_running_loop().call_later(min(delay, 1.0), self._due)

    # ---- acts by hand (decisions 11) ---------------------------------------------------------------------------
    async def _answer(self, event: events.Sealed) -> None:
        body, correlation = event.body, str(event.position)
        refusal = ""
        if isinstance(body, events.MoveRequested):
            refusal = await self._ledger.submit("move", Act(body.contact, event.actor, correlation, queue=body.queue))
        elif isinstance(body, events.PriorityRequested):
            refusal = await self._ledger.submit("move", Act(body.contact, event.actor, correlation, band=body.band))
        elif isinstance(body, events.AssignRequested):
            refusal = await self._assign(body, event)
        if refusal:
            item = (str(getattr(body, "contact", "")), event.kind, refusal, correlation)
            await self._ledger.submit("refuse_request", item)

    async def _assign(self, body: events.AssignRequested, event: events.Sealed) -> str:
        """The engine has the wish already; left are to refuse what is too late, and to take back a rival offer."""
        contact = await self._reads.run(contacts.get, body.contact)
        agent = await self._reads.run(agents.get, body.agent)
        if contact is None or contact.state not in ("queued", "offered"):
            return "not_waiting"
        if agent is None or agent.presence == "offline":
            return "agent_gone"
        offer = (await self._reads.run(offers.open_of_contacts, [body.contact])).get(body.contact)
        if offer is None or offer.agent_id == body.agent:
            return ""
        # A move lets the wish go: it goes in again together with the news of the withdrawal.
        correlation = str(event.position)
        self._wishes[correlation] = model.AssignRequested(body.contact, body.agent)
        refusal: str = await self._ledger.submit("move", Act(body.contact, event.actor, correlation))
        if refusal:
            self._wishes.pop(correlation, None)
        return refusal

    async def _follow_rules(self, waiting: str) -> None:
        await self._rules.refresh()
        rules = model.RulesPublished(routing_rules(self._rules.current), _waiting(waiting))
        self._decide(self._engine.apply(rules, self._clock.now()))
        await self._follow_people()

    async def _follow_people(self) -> None:
        people = await self._reads.run(agents.everyone)
        facts = [model.AgentChanged(profile) for profile in profiles(self._rules.current, people)]
        self._decide(self._engine.absorb(facts, self._clock.now()))

    def _spawn(self, work: Any, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("dispatch_task_failed", task=task.get_name(), error=repr(task.exception()))


def _waiting(value: str) -> Any:
    return value if value in ("follow", "stay") else "follow"


# ---- from the hub's words to the engine's ----------------------------------------------------------------------
def routing_rules(book: RuleBook) -> model.Rules:
    """The part of the documents that the matcher needs."""
    queues = {
        key: model.QueueRules(
            id=key,
            steps=(
                model.Step(tuple(model.SkillLevel(skill, level) for skill, level in sorted(queue.requires.items()))),
            ),
            offer_timeout=micros(queue.offer_timeout),
            away_after_missed=queue.away_after_missed,
            back_off=micros(queue.back_off),
            preferred_hold=micros(queue.preferred_hold),
        )
        for key, queue in book.queues.items()
    }
    return model.Rules(book.version, queues, dict(book.company.weights))


def profiles(book: RuleBook, people: Iterable[Any]) -> list[model.AgentProfile]:
    """What each person can do, by the agent document with his log-in name; without one he gets nothing."""
    found = []
    for row in people:
        abilities = book.agents.get(row.login)
        if abilities is None:
            found.append(model.AgentProfile(row.id, {}, 0, {}))
        else:
            found.append(model.AgentProfile(row.id, abilities.skills, abilities.capacity, abilities.channels))
    return found


def facts_of(event: events.Sealed) -> list[model.Fact]:
    """What one event means to the matcher; most mean nothing."""
    translate = _FACTS.get(type(event.body))
    return translate(event.body) if translate is not None else []


def _queued(body: events.ContactQueued) -> list[model.Fact]:
    return [
        model.ContactQueued(
            contact_id=body.contact,
            queue_id=body.queue,
            channel=body.channel,
            band=body.band,
            virtual_start=body.virtual_start,
            arrival=body.arrival,
            entered=body.entered,
            rules_version=body.rules_version,
            epoch=body.epoch,
            preferred_agent=body.preferred_agent or None,
            preferred_until=body.preferred_until,
        )
    ]


def _offered(body: events.ContactOffered) -> list[model.Fact]:
    return [
        model.ContactOffered(
            body.offer, body.contact, body.agent, body.queue, body.deadline, body.epoch, body.load_version
        )
    ]


def _accepted(body: events.OfferAccepted) -> list[model.Fact]:
    return [
        _ended(body, OfferEnd.ACCEPTED, requeued=False),
        model.ContactActive(body.contact, body.agent, body.channel, "live", body.load_version),
    ]


def _ended(body: Any, end: OfferEnd, *, requeued: bool) -> model.OfferEnded:
    return model.OfferEnded(
        body.offer,
        body.contact,
        body.agent,
        end,
        requeued,
        body.epoch,
        body.load_version,
        getattr(body, "missed_in_row", 0),
        getattr(body, "back_off_until", 0),
    )


def _presence(body: events.PresenceChanged) -> list[model.Fact]:
    return [
        model.PresenceChanged(
            body.agent,
            Presence(body.presence),
            body.confirmed,
            body.idle_since,
            body.load_version,
            away_pending=body.after_contact,
        )
    ]


_FACTS: dict[type[events.Body], Any] = {
    events.ContactQueued: _queued,
    events.ContactOffered: _offered,
    events.OfferAccepted: _accepted,
    events.OfferDeclined: lambda body: [_ended(body, OfferEnd.DECLINED, requeued=True)],
    events.OfferExpired: lambda body: [_ended(body, OfferEnd.EXPIRED, requeued=True)],
    events.OfferLost: lambda body: [_ended(body, OfferEnd.AGENT_LOST, requeued=True)],
    events.OfferWithdrawn: lambda body: [_ended(body, OfferEnd.WITHDRAWN, requeued=body.requeued)],
    events.ContactModeChanged: lambda body: [
        model.ContactActive(body.contact, body.agent, body.channel, body.mode, body.load_version)
    ],
    events.ContactTaken: lambda body: [
        model.ContactActive(body.contact, body.agent, body.channel, "live", body.load_version, body.epoch)
    ],
    events.ContactWrapping: lambda body: [
        model.ContactActive(body.contact, body.agent, body.channel, "wrapping", body.load_version)
    ],
    events.ContactEnded: lambda body: [
        model.ContactEnded(body.contact, body.agent or None, body.load_version, body.idle_since)
    ],
    events.ContactMoved: lambda body: [
        model.ContactMoved(body.contact, body.queue, body.band, body.epoch, body.rules_version)
    ],
    events.PresenceChanged: _presence,
}


# ---- the one rebuild -------------------------------------------------------------------------------------------
def facts_from_rows(
    connection: sa.Connection, book: RuleBook, now: int
) -> tuple[int, list[model.Fact], list[events.Sealed]]:
    """The open rows as facts: (position they stand at, facts, requests by hand that nobody has answered yet)."""
    position, _, _ = eventlog.head(connection)
    people = agents.everyone(connection)
    alive = contacts.alive(connection)
    facts: list[model.Fact] = []
    for version in sorted({row.rules_version for row in alive if row.state in ("queued", "offered")} - {book.version}):
        facts.append(model.RulesPublished(routing_rules(documents.load(connection, version)), "stay"))
    facts.append(model.RulesPublished(routing_rules(book), "stay"))
    facts += [model.AgentChanged(profile) for profile in profiles(book, people)]
    loads = {row.id: row.load_version for row in people}
    facts += _work_facts(connection, alive, loads)
    for row in people:
        facts.append(
            model.PresenceChanged(
                row.id,
                Presence(row.presence),
                bool(row.confirmed),
                row.idle_since_us,
                row.load_version,
                away_pending=bool(row.after_contact),
                missed_in_row=row.missed_in_row,
            )
        )
    return position, facts, _unanswered(connection, position, now)


def _work_facts(connection: sa.Connection, alive: Sequence[Any], loads: dict[str, int]) -> list[model.Fact]:
    declined: dict[str, set[str]] = {}
    back_off: dict[str, list[tuple[str, int]]] = {}
    for row in offers.memory(connection):
        if row.state == "declined":
            declined.setdefault(row.contact_id, set()).add(row.agent_id)
        if row.back_off_until_us:
            back_off.setdefault(row.contact_id, []).append((row.agent_id, row.back_off_until_us))
    facts: list[model.Fact] = []
    for row in alive:
        if row.state in ("queued", "offered"):
            facts.append(
                model.ContactQueued(
                    contact_id=row.id,
                    queue_id=row.queue,
                    channel=row.channel,
                    band=row.band,
                    virtual_start=row.virtual_start_us,
                    arrival=row.arrival,
                    entered=row.entered_us,
                    rules_version=row.rules_version,
                    epoch=row.epoch,
                    preferred_agent=row.preferred_agent,
                    preferred_until=row.preferred_until_us,
                    declined_by=frozenset(declined.get(row.id, ())),
                    back_off=tuple(back_off.get(row.id, ())),
                )
            )
        else:
            mode: Any = "wrapping" if row.state == "wrapping" else row.mode
            facts.append(model.ContactActive(row.id, row.agent_id, row.channel, mode, loads.get(row.agent_id, 0)))
    queues = {row.id: row.queue for row in alive}
    for offer in offers.all_open(connection):
        facts.append(
            model.ContactOffered(
                offer.id,
                offer.contact_id,
                offer.agent_id,
                queues[offer.contact_id],
                offer.deadline_us,
                offer.epoch,
                loads.get(offer.agent_id, 0),
            )
        )
    return facts


_REQUESTS = (events.MoveRequested, events.PriorityRequested, events.AssignRequested)
_ANSWERS = (events.ContactMoved, events.RequestRefused)


def _unanswered(connection: sa.Connection, position: int, now: int) -> list[events.Sealed]:
    recent = eventlog.events_after(connection, max(0, position - eventlog.SLICE))
    answered = {event.correlation for event in recent if isinstance(event.body, _ANSWERS)}
    return [
        event
        for event in recent
        if isinstance(event.body, _REQUESTS)
        and str(event.position) not in answered
        and event.at > now - REQUESTS_LOOKED_BACK
    ]


def _take_lease(tx: Tx, item: tuple[str, int]) -> int:
    """Unit: become the dispatcher if nobody is, or he is gone. Returns the epoch, or 0."""
    node, lasts = item
    row = tx.execute(_LEASE).first()
    # A SQLite file is locked by its one hub: whoever held the lease is dead, there is nothing to wait for.
    if row is not None and row.until_us > tx.now and row.node != node and tx.dialect != "sqlite":
        return 0
    epoch = (row.epoch if row is not None else 0) + 1
    values = {"name": LEASE, "node": node, "epoch": epoch, "until_us": tx.now + lasts}
    tx.execute(_TAKE_LEASE.of(tx), values)
    tx.emit(events.LeaseTaken(lease=LEASE, node=node, epoch=epoch), actor=f"system:{node}")
    return epoch


def _renew_lease(tx: Tx, item: tuple[str, int, int]) -> bool:
    """Unit: stay the dispatcher; False if somebody took over. No event."""
    node, epoch, lasts = item
    return tx.execute(_RENEW, {"n": node, "e": epoch, "u": tx.now + lasts}).rowcount == 1


def _release_lease(tx: Tx, item: tuple[str, int]) -> None:
    """Unit: the next node need not wait. No event."""
    node, epoch = item
    tx.execute(_RENEW, {"n": node, "e": epoch, "u": 0})
