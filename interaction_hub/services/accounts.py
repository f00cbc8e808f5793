"""Log-ins as units of the ledger: a new person, other values of one who is known. The last admin stays one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interaction_hub.domain import events
from interaction_hub.domain.permissions import Role
from interaction_hub.errors import Conflict, Invalid
from interaction_hub.ids import new_id
from interaction_hub.storage import agents, users
from interaction_hub.storage.unit import Tx


@dataclass(frozen=True, slots=True)
class UserChange:
    """A person to be added, or changed where the log-in is known; what is empty stays as it is."""

    login: str
    name: str
    role: str | None
    password_hash: str
    actor: str
    active: bool = True


def change_user(tx: Tx, item: UserChange) -> str:
    """Unit: a new person, or new values for one who is known; the last admin stays one."""
    row = users.by_login(tx.connection, item.login)
    role = str(item.role or (row.role if row is not None else Role.AGENT))
    if row is None:
        user = _insert_user(tx, item, role)
    else:
        user = row.id
        loses_admin = row.role == Role.ADMIN and row.active and (role != Role.ADMIN or not item.active)
        if loses_admin and users.active_admins(tx.connection) <= 1:
            raise last_admin(item.login)
        values: dict[str, Any] = {"name": item.name or row.name, "role": role, "active": item.active}
        if item.password_hash:
            values["password_hash"] = item.password_hash
        users.change(tx, user, **values)
        users.revoke(tx, user=user)
    agents.add(tx, user)
    tx.emit(events.UserChanged(user=user, role=role, active=item.active), actor=item.actor)
    return user


def last_admin(login: str) -> Conflict:
    """The refusal that keeps one admin in the house."""
    return Conflict(f"{login} is the last admin; make somebody else one first.", code="last_admin")


def _insert_user(tx: Tx, item: UserChange, role: str) -> str:
    if not item.name or not item.password_hash:
        raise Invalid(f"{item.login} is new: a new person needs a name.", fields={"name": "required"})
    user = new_id()
    users.insert(
        tx,
        {
            "id": user,
            "login": item.login,
            "name": item.name,
            "role": role,
            "password_hash": item.password_hash,
            "active": item.active,
            "created_us": tx.now,
        },
    )
    return user
