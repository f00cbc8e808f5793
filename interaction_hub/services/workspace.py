"""The agent's workspace: his snapshot, and the puts and drops that keep it. The read side of the console's stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from channels.contract import Capabilities
from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook
from interaction_hub.errors import NotFound
from interaction_hub.services import own_view, personal, timeline
from interaction_hub.services.board import Board
from interaction_hub.services.effects import Holders, Touched
from interaction_hub.services.own_view import Today
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, documents, eventlog, offers, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.reads import Reads

__all__ = ["Change", "Touched", "Workspace"]

Change = dict[str, Any]
_HOLDERS = sa.select(tables.contact.c.id, tables.contact.c.agent_id, tables.contact.c.customer_id).where(
    tables.contact.c.state.in_(("active", "wrapping"))
)


class Workspace:
    """Follows the log to know which consoles an event concerns, and reads what they show."""

    def __init__(
        self, reads: Reads, feed: Feed, rules: Rules, clock: Clock, board: Board, capabilities: dict[str, Capabilities]
    ) -> None:
        self._reads, self._feed, self._rules, self._clock, self._board = reads, feed, rules, clock, board
        self._capabilities = capabilities
        self._holders = Holders()

    async def start(self) -> None:
        """Learn who holds what now, and who works here."""

        def read(connection: sa.Connection) -> None:
            for row in connection.execute(_HOLDERS):
                self._holders.holder[row.id], self._holders.customer[row.id] = row.agent_id, row.customer_id
            for offer in offers.all_open(connection):
                self._holders.holder[offer.contact_id] = offer.agent_id
            self._holders.people |= {row.id for row in agents.everyone(connection)}

        await self._reads.run(read)

    def holder(self, contact: str) -> str:
        """Who has the contact, or is offered it; "" for nobody."""
        return self._holders.holder.get(contact, "")

    # ---- following ---------------------------------------------------------------------------------------------
    def touched(self, sealed: Sequence[events.Sealed]) -> dict[str, Touched]:
        """By agent, what these events touched. Must see every event once and in order."""
        return self._holders.touched(sealed)

    def peek(self, sealed: Sequence[events.Sealed], agent: str) -> Touched:
        """What events that were seen before touched of one agent's workspace."""
        found = Touched()
        for event in sealed:
            for who, touched in self._holders.effects(event.body):
                if who == agent:
                    found.merge(touched)
        return found

    # ---- reading -----------------------------------------------------------------------------------------------
    async def snapshot(self, agent: str) -> dict[str, Any]:
        """Everything that the console shows, with its place in the log."""
        return await self._reads.run(self._snapshot, agent, self._today(agent))

    async def changes(self, agent: str, touched: Touched) -> list[Change]:
        """The puts and drops that bring a console up to date."""
        return await self._reads.run(self._changes, agent, touched, self._today(agent))

    def _today(self, agent: str) -> Today:
        week = own_view.week_start(self._clock.now(), self._rules.current.company.time_zone)
        waiting = dict(self._board.fold.queued)
        return Today(self._board.day_start(), week, waiting, self._board.next_contact(agent))

    def _snapshot(self, connection: sa.Connection, agent: str, today: Today) -> dict[str, Any]:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        position, _, _ = eventlog.head(connection)
        return {
            "type": "snapshot",
            "stream": "agent",
            "seq": position,
            "at": milliseconds(self._clock.now()),
            "state": {
                **self._work(connection, agent, today),
                "snoozed": own_view.snoozed(connection, agent),
                "mentions": own_view.mentions_of(connection, agent),
                "drafts": own_view.drafts_of(connection, agent),
                "settings": personal.settings_of(connection, agent),
                "rules": own_view.rules(connection, self._rules.current),
                "recent": own_view.recent(connection, agent, today.day),
            },
        }

    def _work(self, connection: sa.Connection, agent: str, today: Today) -> dict[str, Any]:
        book = self._rules.current
        rows = timeline.work_of(connection, agent)
        names = timeline.Directory(connection)
        views = timeline.contact_views(connection, (row.id for row in rows), book)
        for row in rows:
            self._holders.customer[row.id] = row.customer_id
        return {
            "me": self._me(connection, agent, book, today),
            "contacts": [views[row.id] for row in rows],
            "messages": {row.id: timeline.conversation(connection, row, names) for row in rows},
            "pops": {row.id: self._pop(connection, row) for row in rows},
        }

    def _me(self, connection: sa.Connection, agent: str, book: RuleBook, today: Today) -> dict[str, Any] | None:
        try:
            return own_view.me(connection, agent, book, today)
        except NotFound:
            return None  # somebody who was never made an agent

    def _changes(self, connection: sa.Connection, agent: str, touched: Touched, today: Today) -> list[Change]:
        found = self._contact_changes(connection, agent, touched)
        found += _lists(connection, agent, touched)
        if touched.rules:
            # Read again: who published them may not have put them in place yet.
            found.append(_put("rules", "rules", own_view.rules(connection, documents.load(connection))))
        if touched.me and (view := self._me(connection, agent, self._rules.current, today)) is not None:
            found.append(_put("me", agent, view))
        return found

    def _contact_changes(self, connection: sa.Connection, agent: str, touched: Touched) -> list[Change]:
        book = self._rules.current
        found: list[Change] = []
        wanted = touched.contacts | touched.pops | touched.conversations
        rows = contacts.by_ids(connection, wanted) if wanted else {}
        mine = {key for key in rows if self.holder(key) == agent}
        for key in sorted(key for key in touched.gone if self.holder(key) != agent):
            found.append({"op": "drop", "kind": "contact", "id": key, "why": touched.gone[key]})
        names = timeline.Directory(connection) if mine else None
        for key in sorted(touched.pops & mine):
            self._holders.customer[key] = rows[key].customer_id
            found.append(_put("pop", key, self._pop(connection, rows[key])))
        for key in sorted(touched.conversations & mine):
            assert names is not None
            found += [_put("message", one["id"], one) for one in timeline.conversation(connection, rows[key], names)]
        views = timeline.contact_views(connection, mine, book) if mine else {}
        for key in sorted(views, key=lambda key: rows[key].arrival):
            found.append(_put("contact", key, views[key]))
        if touched.messages:
            found += [_put("message", one["id"], one) for one in timeline.message_views(connection, touched.messages)]
        return found

    def _pop(self, connection: sa.Connection, row: Any) -> dict[str, Any]:
        return timeline.pop(connection, row, self._capabilities.get(row.account))


def _put(kind: str, key: str, value: Any) -> Change:
    return {"op": "put", "kind": kind, "id": key, "value": value}


def _lists(connection: sa.Connection, agent: str, touched: Touched) -> list[Change]:
    """What was snoozed or woken, and who was asked for or has looked."""
    found: list[Change] = []
    asleep = {one["interaction"]: one for one in own_view.snoozed(connection, agent, touched.snoozed)}
    unread = {one["id"]: one for one in own_view.mentions_of(connection, agent, touched.mentions)}
    for kind, ids, there, why in (
        ("snoozed", touched.snoozed, asleep, "woken"),
        ("mention", touched.mentions, unread, "read"),
    ):
        for key in sorted(ids):
            found.append(
                _put(kind, key, there[key]) if key in there else {"op": "drop", "kind": kind, "id": key, "why": why}
            )
    return found
