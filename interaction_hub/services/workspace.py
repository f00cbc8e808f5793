"""The agent's workspace: his snapshot, and what of it each event changes. The read side of the console's stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from channels.contract import Capabilities
from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.errors import NotFound
from interaction_hub.services import timeline
from interaction_hub.services.board import Board
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import contacts, eventlog, offers, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.reads import Reads

Change = dict[str, Any]
_HOLDERS = sa.select(tables.contact.c.id, tables.contact.c.agent_id, tables.contact.c.customer_id).where(
    tables.contact.c.state.in_(("active", "wrapping"))
)


@dataclass(slots=True)
class Touched:
    """What of one agent's workspace some events touched. `gone` says why a contact left it."""

    contacts: set[str] = field(default_factory=set)
    pops: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    gone: dict[str, str] = field(default_factory=dict)
    me: bool = False

    def merge(self, other: Touched) -> None:
        """Add what later events touched."""
        self.contacts |= other.contacts
        self.pops |= other.pops
        self.messages |= other.messages
        self.conversations |= other.conversations
        for contact in other.contacts:
            self.gone.pop(contact, None)
        for contact, why in other.gone.items():
            self.gone[contact] = why
            self.contacts.discard(contact)
        self.me = self.me or other.me


_END_WORDS: dict[type[events.Body], str] = {
    events.OfferDeclined: "declined",
    events.OfferExpired: "expired",
    events.OfferLost: "expired",
}
_OUTCOME_WORDS = {"handled": "finished", "parked": "parked", "transferred": "transferred", "abandoned": "customer_left"}


