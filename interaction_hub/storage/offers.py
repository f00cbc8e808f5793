"""Offers: at most one open one a contact, by a partial unique index; each ends once, from the state "open" alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import Tx, insert_into

_offer = tables.offer.c
_BY_ID = sa.select(tables.offer).where(_offer.id.in_(sa.bindparam("ids", expanding=True)))
_OPEN_OF_CONTACTS = sa.select(tables.offer).where(
    _offer.contact_id.in_(sa.bindparam("ids", expanding=True)), _offer.state == tables.word("open")
)
_OPEN_OF_AGENT = (
    sa.select(tables.offer)
    .where(_offer.agent_id == sa.bindparam("a"), _offer.state == tables.word("open"))
    .order_by(_offer.deadline_us, _offer.id)
)
_OPEN = sa.select(tables.offer).where(_offer.state == tables.word("open"))
_waiting = sa.select(tables.contact.c.id).where(tables.LIVING, tables.contact.c.state.in_(("queued", "offered")))
_MEMORY = sa.select(_offer.contact_id, _offer.agent_id, _offer.state, _offer.back_off_until_us).where(
    _offer.contact_id.in_(_waiting), _offer.state.in_(("declined", "expired", "agent_lost"))
)


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in direct.fetch(connection, _BY_ID, {"ids": sorted(set(ids))})}


def find(tx: Tx, offer: str) -> Any | None:
    """The row as the unit's transaction has it, or None."""
    return tx.rows.one(tables.offer, offer)


def open_of_contacts(connection: sa.Connection, contacts: Iterable[str]) -> dict[str, Any]:
    """Open offers by contact."""
    rows = direct.fetch(connection, _OPEN_OF_CONTACTS, {"ids": sorted(set(contacts))})
    return {row.contact_id: row for row in rows}


def open_of_agent(connection: sa.Connection, agent: str) -> Sequence[Any]:
    """An agent's open offers, the most urgent first."""
    return connection.execute(_OPEN_OF_AGENT, {"a": agent}).all()


def all_open(connection: sa.Connection) -> Sequence[Any]:
    """Every open offer."""
    return connection.execute(_OPEN).all()


def insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """New open offers."""
    if rows:
        tx.write(insert_into(tables.offer), rows)


def end(tx: Tx, offer: str, state: str, *, reason: str = "", back_off_until: int = 0) -> bool:
    """End an open offer; one caller wins. Returns whether it was this one."""
    row = find(tx, offer)
    if row is None or row.state != "open":
        return False
    tx.rows.change(tables.offer, offer, state=state, ended_us=tx.now, reason=reason, back_off_until_us=back_off_until)
    return True


def memory(connection: sa.Connection) -> Sequence[Any]:
    """Declined and missed offers of the contacts that still wait: what a rebuilt engine must remember."""
    return connection.execute(_MEMORY).all()
