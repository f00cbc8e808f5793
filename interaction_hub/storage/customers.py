"""Customers, their identities and their consent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct, tables
from interaction_hub.storage.unit import PerDialect, Tx, insert_into

_customer, _identity, _opt_out = tables.customer.c, tables.identity.c, tables.opt_out.c
_BY_ADDRESS = sa.select(_identity.id, _identity.customer_id, _identity.address).where(
    _identity.address.in_(sa.bindparam("addresses", expanding=True))
)
_COUNT = (
    sa.update(tables.customer)
    .where(_customer.id == sa.bindparam("c"))
    .values(touchpoints=_customer.touchpoints + sa.bindparam("n"), last_us=sa.bindparam("t"))
)
_STOP = PerDialect(lambda insert: insert(tables.opt_out).on_conflict_do_nothing())
_START = sa.delete(tables.opt_out).where(
    _opt_out.identity_id == sa.bindparam("i"), _opt_out.account == sa.bindparam("a")
)
_OPTED_OUT = sa.select(_opt_out.at_us).where(
    _opt_out.identity_id == sa.bindparam("i"), _opt_out.account == sa.bindparam("a")
)
_BY_ID = sa.select(tables.customer).where(_customer.id.in_(sa.bindparam("ids", expanding=True)))
_IDENTITIES = (
    sa.select(tables.identity, _opt_out.account.label("opted_out"))
    .join_from(tables.identity, tables.opt_out, _opt_out.identity_id == _identity.id, isouter=True)
    .where(_identity.customer_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_identity.created_us, _identity.id)
)
_WITH_IDENTITIES = (
    sa.select(
        tables.customer,
        _identity.id.label("identity"),
        _identity.kind,
        _identity.value,
        _identity.verified,
        _opt_out.account.label("opted_out"),
    )
    .join_from(tables.customer, tables.identity, _identity.customer_id == _customer.id, isouter=True)
    .join(tables.opt_out, _opt_out.identity_id == _identity.id, isouter=True)
    .where(_customer.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_identity.created_us, _identity.id)
)
_OF_INTERACTION = (
    sa.select(_identity.value)
    .join_from(tables.interaction, tables.identity, _identity.id == tables.interaction.c.identity_id)
    .where(tables.interaction.c.id == sa.bindparam("i"))
)
_LAST_HEARD = (
    sa.select(_customer.id, _customer.name, _customer.tier, _customer.last_us, _customer.touchpoints)
    .where(sa.tuple_(_customer.last_us, _customer.id) < sa.tuple_(sa.bindparam("at"), sa.bindparam("c")))
    .order_by(_customer.last_us.desc(), _customer.id.desc())
    .limit(sa.bindparam("most"))
)
_NAMES = sa.select(_customer.id, _customer.name).where(_customer.id.in_(sa.bindparam("ids", expanding=True)))
_IDENTITIES_OF_ALL = (
    sa.select(_identity.customer_id, _identity.kind, _identity.value)
    .where(_identity.customer_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(_identity.created_us, _identity.id)
)
_OPEN_OF_ALL = (
    sa.select(tables.interaction.c.customer_id, sa.func.count().label("still_open"))
    .where(
        tables.interaction.c.customer_id.in_(sa.bindparam("ids", expanding=True)),
        tables.interaction.c.state == tables.word("open"),
    )
    .group_by(tables.interaction.c.customer_id)
)


def _channels_of_all() -> sa.Select[Any]:
    """From one channel to the next in their index: a customer of many years costs as much as a new one."""
    interaction = tables.interaction.c
    first = sa.select(sa.func.min(interaction.channel)).where(interaction.customer_id == _customer.id)
    wanted = _customer.id.in_(sa.bindparam("ids", expanding=True))
    spoken = (
        sa.select(_customer.id, first.scalar_subquery().label("channel")).where(wanted).cte("spoken", recursive=True)
    )
    following = sa.select(sa.func.min(interaction.channel)).where(
        interaction.customer_id == spoken.c.id, interaction.channel > spoken.c.channel
    )
    spoken = spoken.union_all(sa.select(spoken.c.id, following.scalar_subquery()).where(spoken.c.channel.is_not(None)))
    return (
        sa.select(spoken.c.id.label("customer_id"), spoken.c.channel)
        .where(spoken.c.channel.is_not(None))
        .order_by(spoken.c.id, spoken.c.channel)
    )


_CHANNELS_OF_ALL = _channels_of_all()
_IDENTITY = sa.select(tables.identity).where(_identity.id.in_(sa.bindparam("ids", expanding=True)))


def address_of(kind: str, value: str) -> str:
    """The one text under which an identity is unique."""
    return f"{kind}:{value}"


def by_address(tx: Tx, addresses: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Known addresses → (identity id, customer id)."""
    rows = tx.fetch(_BY_ADDRESS, {"addresses": sorted(set(addresses))})
    return {row.address: (row.id, row.customer_id) for row in rows}


