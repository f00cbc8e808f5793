"""Interactions: whole episodes, over transfers and shifts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import direct, tables
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
_SNOOZE = (
    sa.update(tables.interaction)
    .where(_interaction.id == sa.bindparam("i"))
    .values(state="open", closed_us=None, due_us=sa.bindparam("d"), owner=sa.bindparam("o"), due_note=sa.bindparam("n"))
)
_WAKE = (
    sa.update(tables.interaction)
    .where(_interaction.id == sa.bindparam("i"), _interaction.due_us.is_not(None))
    .values(due_us=None)
)
_DUE = (
    sa.select(_interaction.id)
    .where(_interaction.due_us <= sa.bindparam("now"))
    .order_by(_interaction.due_us)
    .limit(100)
)
_SNOOZED_OF = (
    sa.select(
        tables.interaction,
        tables.customer.c.name.label("customer_name"),
        tables.identity.c.kind.label("address_kind"),
        tables.identity.c.value.label("address_value"),
    )
    .join_from(tables.interaction, tables.customer, tables.customer.c.id == _interaction.customer_id)
    .join(tables.identity, tables.identity.c.id == _interaction.identity_id)
    .where(_interaction.due_us.is_not(None), _interaction.owner == sa.bindparam("o"))
    .order_by(_interaction.due_us, _interaction.id)
)
_SNOOZED_SOME = _SNOOZED_OF.where(_interaction.id.in_(sa.bindparam("ids", expanding=True)))
_SUBJECT = sa.update(tables.interaction).where(_interaction.id == sa.bindparam("i")).values(subject=sa.bindparam("s"))
_OPEN_OF = (
    sa.select(tables.interaction)
    .where(_interaction.customer_id.in_(sa.bindparam("ids", expanding=True)), _interaction.state == tables.word("open"))
    .order_by(_interaction.last_us.desc())
)
_LAST_CONTACT = (
    sa.select(tables.contact)
    .where(tables.contact.c.interaction_id == sa.bindparam("i"))
    .order_by(tables.contact.c.arrival.desc())
    .limit(1)
)
_NO_OPEN_CONTACT = ~sa.exists().where(tables.contact.c.interaction_id == _interaction.id, tables.LIVING)
_IDLE = (
    sa.select(_interaction.id, _interaction.customer_id)
    .where(
        _interaction.state == tables.word("open"),
        _interaction.due_us.is_(None),
        _interaction.last_us < sa.bindparam("before"),
        _NO_OPEN_CONTACT,
    )
    .order_by(_interaction.last_us)
    .limit(50)
)


def by_ids(connection: sa.Connection, ids: Iterable[str]) -> dict[str, Any]:
    """Rows by id."""
    return {row.id: row for row in direct.fetch(connection, _BY_ID, {"ids": sorted(set(ids))})}


def recent(tx: Tx, identities: Iterable[str], since: int) -> Sequence[Any]:
    """All interactions of the identities with a touchpoint after `since` (µs), oldest first."""
    return tx.fetch(_RECENT, {"identities": sorted(set(identities)), "since": since})


def insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """New interactions."""
    if rows:
        tx.write(insert_into(tables.interaction), rows)


def touch(tx: Tx, last_seqs: dict[str, int]) -> None:
    """The customer's words: write the last sequence number; the interaction is open, and no longer snoozed."""
    if last_seqs:
        tx.write(_TOUCH, [{"i": key, "s": seq, "t": tx.now} for key, seq in sorted(last_seqs.items())])


def find(tx: Tx, interaction: str) -> Any | None:
    """The row as the unit's transaction has it, or None."""
    return tx.rows.one(tables.interaction, interaction)


def next_seq(tx: Tx, interaction: str) -> int:
    """Take the next sequence number of one interaction."""
    row = find(tx, interaction)
    if row is None:
        raise LookupError(f"there is no interaction {interaction}")
    seq = int(row.last_seq) + 1
    # Our own words do not wake what is snoozed; only the customer's do (`touch`).
    tx.rows.change(tables.interaction, interaction, last_seq=seq, last_us=tx.now, state="open", closed_us=None)
    return seq


def close(tx: Tx, interaction: str) -> None:
    """The episode is over."""
    tx.rows.change(tables.interaction, interaction, state="closed", closed_us=tx.now, due_us=None)


def remember_agent(tx: Tx, interaction: str, agent: str) -> None:
    """The agent who is asked first when the customer comes back."""
    tx.rows.change(tables.interaction, interaction, last_agent=agent)


def get(connection: sa.Connection, interaction: str) -> Any | None:
    """One row, or None."""
    return by_ids(connection, [interaction]).get(interaction)


def snooze(tx: Tx, interaction: str, *, until: int, owner: str, note: str) -> None:
    """Put it away until a time (µs); it comes back to its owner."""
    tx.execute(_SNOOZE, {"i": interaction, "d": until, "o": owner, "n": note})


def wake(tx: Tx, interaction: str) -> bool:
    """It is snoozed no more. Returns whether it was."""
    return tx.execute(_WAKE, {"i": interaction}).rowcount == 1


def due(connection: sa.Connection, now: int) -> list[str]:
    """Ids of snoozed interactions whose time has come, 100 at the most."""
    return list(connection.execute(_DUE, {"now": now}).scalars())


def snoozed_of(connection: sa.Connection, owner: str, ids: Iterable[str] | None = None) -> Sequence[Any]:
    """What an agent has snoozed (of these alone), the next that is due first, with name and address."""
    if ids is None:
        return connection.execute(_SNOOZED_OF, {"o": owner}).all()
    wanted = sorted(set(ids))
    return connection.execute(_SNOOZED_SOME, {"o": owner, "ids": wanted}).all() if wanted else []


def last_contact(connection: sa.Connection, interaction: str) -> Any | None:
    """The row of the newest contact of an interaction."""
    return connection.execute(_LAST_CONTACT, {"i": interaction}).first()


def open_of(connection: sa.Connection, customers: Iterable[str], *, most: int = 20) -> dict[str, list[Any]]:
    """By customer, the open interactions, the freshest first."""
    ids = sorted(set(customers))
    found: dict[str, list[Any]] = {key: [] for key in ids}
    for row in direct.fetch(connection, _OPEN_OF, {"ids": ids}) if ids else ():
        found[row.customer_id].append(row)
    return {key: rows[:most] for key, rows in found.items()}


def idle_since(connection: sa.Connection, before: int) -> Sequence[Any]:
    """Open interactions that nobody snoozed, without a living contact, silent since `before` (µs); 50 at the most."""
    return connection.execute(_IDLE, {"before": before}).all()
