"""Interactions: whole episodes, over transfers and shifts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, insert_into

_interaction = tables.interaction.c
_BY_ID = sa.select(tables.interaction).where(_interaction.id.in_(sa.bindparam("ids", expanding=True)))
_RECENT = (
    sa.select(tables.interaction)
    .where(
        _interaction.identity_id.in_(sa.bindparam("identities", expanding=True)),
        _interaction.last_us >= sa.bindparam("since"),
    )
    .order_by(_interaction.last_us)
)
_TOUCH = (
    sa.update(tables.interaction)
    .where(_interaction.id == sa.bindparam("i"))
    .values(last_seq=sa.bindparam("s"), last_us=sa.bindparam("t"), state="open", closed_us=None, due_us=None)
)
_CLOSE = (
    sa.update(tables.interaction)
    .where(_interaction.id == sa.bindparam("i"))
    .values(state="closed", closed_us=sa.bindparam("t"))
)
_LAST_AGENT = (
    sa.update(tables.interaction).where(_interaction.id == sa.bindparam("i")).values(last_agent=sa.bindparam("a"))
)
_SUBJECT = sa.update(tables.interaction).where(_interaction.id == sa.bindparam("i")).values(subject=sa.bindparam("s"))
_OPEN_OF = (
    sa.select(tables.interaction)
    .where(_interaction.customer_id == sa.bindparam("c"), _interaction.state == "open")
    .order_by(_interaction.last_us.desc())
    .limit(20)
)
_NO_OPEN_CONTACT = ~sa.exists().where(
    tables.contact.c.interaction_id == _interaction.id, tables.contact.c.state != "ended"
)
_IDLE = (
    sa.select(_interaction.id, _interaction.customer_id)
    .where(_interaction.state == "open", _interaction.last_us < sa.bindparam("before"), _NO_OPEN_CONTACT)
    .order_by(_interaction.last_us)
    .limit(50)
)


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in connection.execute(_BY_ID, {"ids": sorted(set(ids))})}


def recent(tx: Tx, identities: Iterable[str], since: int) -> Sequence[Any]:
    """All interactions of the identities with a touchpoint after `since` (µs), oldest first."""
    return tx.execute(_RECENT, {"identities": sorted(set(identities)), "since": since}).all()


def insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """New interactions."""
    if rows:
        tx.execute(insert_into(tables.interaction), rows)


def touch(tx: Tx, last_seqs: dict[str, int]) -> None:
    """Write the last sequence number; an interaction that is touched is open."""
    if last_seqs:
        tx.execute(_TOUCH, [{"i": key, "s": seq, "t": tx.now} for key, seq in sorted(last_seqs.items())])


def next_seq(tx: Tx, interaction: str) -> int:
    """Take the next sequence number of one interaction."""
    row = by_ids(tx.connection, [interaction])[interaction]
    touch(tx, {interaction: row.last_seq + 1})
    return int(row.last_seq) + 1


def close(tx: Tx, interaction: str) -> None:
    """The episode is over."""
    tx.execute(_CLOSE, {"i": interaction, "t": tx.now})


def remember_agent(tx: Tx, interaction: str, agent: str) -> None:
    """The agent who is asked first when the customer comes back."""
    tx.execute(_LAST_AGENT, {"i": interaction, "a": agent})


def open_of(connection: sa.Connection, customer: str) -> Sequence[Any]:
    """The customer's open interactions, the freshest first, 20 at the most."""
    return connection.execute(_OPEN_OF, {"c": customer}).all()


def idle_since(connection: sa.Connection, before: int) -> Sequence[Any]:
    """Open interactions without a living contact and without a touchpoint since `before` (µs), 50 at the most."""
    return connection.execute(_IDLE, {"before": before}).all()
