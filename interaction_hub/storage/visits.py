"""Visitors of the web chat in SQL: their conversation, their place in the line, and whether their page is open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx

_contact, _interaction, _touchpoint = tables.contact.c, tables.interaction.c, tables.touchpoint.c
_IDENTITY = sa.select(tables.identity).where(tables.identity.c.address == sa.bindparam("address"))
_LAST_INTERACTION = (
    sa.select(tables.interaction)
    .where(_interaction.identity_id == sa.bindparam("i"), _interaction.channel == "chat")
    .order_by(_interaction.last_us.desc())
    .limit(1)
)
_LAST_CONTACT = (
    sa.select(tables.contact)
    .where(_contact.interaction_id == sa.bindparam("i"))
    .order_by(_contact.arrival.desc())
    .limit(1)
)
_SHOWN = sa.or_(
    _touchpoint.kind.in_(("message", "survey")), sa.and_(_touchpoint.kind == "event", _touchpoint.direction == "none")
)
_LINES = (
    sa.select(tables.touchpoint)
    .join_from(tables.touchpoint, tables.interaction, _interaction.id == _touchpoint.interaction_id)
    .where(_touchpoint.customer_id == sa.bindparam("c"), _touchpoint.channel == "chat", _SHOWN)
    .where(_interaction.identity_id == sa.bindparam("i"))
    .order_by(_touchpoint.at_us.desc(), _touchpoint.seq.desc(), _touchpoint.id.desc())
    .limit(sa.bindparam("most"))
)
_RATED = sa.select(_touchpoint.id).where(
    _touchpoint.interaction_id == sa.bindparam("i"),
    _touchpoint.contact_id == sa.bindparam("c"),
    _touchpoint.kind == "survey",
)
_AHEAD = sa.select(sa.func.count()).where(
    _contact.queue == sa.bindparam("q"),
    tables.LIVING,
    _contact.state.in_(("queued", "offered")),
    sa.tuple_(_contact.band, _contact.virtual_start_us, _contact.arrival)
    < sa.tuple_(sa.bindparam("b"), sa.bindparam("v"), sa.bindparam("a")),
)
_ALIVE = sa.and_(_contact.identity_id == sa.bindparam("i"), tables.LIVING, _contact.channel == "chat")
_HERE = sa.update(tables.contact).where(_ALIVE).values(visitor_node=sa.bindparam("n"), gone_us=None)
_GONE = (
    sa.update(tables.contact)
    .where(_ALIVE, _contact.visitor_node == sa.bindparam("n"), _contact.gone_us.is_(None))
    .values(gone_us=sa.bindparam("t"))
)
_WAITS = sa.and_(tables.LIVING, _contact.state.in_(("queued", "offered")))
# The last who left first: messages that are kept for the morning must not hide them.
_LOST = (
    sa.select(_contact.id)
    .where(_contact.gone_us <= sa.bindparam("before"), _WAITS)
    .order_by(_contact.gone_us.desc())
    .limit(1000)
)
# By way of the interaction: touchpoints have an index by that, not by the contact.
_SAID = (
    sa.select(_touchpoint.contact_id, _touchpoint.details)
    .join_from(
        tables.contact,
        tables.touchpoint,
        sa.and_(_touchpoint.interaction_id == _contact.interaction_id, _touchpoint.contact_id == _contact.id),
    )
    .where(_contact.id.in_(sa.bindparam("ids", expanding=True)), _touchpoint.direction == "in")
    .order_by(_touchpoint.seq.desc())
)
_MARKED = sa.select(_contact.identity_id).where(_contact.gone_us.is_not(None), tables.LIVING).limit(1000)
_ORPHANED = sa.select(_contact.identity_id, _contact.visitor_node).where(
    _contact.channel == "chat", _WAITS, _contact.gone_us.is_(None), _contact.visitor_node != sa.bindparam("me")
)
_LIVING = sa.select(tables.node.c.id).where(tables.node.c.alive_until_us >= sa.bindparam("now"))


def identity(connection: sa.Connection, value: str) -> Any | None:
    """The identity of a visitor, or None before his first message."""
    return connection.execute(_IDENTITY, {"address": f"visitor:{value}"}).first()


def last_interaction(connection: sa.Connection, identity_id: str) -> Any | None:
    """The chat that he was in last."""
    return connection.execute(_LAST_INTERACTION, {"i": identity_id}).first()


def last_contact(connection: sa.Connection, interaction: str) -> Any | None:
    """The newest contact of a chat, ended ones included."""
    return connection.execute(_LAST_CONTACT, {"i": interaction}).first()


def lines(
    connection: sa.Connection,
    customer: str,
    identity_id: str,
    *,
    interaction: str = "",
    before: Any | None = None,
    most: int,
) -> Sequence[Any]:
    """What a visitor may see of his chats, newest first: messages, events, surveys; never notes.

    Only those of one `interaction` if it is named, only those `before` a touchpoint's row if it is given.
    """
    statement = _LINES
    if interaction:
        statement = statement.where(_touchpoint.interaction_id == interaction)
    if before is not None:
        place = sa.tuple_(_touchpoint.at_us, _touchpoint.seq, _touchpoint.id)
        statement = statement.where(place < sa.tuple_(before.at_us, before.seq, before.id))
    return connection.execute(statement, {"c": customer, "i": identity_id, "most": most}).all()


def is_rated(connection: sa.Connection, interaction: str, contact: str) -> bool:
    """Whether the visitor has rated this contact."""
    return connection.execute(_RATED, {"i": interaction, "c": contact}).first() is not None


def place(connection: sa.Connection, contact: Any) -> int:
    """The place in the line, 1 first, in the order in which the engine serves (routing/waiting.py)."""
    parameters = {"q": contact.queue, "b": contact.band, "v": contact.virtual_start_us, "a": contact.arrival}
    return int(connection.execute(_AHEAD, parameters).scalar_one()) + 1


def set_here(tx: Tx, identity_id: str, node: str) -> int:
    """His page is open at this node. Returns how many contacts it concerns."""
    return tx.execute(_HERE, {"i": identity_id, "n": node}).rowcount


def set_gone(tx: Tx, identity_id: str, node: str) -> int:
    """His last page at this node is gone; without effect if he is at another one by now."""
    return tx.execute(_GONE, {"i": identity_id, "n": node, "t": tx.now}).rowcount


def gone_since(connection: sa.Connection, before: int) -> list[str]:
    """Ids of contacts that wait while their visitor has been gone since before this time (µs), 1,000 at most."""
    return list(connection.execute(_LOST, {"before": before}).scalars())


def answered_elsewhere(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    """Those of these contacts whose visitor said where he wants his answer: he does not wait at the page."""
    return {row.contact_id for row in connection.execute(_SAID, {"ids": ids}) if _answer_to(row)}


def answer_address(connection: sa.Connection, contact: str) -> str | None:
    """Where the visitor of a contact asked for his answer, the last time; None if he did not."""
    said = connection.execute(_SAID, {"ids": [contact]})
    return next((address for row in said if (address := _answer_to(row))), None)


def _answer_to(touchpoint: Any) -> str:
    return str(msgspec.json.decode(touchpoint.details).get("values", {}).get("answer_to") or "")


def marked_gone(connection: sa.Connection) -> set[str]:
    """Identities that some node takes for gone."""
    return set(connection.execute(_MARKED).scalars())


def orphaned(connection: sa.Connection, me: str, now: int) -> list[tuple[str, str]]:
    """(identity, node) of those who wait and whose page was last at a node that lives no more, or at none.

    A SQLite file has one node: `me`.
    """
    rows = connection.execute(_ORPHANED, {"me": me}).all()
    alive: Iterable[str] = (
        () if connection.dialect.name == "sqlite" else connection.execute(_LIVING, {"now": now}).scalars().all()
    )
    living = set(alive)
    return [(row.identity_id, row.visitor_node) for row in rows if row.visitor_node not in living]
