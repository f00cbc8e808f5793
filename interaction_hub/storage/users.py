"""Persons who may sign in, their sessions, and links for a password. Of tokens only the digest is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, insert_into

_user, _session, _link = tables.user.c, tables.session.c, tables.password_link.c
_BY_LOGIN = sa.select(tables.user).where(_user.login == sa.bindparam("l"))
_BY_ID = sa.select(tables.user).where(_user.id == sa.bindparam("u"))
_ADMINS = sa.select(sa.func.count()).where(_user.role == "admin", _user.active)
_ALL = sa.select(tables.user).order_by(_user.login)
_SESSIONS_OF = (
    sa.select(
        _session.token_digest,
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
    .where(_session.token_digest.in_(sa.bindparam("digests", expanding=True)))
)
_MOST_DIGESTS = 500
"""In one statement: databases bound the number of its parameters."""
_OF_ROLE = sa.select(_user.login, _user.name).where(_user.role == sa.bindparam("r")).order_by(_user.login)
_NAMES = sa.select(_user.id, _user.name).where(_user.id.in_(sa.bindparam("ids", expanding=True)))
_LIVE = sa.and_(_session.revoked_us.is_(None), _session.expires_us > sa.bindparam("now"))
_SESSIONS = (
    sa.select(_session.id, _session.user_id, _session.device, _session.created_us, _session.seen_us)
    .where(_session.user_id == sa.bindparam("u"), _LIVE)
    .order_by(_session.seen_us.desc(), _session.id)
)
_PEOPLE = (
    sa.select(
        tables.user,
        tables.agent.c.presence,
        sa.func.count(_session.id).filter(_LIVE).label("sessions"),
        sa.func.max(_session.seen_us).label("seen_us"),
    )
    .select_from(tables.user)
    .join(tables.agent, tables.agent.c.id == _user.id, isouter=True)
    .join(tables.session, _session.user_id == _user.id, isouter=True)
    .group_by(_user.id, tables.agent.c.presence)
    .order_by(_user.name, _user.login)
)
_PERSON = _PEOPLE.where(_user.id == sa.bindparam("u"))
_VOID = (
    sa.update(tables.password_link)
    .where(_link.user_id == sa.bindparam("u"), _link.used_us.is_(None))
    .values(used_us=sa.bindparam("t"))
)
_LINK = sa.select(tables.password_link).where(
    _link.token_digest == sa.bindparam("d"), _link.used_us.is_(None), _link.expires_us > sa.bindparam("now")
)
_USE = (
    sa.update(tables.password_link)
    .where(_link.id == sa.bindparam("i"), _link.used_us.is_(None), _link.expires_us > sa.bindparam("t"))
    .values(used_us=sa.bindparam("t"))
)
_REVOKE_OTHERS = (
    sa.update(tables.session)
    .where(_session.user_id == sa.bindparam("u"), _session.id != sa.bindparam("keep"), _session.revoked_us.is_(None))
    .values(revoked_us=sa.bindparam("t"))
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


def sessions_by_digest(connection: sa.Connection, token_digests: Sequence[bytes]) -> dict[bytes, Any]:
    """Sessions with the name and role of their persons, by the digests of their tokens."""
    found: dict[bytes, Any] = {}
    for first in range(0, len(token_digests), _MOST_DIGESTS):
        some = token_digests[first : first + _MOST_DIGESTS]
        found.update((bytes(row[0]), row) for row in connection.execute(_SESSIONS_OF, {"digests": some}).all())
    return found


def touch_session(tx: Tx, session_id: str) -> None:
    """Remember that it was used."""
    tx.execute(_SEEN, {"s": session_id, "t": tx.now})


def revoke(tx: Tx, *, session_id: str = "", user: str = "", keep: str = "") -> int:
    """End one session, or all of a person, or all but the one to keep. Returns how many ended."""
    if session_id:
        return tx.execute(_REVOKE_ONE, {"s": session_id, "t": tx.now}).rowcount
    if keep:
        return tx.execute(_REVOKE_OTHERS, {"u": user, "keep": keep, "t": tx.now}).rowcount
    return tx.execute(_REVOKE_ALL, {"u": user, "t": tx.now}).rowcount


def sessions(connection: sa.Connection, user: str, now: int) -> Sequence[Any]:
    """The sessions of a person that are open, the last used first."""
    return connection.execute(_SESSIONS, {"u": user, "now": now}).all()


def people(connection: sa.Connection, now: int) -> Sequence[Any]:
    """Everybody by name, with presence, the number of open sessions, and when one was last used."""
    return connection.execute(_PEOPLE, {"now": now}).all()


def person(connection: sa.Connection, user: str, now: int) -> Any | None:
    """The same of one."""
    return connection.execute(_PERSON, {"u": user, "now": now}).first()


def of_role(connection: sa.Connection, role: str) -> Sequence[Any]:
    """Who has a role: log-in and name."""
    return connection.execute(_OF_ROLE, {"r": role}).all()


def names(connection: sa.Connection, ids: Iterable[str]) -> dict[str, str]:
    """Names by id."""
    return {row.id: row.name for row in connection.execute(_NAMES, {"ids": sorted(set(ids))})}


# ---- links with which a password can be set once ---------------------------------------------------------------
def add_link(tx: Tx, row: dict[str, Any]) -> None:
    """A new link."""
    tx.execute(insert_into(tables.password_link), row)


def void_links(tx: Tx, user: str) -> None:
    """The links that somebody has work no longer."""
    tx.execute(_VOID, {"u": user, "t": tx.now})


def link(connection: sa.Connection, token_digest: bytes, now: int) -> Any | None:
    """A link that works, or None."""
    return connection.execute(_LINK, {"d": token_digest, "now": now}).first()


def use_link(tx: Tx, link_id: str) -> bool:
    """Use it up; False if somebody was faster, or it is over."""
    return tx.execute(_USE, {"i": link_id, "t": tx.now}).rowcount == 1
