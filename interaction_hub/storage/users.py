"""Persons who may sign in, and their sessions. Of a session's token only the digest is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, insert_into

_user, _session = tables.user.c, tables.session.c
_BY_LOGIN = sa.select(tables.user).where(_user.login == sa.bindparam("l"))
_BY_ID = sa.select(tables.user).where(_user.id == sa.bindparam("u"))
_ADMINS = sa.select(sa.func.count()).where(_user.role == "admin", _user.active)
_ALL = sa.select(tables.user).order_by(_user.login)
_SESSION = (
    sa.select(
        _session.id,
        _session.user_id,
        _session.seen_us,
        _session.expires_us,
        _session.revoked_us,
        _user.name,
        _user.role,
        _user.active,
    )
    .join_from(tables.session, tables.user, _user.id == _session.user_id)
    .where(_session.token_digest == sa.bindparam("d"))
)
_SEEN = sa.update(tables.session).where(_session.id == sa.bindparam("s")).values(seen_us=sa.bindparam("t"))
_REVOKE_ONE = (
    sa.update(tables.session)
    .where(_session.id == sa.bindparam("s"), _session.revoked_us.is_(None))
    .values(revoked_us=sa.bindparam("t"))
)
_REVOKE_ALL = (
    sa.update(tables.session)
    .where(_session.user_id == sa.bindparam("u"), _session.revoked_us.is_(None))
    .values(revoked_us=sa.bindparam("t"))
)


def by_login(connection: sa.Connection, login: str) -> Any | None:
    """The row of a log-in name."""
    return connection.execute(_BY_LOGIN, {"l": login}).first()


def get(connection: sa.Connection, user: str) -> Any | None:
    """The row of a person."""
    return connection.execute(_BY_ID, {"u": user}).first()


def everyone(connection: sa.Connection) -> Sequence[Any]:
    """All persons, by log-in name."""
    return connection.execute(_ALL).all()


def active_admins(connection: sa.Connection) -> int:
    """How many admins may sign in."""
    return int(connection.execute(_ADMINS).scalar_one())


def insert(tx: Tx, row: dict[str, Any]) -> None:
    """A new person."""
    tx.execute(insert_into(tables.user), row)


def change(tx: Tx, user: str, **values: Any) -> None:
    """Write fields of a person."""
    tx.execute(sa.update(tables.user).where(_user.id == user).values(**values))


def open_session(tx: Tx, row: dict[str, Any]) -> None:
    """A new session."""
    tx.execute(insert_into(tables.session), row)


def session(connection: sa.Connection, token_digest: bytes) -> Any | None:
    """A session with the name and role of its person."""
    return connection.execute(_SESSION, {"d": token_digest}).first()


def touch_session(tx: Tx, session_id: str) -> None:
    """Remember that it was used."""
    tx.execute(_SEEN, {"s": session_id, "t": tx.now})


def revoke(tx: Tx, *, session_id: str = "", user: str = "") -> int:
    """End one session, or all of a person. Returns how many ended."""
    if session_id:
        return tx.execute(_REVOKE_ONE, {"s": session_id, "t": tx.now}).rowcount
    return tx.execute(_REVOKE_ALL, {"u": user, "t": tx.now}).rowcount
