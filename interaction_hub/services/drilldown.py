"""From the wallboard down: one queue with all who wait and who left it, one agent with what he holds and his day.

Reads only. Figures are those of the board; names are read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.rules import RuleBook, micros
from interaction_hub.durations import MINUTE
from interaction_hub.errors import NotFound
from interaction_hub.services import day, timeline
from interaction_hub.services.agent_views import agent_views
from interaction_hub.services.board import Board
from interaction_hub.services.board_views import View, names_of, person, waiting_views
from interaction_hub.services.contact_views import contact_views
from interaction_hub.services.departures import Departure
from interaction_hub.services.directory import Directory
from interaction_hub.services.metrics import view
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, journal, offers
from interaction_hub.storage.reads import Reads

MOST_WAITING = 200
MOST_LOG = 100
QUARTER = 15
_LOGGED = (events.PresenceChanged, events.OfferExpired, events.OfferDeclined)


class Drilldown:
    """What stands behind one row of the wallboard."""

    def __init__(self, board: Board, reads: Reads, rules: Rules, clock: Clock) -> None:
        self._board, self._reads, self._rules, self._clock = board, reads, rules, clock

    # ---- a queue -------------------------------------------------------------------------------------------------
    async def queue(self, key: str) -> dict[str, Any]:
        """The queue's page. Raises `NotFound`."""
        shown = await self._shown("queue", key)
        if shown is None or key not in self._rules.current.queues:
            raise NotFound("There is no such queue.")
        ids = self._board.fold.lines.of_queue(key, MOST_WAITING)
        left = self._board.departures.of(key)
        names, rules = await self._reads.run(_names, ids, left)
        return {
            "at": milliseconds(self._clock.now()),
            "queue": self._board.view("queue", key) or shown,
            "waiting": self._waiting(key, ids, names),
            "agents": [agent for agent in self._board.views("agent") if key in agent["serves"]],
            "quarters": self._quarters(key),
            "left": [self._left(one, names, rules) for one in left if one.contact in names],
        }

    def _waiting(self, key: str, ids: list[str], names: dict[str, Any]) -> list[View]:
        book = self._rules.current
        able = [agent for agent in self._board.views("agent") if key in agent["serves"]]
        here = [agent for agent in able if agent["activity"] != "offline"]
        extra = {
            "needs": _needs(book, key),
            "idle": {"can": sum(agent["activity"] == "idle" for agent in here), "of": len(here)},
        }
        views = waiting_views(self._board.fold, ids, names).values()
        return [
            {**row, **extra, "address": _address(names[row["id"]]), "likely": self._board.likely(key, row["place"])}
            for row in sorted(views, key=lambda row: row["place"])
        ]

    def _quarters(self, key: str) -> list[dict[str, Any]]:
        """Today by quarter hours, from the first in which anybody came; of the time of arrival, as all figures."""
        fold = self._board.fold
        begin, now = self._board.day_start() // MINUTE, self._clock.now() // MINUTE
        found: list[dict[str, Any]] = []
        for first in range(begin, now + 1, QUARTER):
            figures = view(fold.total([key], first, first + QUARTER))
            if found or figures["offered"]:
                found.append({"from": first * MINUTE // 1000, **figures})
        return found

    def _left(self, one: Departure, names: dict[str, Any], rules: dict[str, str]) -> dict[str, Any]:
        agent = self._board.view("agent", one.agent)
        queue = self._rules.current.queues.get(one.queue)
        short = micros(self._rules.current.company.short_abandon)
        how = "short" if one.how == "abandoned" and (one.waited or 0) <= short else one.how
        return {
            "contact": one.contact,
            "customer": person(names[one.contact]),
            "at": milliseconds(one.at),
            "how": how,
            "agent": agent and {"id": one.agent, "name": agent["name"]},
            "queue": queue and {"id": queue.key, "name": queue.name},
            "waited_ms": milliseconds(one.waited),
            "rule": rules.get(one.offer, ""),
        }

    # ---- an agent ------------------------------------------------------------------------------------------------
    async def agent(self, key: str) -> dict[str, Any]:
        """The agent's page. Raises `NotFound`."""
        shown = await self._shown("agent", key)
        if shown is None:
            raise NotFound("There is no such agent.")
        book = self._rules.current
        today = day.parse_day("", book.company.time_zone, self._clock.now())
        found = await self._reads.run(_agent, key, book, today, self._board.position)
        return {"at": milliseconds(self._clock.now()), "agent": self._board.view("agent", key) or shown, **found}

    async def _shown(self, kind: str, key: str) -> dict[str, Any] | None:
        """A view of the board; what was made a moment ago is looked for once more."""
        if self._board.view(kind, key) is None:
            await self._board.caught_up()
        return self._board.view(kind, key)

    # ---- a conversation ------------------------------------------------------------------------------------------
    async def conversation(self, key: str) -> bool:
        """Whether there is such a contact. Its words come over the stream alone, whose opening is an event."""
        return await self._reads.run(contacts.get, key) is not None


def _names(
    connection: sa.Connection, ids: Sequence[str], left: Sequence[Departure]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Who all these contacts are with, and by which rule the answered ones were offered."""
    names = names_of(connection, [*ids, *(one.contact for one in left)])
    rows = offers.by_ids(connection, (one.offer for one in left if one.offer))
    rules = {key: str(msgspec.json.decode(bytes(row.why)).get("rule", "")) for key, row in rows.items()}
    return names, rules


def _needs(book: RuleBook, key: str) -> list[dict[str, Any]]:
    """What a queue asks for, by the skills' names."""
    requires = book.queues[key].requires
    names = {skill: book.skills[skill].name if skill in book.skills else skill for skill in requires}
    return [{"skill": skill, "name": names[skill], "level": level} for skill, level in requires.items()]


def _address(row: Any) -> str:
    return timeline.address_for_people(row.kind, row.value)


def _agent(connection: sa.Connection, key: str, book: RuleBook, today: day.Day, head: int) -> dict[str, Any]:
    held = [row.id for row in contacts.of_agent(connection, key)]
    names = Directory(connection)
    views = contact_views(connection, held, book, names)
    row = agents.get(connection, key)
    if row is None:
        raise NotFound("There is no such agent.")
    me = agent_views(connection, {key: row}, book, since=today.begin)[key]
    after = journal.last_before(connection, today.begin, head)
    lines = journal.of_agent(connection, key, _LOGGED, after=after, most=MOST_LOG)
    return {
        "held": [views[contact] for contact in held if contact in views],
        "capacity": me["capacity"],
        "day": day.day_of(connection, key, today, book),
        "log": [line for event in lines if (line := _line(event, book, names)) is not None],
    }


def _line(event: events.Sealed, book: RuleBook, names: Directory) -> dict[str, Any] | None:
    """One entry of the agent's log today: presence, a missed or a declined offer."""
    body = event.body
    who = event.actor.rpartition(":")[2]
    if isinstance(body, events.PresenceChanged):
        what = "presence" if body.confirmed or body.presence == "offline" else "lost"
        by = names.name(who) if body.set_by == "supervisor" else ""
        values: dict[str, Any] = {"presence": body.presence, "reason": body.reason, "set_by": body.set_by, "by": by}
    elif isinstance(body, events.OfferExpired | events.OfferDeclined):
        what = "missed" if isinstance(body, events.OfferExpired) else "declined"
        queue = book.queues.get(body.queue)
        values = {"queue": queue.name if queue else body.queue, "reason": getattr(body, "reason", "")}
    else:
        return None
    return {"at": milliseconds(event.at), "position": event.position, "what": what, "values": values}
