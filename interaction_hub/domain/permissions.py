"""Who may do what: roles, permissions, and the marker that every route must carry (decisions 26)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Handler = TypeVar("Handler", bound=Callable[..., object])


class Role(StrEnum):
    """What a person was hired for. Each role can do what those before it can."""

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


@dataclass(frozen=True, slots=True)
class Principal:
    """The person behind a request, as of the last look at the session's row."""

    user_id: str
    name: str
    role: Role
    session_id: str

    def may(self, permission: Permission) -> bool:
        """Whether the role grants it."""
        return permission in GRANTS[self.role]


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
