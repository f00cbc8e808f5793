"""Where a contact can be transferred to: queues with their likely wait, agents with what they do now.

The figures are the wallboard's, so that both screens say the same; only skills and the last voice are read here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.domain.rules import RuleBook
from interaction_hub.services.board import Board
from interaction_hub.services.board_views import View
from interaction_hub.storage import agents, contacts, tables
from interaction_hub.storage.reads import Reads

_QUEUE = ("id", "name", "channel", "waiting", "idle", "likely", "open", "opens_at")
_AGENT = ("id", "name", "presence", "reason", "activity", "since")
NEWEST = 200
"""Touchpoints of the customer among which the last voice is looked for: the dialog asks again every few seconds."""
_touchpoint = tables.touchpoint.c
_said = (
    sa.select(_touchpoint.author_id, _touchpoint.author_kind, _touchpoint.direction, _touchpoint.at_us)
    .where(_touchpoint.customer_id == sa.bindparam("c"))
    .order_by(_touchpoint.at_us.desc(), _touchpoint.id.desc())
    .limit(NEWEST)
    .subquery()
    .c
)
_LAST_VOICE = (
    sa.select(_said.author_id, _said.at_us)
    .where(_said.author_kind == "agent", _said.direction == "out", _said.author_id != sa.bindparam("me"))
    .order_by(_said.at_us.desc())
    .limit(1)
)


async def destinations(board: Board, reads: Reads, book: RuleBook, me: str, contact: str = "") -> dict[str, Any]:
    """Queues, agents, and who else spoke with the customer of a contact that this agent holds: `{agent, at}`."""
    skills, last = await reads.run(_known, book, me, contact)
    queues = (board.view("queue", key) for key in book.queues)
    return {
        "queues": [{name: queue[name] for name in _QUEUE} for queue in queues if queue is not None],
        "agents": [_agent(agent, skills.get(agent["id"], [])) for agent in board.views("agent")],
        "last": last,
    }


def _agent(agent: View, skills: list[View]) -> View:
    return {**{name: agent[name] for name in _AGENT}, "skills": skills}


def _known(
    connection: sa.Connection, book: RuleBook, me: str, contact: str
) -> tuple[dict[str, list[View]], View | None]:
    able = ((row.id, book.agents.get(row.login)) for row in agents.everyone(connection))
    skills = {key: _skills(book, found.skills) for key, found in able if found is not None}
    return skills, _last_voice(connection, me, contact) if contact else None


def _skills(book: RuleBook, levels: dict[str, int]) -> list[View]:
    """Best first, by the skills' names."""
    ordered = sorted(levels.items(), key=lambda one: -one[1])
    return [{"name": book.skills[key].name if key in book.skills else key, "level": level} for key, level in ordered]


def _last_voice(connection: sa.Connection, me: str, contact: str) -> View | None:
    row = contacts.get(connection, contact)
    if row is None or row.agent_id != me:
        return None
    found = connection.execute(_LAST_VOICE, {"c": row.customer_id, "me": me}).first()
    return {"agent": found.author_id, "at": milliseconds(found.at_us)} if found is not None else None
