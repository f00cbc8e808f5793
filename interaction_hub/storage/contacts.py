"""Contacts: one pass of an interaction through one queue to one agent. All writes are conditional on the epoch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.states import check_step
from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import Tx, insert_into

_contact = tables.contact.c
_BY_ID = sa.select(tables.contact).where(_contact.id.in_(sa.bindparam("ids", expanding=True)))
_OPEN_OF = sa.select(tables.contact).where(
    _contact.identity_id.in_(sa.bindparam("identities", expanding=True)), sa.text(f"contact.{tables.OPEN}")
)
_OF_AGENT = (
    sa.select(tables.contact)
    .where(_contact.agent_id == sa.bindparam("a"), tables.LIVING)
    .order_by(_contact.accepted_us, _contact.id)
)
_LIVING_OF = sa.select(tables.contact).where(
    _contact.interaction_id.in_(sa.bindparam("ids", expanding=True)), tables.LIVING
)
_ALIVE = sa.select(tables.contact).where(tables.LIVING).order_by(_contact.arrival)
_HELD = (
    sa.select(tables.contact)
    .where(_contact.agent_id.is_not(None), tables.LIVING, _contact.state.in_(("active", "wrapping")))
    .order_by(_contact.accepted_us, _contact.id)
)
_FOLLOW = (
    sa.update(tables.contact)
    .where(tables.LIVING, _contact.state.in_(("queued", "offered")))
    .values(rules_version=sa.bindparam("v"))
)
_WAITING = (
    sa.select(tables.contact)
    .where(tables.LIVING, _contact.state.in_(("queued", "offered")))
    .order_by(_contact.band, _contact.virtual_start_us, _contact.arrival)
    .limit(sa.bindparam("most"))
)
_DUE_WRAP = (
    sa.select(_contact.id)
    .where(_contact.state == tables.word("wrapping"), _contact.wrap_until_us <= sa.bindparam("now"))
    .order_by(_contact.wrap_until_us)
    .limit(100)
)
_DUE_PARK = (
    sa.select(_contact.id)
    .where(_contact.state == tables.word("active"), _contact.park_at_us <= sa.bindparam("now"))
    .order_by(_contact.park_at_us)
    .limit(100)
)
_LEFT = (
    sa.select(_contact.virtual_start_us, _contact.ended_us, _contact.outcome)
    .where(_contact.interaction_id == sa.bindparam("i"))
    .order_by(_contact.arrival.desc())
    .limit(1)
)
_SAW = (
    sa.update(tables.contact)
    .where(_contact.id == sa.bindparam("i"))
    .values(
        unread=_contact.unread + sa.bindparam("n"),
        customer_waits_us=sa.func.coalesce(_contact.customer_waits_us, sa.bindparam("t")),
        mode=sa.case((_contact.mode == "paused", "live"), else_=_contact.mode),
        park_at_us=None,
    )
)


# What was put away unanswered is nobody's done work yet.
IS_HANDLED = sa.and_(_contact.outcome.in_(("handled", "transferred", "parked")), _contact.customer_waits_us.is_(None))


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in direct.fetch(connection, _BY_ID, {"ids": sorted(set(ids))})}


def find(tx: Tx, contact: str) -> Any | None:
    """The row as the unit's transaction has it, or None."""
    return tx.rows.one(tables.contact, contact)


def living_of(tx: Tx, interactions: Iterable[str]) -> dict[str, list[Any]]:
    """Contacts that have not ended, by interaction."""
    found = tx.rows.related(tables.contact, "interaction_id", interactions, _read_living)
    return {key: [row for row in rows if row.state != "ended"] for key, rows in found.items()}


def _read_living(connection: sa.Connection, interactions: list[str]) -> Sequence[Any]:
    return direct.fetch(connection, _LIVING_OF, {"ids": interactions})


def get(connection: sa.Connection, contact: str) -> Any | None:
    """One row, or None."""
    return by_ids(connection, [contact]).get(contact)


def open_of(tx: Tx, identities: Iterable[str]) -> Sequence[Any]:
    """Open contacts (queued, offered, active) of the identities."""
    return tx.fetch(_OPEN_OF, {"identities": sorted(set(identities))})


def of_agent(connection: sa.Connection, agent: str) -> Sequence[Any]:
    """Contacts that an agent holds (active, wrapping), by the time he took them."""
    return connection.execute(_OF_AGENT, {"a": agent}).all()


def alive(connection: sa.Connection) -> Sequence[Any]:
    """All contacts that have not ended, by arrival."""
    return connection.execute(_ALIVE).all()


def held(connection: sa.Connection) -> Sequence[Any]:
    """All contacts that an agent holds, by the time they were taken."""
    return connection.execute(_HELD).all()


def waiting(connection: sa.Connection, most: int = 1_000_000) -> Sequence[Any]:
    """Contacts that wait, offered ones included, in the order of waiting."""
    return connection.execute(_WAITING, {"most": most}).all()


def wrap_up_over(connection: sa.Connection, now: int) -> list[str]:
    """Ids of contacts whose wrap-up timer has run out."""
    return list(connection.execute(_DUE_WRAP, {"now": now}).scalars())


def silent_too_long(connection: sa.Connection, now: int) -> list[str]:
    """Ids of active text contacts that are to be parked."""
    return list(connection.execute(_DUE_PARK, {"now": now}).scalars())


def left_last(tx: Tx, interaction: str) -> Any | None:
    """The interaction's last contact, if the customer left the queue in it."""
    row = tx.execute(_LEFT, {"i": interaction}).first()
    return row if row is not None and row.outcome == "abandoned" else None


def insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """New contacts."""
    if rows:
        tx.write(insert_into(tables.contact), rows)


def customer_wrote(tx: Tx, counts: dict[str, int]) -> None:
    """Add unread messages; the customer's clock runs from the first one that we did not answer."""
    if counts:
        tx.write(_SAW, [{"i": key, "n": number, "t": tx.now} for key, number in sorted(counts.items())])


def follow_rules(tx: Tx, version: int) -> None:
    """Contacts that wait go on under a new version of the rules."""
    tx.execute(_FOLLOW, {"v": version})


def change(tx: Tx, contact: str, *, state: str, values: dict[str, Any], epoch: int | None = None) -> bool:
    """The conditional change on which all races are decided: only from this state (and epoch). Returns who won."""
    check_step(state, values.get("state", state))
    row = find(tx, contact)
    if row is None or row.state != state or (epoch is not None and row.epoch != epoch):
        return False
    tx.rows.change(tables.contact, contact, **values)
    return True