def insert(tx: Tx, customers: list[dict[str, Any]], identities: list[dict[str, Any]]) -> None:
    """New customers with their identities, at once: other units of the batch will look for them."""
    if customers:
        tx.write(insert_into(tables.customer), customers)
    if identities:
        tx.write(insert_into(tables.identity), identities)


def count_touchpoints(tx: Tx, counts: dict[str, int], at: int) -> None:
    """Add to each customer's number of touchpoints, and remember the last."""
    if counts:
        tx.write(_COUNT, [{"c": key, "n": number, "t": at} for key, number in sorted(counts.items())])


def spoke(tx: Tx, customer: str) -> None:
    """One more touchpoint of a customer, now."""
    row = tx.rows.one(tables.customer, customer)
    if row is None:
        raise LookupError(f"there is no customer {customer}")
    tx.rows.change(tables.customer, customer, touchpoints=row.touchpoints + 1, last_us=tx.now)


def set_opted_out(tx: Tx, identity: str, account: str, *, opted_out: bool) -> None:
    """Write the consent of one identity for one account; twice is as good as once."""
    if opted_out:
        tx.execute(_STOP.of(tx), {"identity_id": identity, "account": account, "at_us": tx.now})
    else:
        tx.execute(_START, {"i": identity, "a": account})


def is_opted_out(connection: sa.Connection, identity: str, account: str) -> bool:
    """Whether the customer forbade messages from the account."""
    return connection.execute(_OPTED_OUT, {"i": identity, "a": account}).first() is not None


def get(connection: sa.Connection, customer: str) -> Any | None:
    """The row of a customer."""
    return by_ids(connection, [customer]).get(customer)


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in _of(connection, _BY_ID, ids)}


def with_identities(connection: sa.Connection, ids: Iterable[str]) -> Sequence[Any]:
    """Customers by id: a row for each identity, oldest first, and for each account that it opted out of."""
    return _of(connection, _WITH_IDENTITIES, ids)


def identities_of(connection: sa.Connection, customers: Iterable[str]) -> Sequence[Any]:
    """Identities of the customers, oldest first; a row for each account that was opted out of."""
    return _of(connection, _IDENTITIES, customers)


def last_heard(connection: sa.Connection, before: tuple[int, str], most: int) -> Sequence[Any]:
    """Customers before a place (last µs, id), the last who wrote first."""
    return connection.execute(_LAST_HEARD, {"at": before[0], "c": before[1], "most": most}).all()


def names(connection: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id."""
    return {row.id: row.name for row in _of(connection, _NAMES, ids)}


def identities_of_all(connection: sa.Connection, ids: Iterable[str]) -> Sequence[Any]:
    """Kind and value of the identities of some customers, oldest first."""
    return _of(connection, _IDENTITIES_OF_ALL, ids)


def channels_of_all(connection: sa.Connection, ids: Iterable[str]) -> Sequence[Any]:
    """On which channels some customers were spoken with: rows of customer and channel, by name."""
    return _of(connection, _CHANNELS_OF_ALL, ids)


def open_of_all(connection: sa.Connection, ids: Iterable[str]) -> dict[str, int]:
    """How many episodes are still open with each of some customers, where there are any."""
    rows = _of(connection, _OPEN_OF_ALL, ids)
    return {row.customer_id: int(row.still_open) for row in rows}


def identities(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows of identities by id."""
    return {row.id: row for row in _of(connection, _IDENTITY, ids)}


def value_of_interaction(connection: sa.Connection, interaction: str) -> str:
    """The address with which an interaction is held."""
    return str(connection.execute(_OF_INTERACTION, {"i": interaction}).scalar_one_or_none() or "")


def update(tx: Tx, customer: str, version: int, values: dict[str, Any]) -> bool:
    """Change fields if the version is still the one that was seen. Returns whether it was."""
    statement = (
        sa.update(tables.customer)
        .where(_customer.id == customer, _customer.version == version)
        .values(version=version + 1, **values)
    )
    return tx.execute(statement).rowcount == 1


def _of(connection: sa.Connection, statement: sa.Select[Any], ids: Iterable[str]) -> Sequence[Any]:
    """What a statement finds of some customers, or identities."""
    return direct.fetch(connection, statement, {"ids": sorted(set(ids))})
