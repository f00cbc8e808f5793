"""Agents as the matcher sees them: chosen presence, whether a console confirms it, and the version of their load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import PerDialect, Tx

_agent, _user = tables.agent.c, tables.user.c
_BY_ID = (
    sa.select(tables.agent, _user.login, _user.name, _user.role)
    .join_from(tables.agent, tables.user, _user.id == _agent.id)
    .where(_agent.id.in_(sa.bindparam("ids", expanding=True)))
)
_ALL = (
    sa.select(tables.agent, _user.login, _user.name, _user.role)
    .join_from(tables.agent, tables.user, _user.id == _agent.id)
    .where(_user.active)
    .order_by(_user.name, _agent.id)
)
_NAMES = (
    sa.select(_agent.id, _user.name)
    .join_from(tables.agent, tables.user, _user.id == _agent.id)
    .where(_user.active)
    .order_by(_user.name, _agent.id)
)
_ADD = PerDialect(lambda insert: insert(tables.agent).on_conflict_do_nothing())
_LOST = (
    sa.select(_agent.id)
    .where(_agent.lost_at_us.is_not(None), _agent.lost_at_us <= sa.bindparam("now"))
    .order_by(_agent.lost_at_us)
    .limit(100)
)
_CONFIRMED_ELSEWHERE = sa.select(_agent.id).where(_agent.confirmed, _agent.node != sa.bindparam("n"))
_CONFIRMED_DEAD = sa.select(_agent.id).where(
    _agent.confirmed,
    _agent.node.not_in(sa.select(tables.node.c.id).where(tables.node.c.alive_until_us >= sa.bindparam("now"))),
)


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id, with log-in, name and role of the person."""
    return {row.id: row for row in direct.fetch(connection, _BY_ID, {"ids": sorted(set(ids))})}


def find(tx: Tx, agent: str) -> Any | None:
    """The row as the unit's transaction has it (without log-in and name), or None."""
    return tx.rows.one(tables.agent, agent)


def get(connection: sa.Connection, agent: str) -> Any | None:
    """One row, or None."""
    return by_ids(connection, [agent]).get(agent)


def everyone(connection: sa.Connection) -> Sequence[Any]:
    """All agents who may sign in, by name."""
    return connection.execute(_ALL).all()


def names(connection: sa.Connection) -> Sequence[tuple[str, str]]:
    """Ids and names of the same people, in the same order."""
    return [(row[0], row[1]) for row in connection.execute(_NAMES)]


def add(tx: Tx, agent: str) -> None:
    """A person can take contacts from now on; twice is as good as once."""
    tx.execute(
        _ADD.of(tx),
        {
            "id": agent,
            "presence": "offline",
            "set_by": "system",
            "since_us": tx.now,
            "idle_since_us": tx.now,
        },
    )


def change(tx: Tx, agent: str, **values: Any) -> None:
    """Write fields of an agent."""
    tx.rows.change(tables.agent, agent, **values)


def raise_load(tx: Tx, agent: str, **values: Any) -> int:
    """Every change of an agent's load raises its version, so that an offer that saw another load is refused."""
    row = tx.rows.one(tables.agent, agent)
    if row is None:
        raise LookupError(f"there is no agent {agent}")
    load_version = int(row.load_version) + 1
    change(tx, agent, load_version=load_version, **values)
    return load_version


def missed_in_row(tx: Tx, agent: str) -> int:
    """Offers that the agent missed since he last answered one."""
    row = find(tx, agent)
    return int(row.missed_in_row) if row is not None else 0


def lost(connection: sa.Connection, now: int) -> list[str]:
    """Ids of agents whose console has been gone for longer than the grace."""
    return list(connection.execute(_LOST, {"now": now}).scalars())


def confirmed_by_the_dead(connection: sa.Connection, now: int, me: str) -> list[str]:
    """Agents whose socket is claimed by a node that no longer lives. A SQLite file has one node: `me`."""
    if connection.dialect.name == "sqlite":
        return list(connection.execute(_CONFIRMED_ELSEWHERE, {"n": me}).scalars())
    return list(connection.execute(_CONFIRMED_DEAD, {"now": now}).scalars())
