"""The agent's workspace: his snapshot, and the puts and drops that keep it. The read side of the console's stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channels.contract import Capabilities
from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.services import own_view, personal, timeline
from interaction_hub.services.agent_views import Today, own_views, week_start
from interaction_hub.services.board import Board
from interaction_hub.services.contact_views import contact_views, work_of
from interaction_hub.services.directory import Directory, Names
from interaction_hub.services.effects import Holders, Touched
from interaction_hub.services.pops import pops
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, documents, eventlog, offers, tables
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.reads import Reads

__all__ = ["Change", "Touched", "Workspace"]

Change = dict[str, Any]
_HOLDERS = sa.select(tables.contact.c.id, tables.contact.c.agent_id, tables.contact.c.customer_id).where(
    tables.LIVING, tables.contact.c.state.in_(("active", "wrapping"))
)


class Workspace:
    """Follows the log to know which consoles an event concerns, and reads what they show."""

    def __init__(
        self, reads: Reads, feed: Feed, rules: Rules, clock: Clock, board: Board, capabilities: dict[str, Capabilities]
    ) -> None:
        self._reads, self._feed, self._rules, self._clock, self._board = reads, feed, rules, clock, board
        self._capabilities = capabilities
        self._holders = Holders()
        self._names = Names(feed)

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
        return (await self.snapshots([agent]))[agent]

    async def snapshots(self, ones: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By agent, the same. One reading for all of them."""
        return await self._reads.at_one_moment(self._snapshots, ones, self._today(ones))

    async def changes(self, touched: Mapping[str, Touched]) -> dict[str, list[Change]]:
        """By agent, the puts and drops that bring his console up to date. One reading for all of them."""
        told = [agent for agent, what in touched.items() if what.me]
        return await self._reads.run(self._changes, touched, self._today(told))

    def _today(self, told: Iterable[str]) -> Today:
        week = week_start(self._clock.now(), self._rules.current.company.time_zone)
        waiting = dict(self._board.fold.queued)
        likely = {agent: self._board.next_contact(agent) for agent in told}
        return Today(self._board.day_start(), week, waiting, likely)

    def _snapshots(self, connection: sa.Connection, ones: Sequence[str], today: Today) -> dict[str, dict[str, Any]]:
        position, _, _ = eventlog.head(connection)
        rules, work = own_view.rules(connection, self._rules.current), self._work(connection, ones, today)
        at = milliseconds(self._clock.now())
        return {
            agent: {
                "type": "snapshot",
                "stream": "agent",
                "seq": position,
                "at": at,
                "state": {
                    **work[agent],
                    "snoozed": own_view.snoozed(connection, agent),
                    "mentions": own_view.mentions_of(connection, agent),
                    "drafts": own_view.drafts_of(connection, agent),
                    "settings": personal.settings_of(connection, agent),
                    "rules": rules,
                    "recent": own_view.recent(connection, agent, today.day),
                },
            }
            for agent in ones
        }

    def _work(self, connection: sa.Connection, ones: Sequence[str], today: Today) -> dict[str, dict[str, Any]]:
        """By agent, himself and his contacts, with what belongs to them."""
        book, names = self._rules.current, Directory(connection, self._names)
        of = {agent: work_of(connection, agent) for agent in ones}
        rows = [row for mine in of.values() for row in mine]
        views = contact_views(connection, (row.id for row in rows), book, names)
        for row in rows:
            self._holders.customer[row.id] = row.customer_id
        popped = pops(connection, rows, names, self._capabilities)
        messages = timeline.conversations(connection, rows, names) if rows else {}
        me = own_views(connection, ones, book, today, names)
        return {
            agent: {
                # Nobody's, for somebody who was never made an agent.
                "me": me.get(agent),
                "contacts": [views[row.id] for row in mine],
                "messages": {row.id: messages[row.id] for row in mine},
                "pops": {row.id: popped[row.id] for row in mine if row.id in popped},
            }
            for agent, mine in of.items()
        }

    def _changes(
        self, connection: sa.Connection, touched: Mapping[str, Touched], today: Today
    ) -> dict[str, list[Change]]:
        read = self._read(connection, touched, today)
        return {
            agent: [*self._of_contacts(agent, what, read), *_lists(connection, agent, what), *read.of(agent, what)]
            for agent, what in touched.items()
        }

    def _read(self, connection: sa.Connection, touched: Mapping[str, Touched], today: Today) -> _Read:
        """All that any of the agents is to be told, in as few statements as for one of them."""
        book, names = self._rules.current, Directory(connection, self._names)
        wanted = {key for what in touched.values() for key in what.contacts | what.pops | what.conversations}
        rows = contacts.by_ids(connection, wanted) if wanted else {}
        popped = [rows[key] for key in _all(what.pops for what in touched.values()) if key in rows]
        for row in popped:
            self._holders.customer[row.id] = row.customer_id
        spoken = [rows[key] for key in _all(what.conversations for what in touched.values()) if key in rows]
        written = _all(what.messages for what in touched.values())
        return _Read(
            arrivals={key: row.arrival for key, row in rows.items()},
            views=contact_views(connection, rows, book, names) if rows else {},
            pops=pops(connection, popped, names, self._capabilities),
            conversations=timeline.conversations(connection, spoken, names),
            messages=timeline.message_views(connection, written, names) if written else {},
            # Read again: who published them may not have put them in place yet.
            rules=own_view.rules(connection, documents.load(connection))
            if any(what.rules for what in touched.values())
            else None,
            me=own_views(connection, (who for who, what in touched.items() if what.me), book, today, names),
        )

    def _of_contacts(self, agent: str, touched: Touched, read: _Read) -> list[Change]:
        """Contacts that left and that changed; only those that the agent holds by now are told."""
        found: list[Change] = []
        mine = {key for key in read.views if self.holder(key) == agent}
        for key in sorted(key for key in touched.gone if self.holder(key) != agent):
            found.append({"op": "drop", "kind": "contact", "id": key, "why": touched.gone[key]})
        found += [_put("pop", key, read.pops[key]) for key in sorted(touched.pops & mine)]
        for key in sorted(touched.conversations & mine):
            found += [_put("message", one["id"], one) for one in read.conversations[key]]
        told = (touched.contacts | touched.pops | touched.conversations) & mine
        found += [_put("contact", key, read.views[key]) for key in sorted(told, key=lambda key: read.arrivals[key])]
        found += [_put("message", key, read.messages[key]) for key in sorted(touched.messages & read.messages.keys())]
        return found


@dataclass(frozen=True, slots=True)
class _Read:
    """What one reading found, for all agents together."""

    arrivals: dict[str, int]
    views: dict[str, dict[str, Any]]
    pops: dict[str, dict[str, Any]]
    conversations: dict[str, list[dict[str, Any]]]
    messages: dict[str, dict[str, Any]]
    rules: dict[str, Any] | None
    me: dict[str, dict[str, Any]]

    def of(self, agent: str, touched: Touched) -> list[Change]:
        """The rules, and the agent himself."""
        found = [_put("rules", "rules", self.rules)] if touched.rules and self.rules is not None else []
        return [*found, _put("me", agent, self.me[agent])] if touched.me and agent in self.me else found


def _all(sets: Iterable[set[str]]) -> list[str]:
    return sorted({key for each in sets for key in each})


def _put(kind: str, key: str, value: Any) -> Change:
    return {"op": "put", "kind": kind, "id": key, "value": value}


def _lists(connection: sa.Connection, agent: str, touched: Touched) -> list[Change]:
    """What was snoozed or woken, and who was asked for or has looked."""
    found: list[Change] = []
    if not touched.snoozed and not touched.mentions:
        return found
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
