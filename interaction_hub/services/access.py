"""Signing in and out, sessions that can be revoked, and who may sign in at all.

A wrong name and a wrong password look and cost the same. Guesses are slowed per account and per address.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.permissions import Principal, Role
from interaction_hub.domain.text import is_storable
from interaction_hub.durations import HOUR, MINUTE
from interaction_hub.errors import Conflict, Invalid, NotAllowed, TooMany
from interaction_hub.ids import new_id
from interaction_hub.storage import agents, users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

PER_ACCOUNT = RateLimitItemPerHour(20)
PER_ADDRESS = RateLimitItemPerMinute(30)
CACHE_SECONDS = 2.0
"""How long a looked-up session is believed: a revoked one works no longer than this (A10: at most 5 s)."""
SEEN_EVERY = 5 * MINUTE
MIN_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be opened."""

    user: str
    digest: bytes
    device: str
    lasts: int


@dataclass(frozen=True, slots=True)
class UserChange:
    """A person to be added, or changed where the log-in is known; what is empty stays as it is."""

    login: str
    name: str
    role: Role | None
    password_hash: str
    actor: str
    active: bool = True


class Access:
    """Sessions live in the database; a short cache spares a read at each request."""

    def __init__(self, ledger: Ledger, reads: Reads, clock: Clock, *, secret: bytes, session_hours: float = 12) -> None:
        self._ledger, self._reads, self._clock = ledger, reads, clock
        self._secret = secret
        self._lasts = int(session_hours * HOUR)
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="password")
        self._decoy = ""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._cache: dict[bytes, tuple[float, Principal]] = {}
        ledger.register("open_session", each(_open_session), Lane.PEOPLE)
        ledger.register("revoke_session", each(_revoke), Lane.PEOPLE)
        ledger.register("touch_session", each(users.touch_session), Lane.MACHINES)
        ledger.register("change_user", each(_change_user), Lane.PEOPLE)

    async def sign_in(self, login: str, password: str, *, address: str, device: str) -> tuple[str, Principal]:
        """Open a session. Returns the token for the cookie. Raises `NotAllowed` or `TooMany`."""
        login = login.strip().lower()[:120]
        for item, key in ((PER_ACCOUNT, f"account:{login}"), (PER_ADDRESS, f"address:{address}")):
            if not await self._limiter.hit(item, key):
                raise TooMany("Too many attempts. Wait some minutes, then try again.", retry_after=60)
        if not is_storable(login + password):  # nobody is called so, and no database can be asked for him
            login, password = "", ""
        row = await self._reads.run(users.by_login, login)
        right = await self._verify(row.password_hash if row is not None and row.active else "", password[:500])
        if not right or row is None:
            raise NotAllowed("Name or password is wrong.", code="sign_in")
        await self._limiter.clear(PER_ACCOUNT, f"account:{login}")
        token, session_id = await self.open_session(row.id, device)
        return token, Principal(row.id, row.name, Role(row.role), session_id)

    async def open_session(self, user: str, device: str) -> tuple[str, str]:
        """Open a session for somebody who proved himself in another way. Returns its token and its id."""
        token = secrets.token_urlsafe(32)
        opened = NewSession(user, self._digest(token), device[:200], self._lasts)
        return token, await self._ledger.submit("open_session", opened)

    async def principal(self, token: str) -> Principal | None:
        """Who holds this token, or None if the session ended."""
        digest = self._digest(token)
        now = asyncio.get_running_loop().time()
        cached = self._cache.get(digest)
        if cached is not None and cached[0] > now:
            return cached[1]
        row = await self._reads.run(users.session, digest)
        hub_now = self._clock.now()
        if row is None or row.revoked_us is not None or row.expires_us <= hub_now or not row.active:
            self._cache.pop(digest, None)
            return None
        principal = Principal(row.user_id, row.name, Role(row.role), row.id)
        if len(self._cache) > 20_000:
            self._cache.clear()
        self._cache[digest] = (now + CACHE_SECONDS, principal)
        if hub_now - row.seen_us > SEEN_EVERY:
            self._ledger.submit("touch_session", row.id)
        return principal

    async def sign_out(self, token: str, principal: Principal) -> None:
        """End this session."""
        self._cache.pop(self._digest(token), None)
        await self._ledger.submit("revoke_session", {"session_id": principal.session_id, "user": principal.user_id})

    async def end_sessions(self, user: str) -> None:
        """End all sessions of a person."""
        self._cache.clear()
        await self._ledger.submit("revoke_session", {"session_id": "", "user": user})

    async def add_user(self, login: str, name: str, role: Role | None, password: str, *, actor: str) -> str:
        """Let a person sign in, or change one who may. A new password ends all his sessions. Returns the user's id."""
        if len(password) < MIN_PASSWORD:
            raise Invalid(f"A password has at least {MIN_PASSWORD} characters.", fields={"password": "too short"})
        hashed = await self._in_thread(self._hasher.hash, password)
        change = UserChange(login.strip().lower(), name.strip(), role, hashed, actor)
        if not change.login:
            raise Invalid("A person needs a log-in.", fields={"login": "required"})
        self._cache.clear()
        user: str = await self._ledger.submit("change_user", change)
        return user

    async def close(self) -> None:
        """Release the hashing thread."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _verify(self, hashed: str, password: str) -> bool:
        if not self._decoy:
            self._decoy = await self._in_thread(self._hasher.hash, secrets.token_urlsafe(16))
        try:
            return bool(await self._in_thread(self._hasher.verify, hashed or self._decoy, password)) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False

    def _digest(self, token: str) -> bytes:
        # Keyed, so that a copy of the database alone tells nothing about tokens.
        return hmac.digest(self._secret, token.encode(), hashlib.sha256)

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        # One at a time: argon2 takes 64 MiB and 0.1 s of a core.
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *args)


def _open_session(tx: Tx, item: NewSession) -> str:
    session_id = new_id()
    users.open_session(
        tx,
        {
            "id": session_id,
            "token_digest": item.digest,
            "user_id": item.user,
            "device": item.device,
            "created_us": tx.now,
            "seen_us": tx.now,
            "expires_us": tx.now + item.lasts,
        },
    )
    tx.emit(events.SignedIn(user=item.user), actor=f"user:{item.user}")
    return session_id


def _revoke(tx: Tx, item: dict[str, str]) -> int:
    ended = users.revoke(tx, session_id=item["session_id"], user=item["user"])
    if ended:
        tx.emit(events.SignedOut(user=item["user"], reason="signed_out"), actor=f"user:{item['user']}")
    return ended


def _change_user(tx: Tx, item: UserChange) -> str:
    """Unit: a new person, or new values for one who is known; the last admin stays one."""
    row = users.by_login(tx.connection, item.login)
    role = item.role or (Role(row.role) if row is not None else Role.AGENT)
    if row is None:
        user = _insert_user(tx, item, role)
    else:
        user = row.id
        loses_admin = row.role == Role.ADMIN and (role is not Role.ADMIN or not item.active)
        if loses_admin and users.active_admins(tx.connection) <= 1:
            raise Conflict(f"{item.login} is the last admin; make somebody else one first.", code="last_admin")
        values: dict[str, Any] = {"name": item.name or row.name, "role": role, "active": item.active}
        if item.password_hash:
            values["password_hash"] = item.password_hash
        users.change(tx, user, **values)
        users.revoke(tx, user=user)
    agents.add(tx, user)
    tx.emit(events.UserChanged(user=user, role=role, active=item.active), actor=item.actor)
    return user


def _insert_user(tx: Tx, item: UserChange, role: Role) -> str:
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
