"""Links with which a password can be set once: for the first admin, and for whoever lost his.

A token is 256 random bits of which only a keyed digest is stored. Unknown, used and expired ones get the same answer.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.clock import Clock, milliseconds
from interaction_hub.domain import events
from interaction_hub.domain.permissions import Role
from interaction_hub.durations import HOUR
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.ids import new_id
from interaction_hub.services.access import Access
from interaction_hub.services.accounts import UserChange, change_user
from interaction_hub.storage import users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

SETUP, RESET = "setup", "reset"
LASTS = {SETUP: 24 * HOUR, RESET: 24 * HOUR}
DEAD = "This link does not work any more. Ask for a new one."


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be kept. `user` is empty for the first admin."""

    digest: bytes
    purpose: str
    user: str
    actor: str


@dataclass(frozen=True, slots=True)
class Use:
    """A link that is being used. Log-in and name count only for the first admin."""

    digest: bytes
    purpose: str
    password_hash: str
    login: str = ""
    name: str = ""


class PasswordLinks:
    """Making, looking at and using them."""

    def __init__(self, ledger: Ledger, reads: Reads, clock: Clock, access: Access) -> None:
        self._ledger, self._reads, self._clock, self._access = ledger, reads, clock, access
        ledger.register("add_password_link", each(_add), Lane.PEOPLE)
        ledger.register("use_password_link", each(_use), Lane.PEOPLE)

    async def for_first_admin(self) -> str:
        """The token of a set-up link, or "" if there is an admin."""
        if await self._reads.run(users.active_admins):
            return ""
        token, _ = await self._new(SETUP, "", "system:setup")
        return token

    async def for_person(self, user: str, actor: str) -> tuple[str, int | None]:
        """Token of a new link for somebody, and when it ends (ms); links made before work no longer.

        Raises `NotFound`, and `Conflict` for somebody who may not sign in.
        """
        return await self._new(RESET, user, actor)

    async def look(self, token: str, purpose: str, *, address: str) -> dict[str, Any]:
        """Whose password it sets. Raises `NotFound` for one that does not work, whatever the reason."""
        await self._access.count_try(address)
        digest, now = self._access.digest(token), self._clock.now()

        def read(connection: sa.Connection) -> dict[str, Any]:
            row = users.link(connection, digest, now)
            if row is None or row.purpose != purpose:
                raise NotFound(DEAD, code="link")
            return _meaning(connection, row)

        return await self._reads.run(read)

    async def use(self, token: str, purpose: str, given: dict[str, str], *, address: str, device: str) -> str:
        """Set the password, end all sessions of that person, and open a new one. Returns that session's token."""
        about = await self.look(token, purpose, address=address)
        login = given.get("login", about["login"]).strip().lower()
        name = given.get("name", about["name"]).strip()
        hashed = await self._access.hash(given["password"], login, name)
        use = Use(self._access.digest(token), purpose, hashed, login, name)
        user: str = await self._ledger.submit("use_password_link", use)
        self._access.forget()
        session, _ = await self._access.open_session(user, device)
        return session

    async def _new(self, purpose: str, user: str, actor: str) -> tuple[str, int | None]:
        token = secrets.token_urlsafe(32)
        link = NewLink(self._access.digest(token), purpose, user, actor)
        expires: int = await self._ledger.submit("add_password_link", link)
        return token, milliseconds(expires)


def _meaning(connection: sa.Connection, row: Any) -> dict[str, Any]:
    if row.purpose == SETUP:
        if users.active_admins(connection):
            raise NotFound(DEAD, code="link")
        return {"purpose": SETUP, "login": "", "name": ""}
    person = users.get(connection, row.user_id)
    if person is None or not person.active:
        raise NotFound(DEAD, code="link")
    return {"purpose": RESET, "login": person.login, "name": person.name}


def _add(tx: Tx, item: NewLink) -> int:
    """Unit: keep a link. Returns when it ends (hub time)."""
    if item.user:
        person = users.get(tx.connection, item.user)
        if person is None:
            raise NotFound("There is no such person.")
        if not person.active:
            raise Conflict(f"{person.name} may not sign in. Let him sign in first.", code="inactive")
        users.void_links(tx, item.user)
    expires = tx.now + LASTS[item.purpose]
    users.add_link(
        tx,
        {
            "id": new_id(),
            "token_digest": item.digest,
            "purpose": item.purpose,
            "user_id": item.user or None,
            "made_by": item.actor,
            "created_us": tx.now,
            "expires_us": expires,
        },
    )
    tx.emit(events.PasswordLinkMade(user=item.user, purpose=item.purpose), actor=item.actor)
    return expires


def _use(tx: Tx, item: Use) -> str:
    """Unit: use a link up and set the password. Returns the person."""
    row = users.link(tx.connection, item.digest, tx.now)
    if row is None or row.purpose != item.purpose:
        raise NotFound(DEAD, code="link")
    _meaning(tx.connection, row)
    if row.purpose == SETUP:
        user = _first_admin(tx, item)
    else:
        person = users.get(tx.connection, row.user_id)
        assert person is not None
        user = change_user(tx, UserChange(person.login, "", None, item.password_hash, f"user:{person.id}"))
    if not users.use_link(tx, row.id):
        raise NotFound(DEAD, code="link")
    return user


def _first_admin(tx: Tx, item: Use) -> str:
    if not item.login or not item.name:
        missing = "login" if not item.login else "name"
        raise Invalid("The first admin needs a sign-in name and a name.", fields={missing: "This is needed."})
    return change_user(tx, UserChange(item.login, item.name, Role.ADMIN, item.password_hash, "system:setup"))
