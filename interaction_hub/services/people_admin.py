"""Who may sign in, as an admin sees and changes it: people, their roles and sessions. Never a password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.permissions import Role
from interaction_hub.domain.text import is_storable
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.ids import new_id
from interaction_hub.services.access import Access
from interaction_hub.services.accounts import last_admin
from interaction_hub.services.password_links import PasswordLinks
from interaction_hub.services.presence import Choice, PresenceKeeper
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

LOGIN = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
LOGIN_WORDS = "Small letters, digits, dot, dash and underline, 60 at the most, such as amara."
MOST_NAME = 120


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A new person (no `user`), or new values for one; what is None stays."""

    user: str
    actor: str
    login: str = ""
    name: str | None = None
    role: str | None = None
    active: bool | None = None


class PeopleAdmin:
    """The people of the company."""

    def __init__(
        self,
        ledger: Ledger,
        reads: Reads,
        clock: Clock,
        rules: Rules,
        access: Access,
        links: PasswordLinks,
        presence: PresenceKeeper,
    ) -> None:
        self._ledger, self._reads, self._clock, self._rules = ledger, reads, clock, rules
        self._access, self._links, self._presence = access, links, presence
        ledger.register("change_person", each(self._change), Lane.PEOPLE)

    async def all(self) -> list[dict[str, Any]]:
        """Everybody, by name."""
        rows = await self._reads.run(users.people, self._clock.now())
        return [self._view(row) for row in rows]

    async def get(self, user: str, current_session: str = "") -> dict[str, Any]:
        """One person with his open sessions. Raises `NotFound`."""
        now = self._clock.now()

        def read(connection: sa.Connection) -> dict[str, Any]:
            row = users.person(connection, user, now)
            if row is None:
                raise NotFound("There is no such person.")
            found = [session_view(one, current_session) for one in users.sessions(connection, user, now)]
            return self._view(row) | {"open_sessions": found}

        return await self._reads.run(read)

    async def add(self, given: Mapping[str, Any], actor: str) -> tuple[str, str, int | None]:
        """Let somebody sign in. Returns his id, the token of a link to set the password, and when that ends (ms)."""
        login = str(given.get("login", "")).strip().lower()
        if not LOGIN.fullmatch(login):
            raise Invalid(f"login: {LOGIN_WORDS}", fields={"login": LOGIN_WORDS})
        change = PersonChange("", actor, login, self._name(given.get("name", "")), self._role(given.get("role", "")))
        user: str = await self._ledger.submit("change_person", change)
        token, expires = await self._links.for_person(user, actor)
        return user, token, expires

    async def change(self, user: str, given: Mapping[str, Any], actor: str) -> None:
        """Another name or role, or whether he may sign in. A new role and a lost right end his sessions at once."""
        unknown = [key for key in given if key not in ("name", "role", "active")]
        if unknown:
            words = "Only name, role and active can be changed."
            raise Invalid(words, fields={key[:60]: words for key in unknown})
        active = given.get("active")
        if active is not None and not isinstance(active, bool):
            raise Invalid("active: Yes or no.", fields={"active": "Yes or no."})
        name = self._name(given["name"]) if "name" in given else None
        role = self._role(given["role"]) if "role" in given else None
        await self._ledger.submit("change_person", PersonChange(user, actor, "", name, role, active))
        self._access.forget()

    async def end_sessions(self, user: str, actor: str, session_id: str = "") -> int:
        """End all sessions of somebody, or one of his. Returns how many ended."""
        found = await self.get(user)
        if session_id and session_id not in {one["id"] for one in found["open_sessions"]}:
            raise NotFound("There is no such session.")
        return await self._access.end_sessions(user, session_id=session_id, actor=actor)

    def _name(self, given: object) -> str:
        name = given.strip() if isinstance(given, str) else ""
        if not name or len(name) > MOST_NAME or not is_storable(name):
            words = f"A name of at most {MOST_NAME} characters."
            raise Invalid(f"name: {words}", fields={"name": words})
        return name

    def _role(self, given: object) -> str:
        known = [*map(str, Role), *self._rules.current.roles]
        if given not in known:
            words = f"One of {', '.join(known)}."
            raise Invalid(f"role: {words}", fields={"role": words})
        return str(given)

    def _view(self, row: Any) -> dict[str, Any]:
        own = self._rules.current.roles.get(row.role)
        return {
            "id": row.id,
            "login": row.login,
            "name": row.name,
            "role": row.role,
            "role_name": own.name if own is not None else "",
            "role_known": own is not None or row.role in set(Role),
            "active": bool(row.active),
            "password": bool(row.password_hash),
            "created": milliseconds(row.created_us),
            "presence": row.presence or "offline",
            "sessions": int(row.sessions),
            "seen": milliseconds(row.seen_us) if row.seen_us else None,
            "abilities": row.login in self._rules.current.agents,
        }

    def _change(self, tx: Tx, item: PersonChange) -> str:
        """Unit: write it, end what must end, one event."""
        if not item.user:
            return _add(tx, item)
        row = users.get(tx.connection, item.user)
        if row is None:
            raise NotFound("There is no such person.")
        role = row.role if item.role is None else item.role
        active = bool(row.active) if item.active is None else item.active
        loses_admin = row.role == Role.ADMIN and row.active and not (role == Role.ADMIN and active)
        if loses_admin and users.active_admins(tx.connection) <= 1:
            raise last_admin(row.login)
        users.change(tx, row.id, name=item.name or row.name, role=role, active=active)
        if (role, active) != (row.role, bool(row.active)):
            self._end(tx, row.id, item.actor, stays=active)
        tx.emit(events.UserChanged(user=row.id, role=role, active=active), actor=item.actor)
        return str(row.id)

    def _end(self, tx: Tx, user: str, actor: str, *, stays: bool) -> None:
        if users.revoke(tx, user=user):
            tx.emit(events.SignedOut(user=user, reason="ended_by_admin"), actor=actor)
        agent = agents.get(tx.connection, user)
        if not stays:
            users.void_links(tx, user)
            if agent is not None and agent.presence != "offline":
                # The way of whoever signs off: offers go back, and so do customers who wait for an answer.
                self._presence.set(tx, Choice(user, "offline", chosen_by=actor.removeprefix("user:")))


def session_view(row: Any, current: str) -> dict[str, Any]:
    """A session, for its owner and for admins."""
    return {
        "id": row.id,
        "device": row.device,
        "created": milliseconds(row.created_us),
        "seen": milliseconds(row.seen_us),
        "current": row.id == current,
    }


def _add(tx: Tx, item: PersonChange) -> str:
    if users.by_login(tx.connection, item.login) is not None:
        words = f"{item.login} is taken."
        raise Conflict(words, code="login_taken", fields={"login": words})
    user, role = new_id(), item.role or Role.AGENT
    row = {"id": user, "login": item.login, "name": item.name, "role": role, "active": True, "created_us": tx.now}
    users.insert(tx, row | {"password_hash": ""})
    agents.add(tx, user)
    tx.emit(events.UserChanged(user=user, role=str(role), active=True), actor=item.actor)
    return user
