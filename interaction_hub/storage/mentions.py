"""Who was asked for in which note, and whether he has seen it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, insert_into

MOST_SHOWN = 100

_mention, _user = tables.mention.c, tables.user.c
_WHOLE = (
    sa.select(
        tables.mention,
        tables.customer.c.name.label("customer_name"),
        tables.touchpoint.c.text,
        _user.name.label("author_name"),
    )
    .join_from(tables.mention, tables.customer, tables.customer.c.id == _mention.customer_id)
    .join(tables.touchpoint, tables.touchpoint.c.id == _mention.touchpoint_id)
    .join(tables.user, _user.id == _mention.author_id, isouter=True)
    .where(_mention.user_id == sa.bindparam("u"), _mention.read_us.is_(None))
)
_UNREAD = _WHOLE.order_by(_mention.at_us.desc(), _mention.id).limit(MOST_SHOWN)
_SOME = _WHOLE.where(_mention.id.in_(sa.bindparam("ids", expanding=True))).order_by(_mention.at_us.desc(), _mention.id)
_ONE = sa.select(tables.mention).where(_mention.id == sa.bindparam("i"))
_READ = (
    sa.update(tables.mention)
    .where(_mention.id == sa.bindparam("i"), _mention.read_us.is_(None))
    .values(read_us=sa.bindparam("t"))
)
_ACTIVE = sa.select(_user.id).where(_user.active, _user.id.in_(sa.bindparam("ids", expanding=True)))


def insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    """New mentions."""
    if rows:
        tx.write(insert_into(tables.mention), rows)


def get(connection: sa.Connection, mention: str) -> Any | None:
    """One row, or None."""
    return connection.execute(_ONE, {"i": mention}).first()


def read(tx: Tx, mention: str) -> bool:
    """It was seen. Returns whether that is news."""
    return tx.execute(_READ, {"i": mention, "t": tx.now}).rowcount == 1


def unread_of(connection: sa.Connection, user: str, ids: Iterable[str] | None = None) -> Sequence[Any]:
    """What a person has not seen yet (of these alone), the newest first, with the names and the words to show."""
    if ids is None:
        return connection.execute(_UNREAD, {"u": user}).all()
    wanted = sorted(set(ids))
    return connection.execute(_SOME, {"u": user, "ids": wanted}).all() if wanted else []


def active_people(connection: sa.Connection, ids: Iterable[str]) -> set[str]:
    """Which of these are people who may sign in."""
    wanted = sorted(set(ids))
    return set(connection.execute(_ACTIVE, {"ids": wanted}).scalars()) if wanted else set()
