"""Who may do what: roles, permissions, and the marker that every route must carry (decisions 26)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Handler = TypeVar("Handler", bound=Callable[..., object])


class Role(StrEnum):
    """The roles that every hub has. Each can do what those before it can; a company can make others beside them."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that a route or a command needs."""

    SIGNED_IN = "signed_in"
    WORK = "work"
    WATCH = "watch"
    STEER = "steer"
    READ_LOG = "read_log"
    CONFIGURE = "configure"


_AGENT = frozenset({Permission.SIGNED_IN, Permission.WORK})
_SUPERVISOR = _AGENT | {Permission.WATCH, Permission.STEER, Permission.READ_LOG}
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMIN: _SUPERVISOR | {Permission.CONFIGURE},
}


NOTHING = frozenset({Permission.SIGNED_IN})
"""What somebody may whose role is gone: see who he is, change his password, sign out."""


def granted(role: str, own: Mapping[str, Iterable[str]]) -> frozenset[Permission]:
    """What a role may do. `own` are the company's roles with the names of their permissions.

    A name that this version does not know grants nothing; a role of the hub cannot be redefined.
    """
    if role in GRANTS:
        return GRANTS[Role(role)]
    return NOTHING | {Permission(name) for name in own.get(role, ()) if name in set(Permission)}


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request, as of the last look at the session's row and at the rules.

    `role` is the role's key. Without `permissions` it is one of the hub's own roles.
    """

    user_id: str
    name: str
    role: str
    session_id: str
    permissions: frozenset[Permission] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role grants it."""
        return permission in (granted(self.role, {}) if self.permissions is None else self.permissions)


PUBLIC = "public"
MARK = "__permission__"


def needs(permission: Permission) -> Callable[[Handler], Handler]:
    """Mark a handler: only a principal with this permission gets through the middleware."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, MARK, permission)
        return handler

    return mark


def public(handler: Handler) -> Handler:
    """Mark a handler as open to everyone, on purpose."""
    setattr(handler, MARK, PUBLIC)
    return handler