class Workspace:
    """Keeps who holds which contact (a fold over the log), so that each event finds the consoles that show it."""

    def __init__(
        self, reads: Reads, feed: Feed, rules: Rules, clock: Clock, board: Board, capabilities: dict[str, Capabilities]
    ) -> None:
        self._reads, self._feed, self._rules, self._clock, self._board = reads, feed, rules, clock, board
        self._capabilities = capabilities
        self._holder: dict[str, str] = {}
        self._customer: dict[str, str] = {}

    async def start(self) -> None:
        """Learn who holds what now."""

        def read(connection: sa.Connection) -> None:
            for row in connection.execute(_HOLDERS):
                self._holder[row.id], self._customer[row.id] = row.agent_id, row.customer_id
            for offer in offers.all_open(connection):
                self._holder[offer.contact_id] = offer.agent_id

        await self._reads.run(read)

    def holder(self, contact: str) -> str:
        """Who has the contact, or is offered it; "" for nobody."""
        return self._holder.get(contact, "")

    # ---- following ---------------------------------------------------------------------------------------------
    def touched(self, sealed: Sequence[events.Sealed]) -> dict[str, Touched]:
        """By agent, what these events touched. Must see every event once and in order."""
        found: dict[str, Touched] = {}
        for event in sealed:
            self._learn(event.body)
            for agent, touched in self._effects(event.body):
                found.setdefault(agent, Touched()).merge(touched)
        return found

    def peek(self, sealed: Sequence[events.Sealed], agent: str) -> Touched:
        """What events that were seen before touched of one agent's workspace."""
        found = Touched()
        for event in sealed:
            for who, touched in self._effects(event.body):
                if who == agent:
                    found.merge(touched)
        return found

    def _learn(self, body: Any) -> None:
        match body:
            case events.ContactOffered() | events.OfferAccepted():
                self._holder[body.contact] = body.agent
            case events.OfferDeclined() | events.OfferExpired() | events.OfferLost() | events.OfferWithdrawn():
                self._holder.pop(body.contact, None)
            case events.ContactEnded():
                self._holder.pop(body.contact, None)
                self._customer.pop(body.contact, None)

    def _effects(self, body: Any) -> list[tuple[str, Touched]]:
        match body:
            case events.ContactOffered() | events.OfferAccepted():
                one = {body.contact}
                return [(body.agent, Touched(contacts=one, pops=set(one), conversations=set(one), me=True))]
            case events.OfferDeclined() | events.OfferExpired() | events.OfferLost():
                return [(body.agent, Touched(gone={body.contact: _END_WORDS[type(body)]}, me=True))]
            case events.OfferWithdrawn():
                why = "customer_left" if body.reason == "customer_left" else "withdrawn"
                return [(body.agent, Touched(gone={body.contact: why}, me=True))]
            case events.ContactEnded(agent=agent) if agent:
                why = _OUTCOME_WORDS.get(body.outcome, "withdrawn")
                return [(agent, Touched(gone={body.contact: why}, me=True))]
            case events.ContactWrapping() | events.ContactModeChanged() | events.WrapUpExtended():
                return [(body.agent, Touched(contacts={body.contact}, me=True))]
            case events.TouchpointAdded() | events.DeliveryChanged() | events.AttachmentFetched():
                agent = self._holder.get(body.contact, "")
                return [(agent, Touched(contacts={body.contact}, messages={body.touchpoint}))] if agent else []
            case events.PresenceChanged():
                return [(body.agent, Touched(me=True))]
            case events.CustomerChanged() | events.ConsentChanged():
                return self._customer_changed(body.customer)
        return []

    def _customer_changed(self, customer: str) -> list[tuple[str, Touched]]:
        shown = [key for key, of in self._customer.items() if of == customer and key in self._holder]
        return [(self._holder[key], Touched(contacts={key}, pops={key})) for key in shown]

    # ---- reading -----------------------------------------------------------------------------------------------
    async def snapshot(self, agent: str) -> dict[str, Any]:
        """Everything that the console shows, with its place in the log."""
        since = self._board.day_start()
        return await self._reads.run(self._snapshot, agent, since)

    async def changes(self, agent: str, touched: Touched) -> list[Change]:
        """The puts and drops that bring a console up to date."""
        return await self._reads.run(self._changes, agent, touched, self._board.day_start())

    def _snapshot(self, connection: sa.Connection, agent: str, since: int) -> dict[str, Any]:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        book = self._rules.current
        position, _, _ = eventlog.head(connection)
        rows = timeline.work_of(connection, agent)
        names = timeline.Directory(connection)
        views = timeline.contact_views(connection, (row.id for row in rows), book)
        for row in rows:
            self._customer[row.id] = row.customer_id
        try:
            me: dict[str, Any] | None = timeline.agent_view(connection, agent, book, since=since)
        except NotFound:
            me = None
        return {
            "type": "snapshot",
            "stream": "agent",
            "seq": position,
            "at": milliseconds(self._clock.now()),
            "state": {
                "me": me,
                "contacts": [views[row.id] for row in rows],
                "messages": {row.id: timeline.conversation(connection, row, names) for row in rows},
                "pops": {row.id: self._pop(connection, row) for row in rows},
                "dispositions": [
                    {"id": doc.key, "name": doc.name, "queues": list(doc.queues)} for doc in book.dispositions.values()
                ],
                "away_reasons": list(book.company.away_reasons),
                "decline_reasons": list(book.company.decline_reasons),
            },
        }

    def _changes(self, connection: sa.Connection, agent: str, touched: Touched, since: int) -> list[Change]:
        book = self._rules.current
        found: list[Change] = []
        wanted = touched.contacts | touched.pops | touched.conversations
        rows = contacts.by_ids(connection, wanted) if wanted else {}
        mine = {key for key, row in rows.items() if self._holder.get(key) == agent}
        for key in sorted(key for key in touched.gone if self._holder.get(key) != agent):
            found.append({"op": "drop", "kind": "contact", "id": key, "why": touched.gone[key]})
        names = timeline.Directory(connection) if mine else None
        for key in sorted(touched.pops & mine):
            self._customer[key] = rows[key].customer_id
            found.append({"op": "put", "kind": "pop", "id": key, "value": self._pop(connection, rows[key])})
        for key in sorted(touched.conversations & mine):
            assert names is not None
            for message in timeline.conversation(connection, rows[key], names):
                found.append({"op": "put", "kind": "message", "id": message["id"], "value": message})
        views = timeline.contact_views(connection, mine, book) if mine else {}
        for key in sorted(views, key=lambda key: rows[key].arrival):
            found.append({"op": "put", "kind": "contact", "id": key, "value": views[key]})
        if touched.messages:
            for message in timeline.message_views(connection, touched.messages):
                found.append({"op": "put", "kind": "message", "id": message["id"], "value": message})
        if touched.me:
            view = timeline.agent_view(connection, agent, book, since=since)
            found.append({"op": "put", "kind": "me", "id": agent, "value": view})
        return found

    def _pop(self, connection: sa.Connection, row: Any) -> dict[str, Any]:
        return timeline.pop(connection, row, self._capabilities.get(row.account))
