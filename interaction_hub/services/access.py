"""Signing in and out, sessions that can be revoked, and who may sign in at all.

A wrong name and a wrong password look and cost the same. Guesses are slowed per account and per address.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.documents import CustomRole
from interaction_hub.domain.permissions import Principal, granted
from interaction_hub.domain.text import is_storable, sendable
from interaction_hub.durations import HOUR, MINUTE
from interaction_hub.errors import Invalid, NotAllowed, TooMany
from interaction_hub.ids import new_id
from interaction_hub.services.accounts import UserChange, change_user
from interaction_hub.services.passwords import weakness
from interaction_hub.storage import users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

__all__ = ["Access", "Guessing", "NewSession", "UserChange"]

PER_ADDRESS = RateLimitItemPerMinute(30)
"""Tries of one address, right and wrong ones; an office behind one address signs in at the same minute."""
ADDRESS_FACTOR = 10
"""Wrong ones of one address, in tries of one account."""
CACHE_SECONDS = 2.0
"""How long a looked-up session is believed: a revoked one works no longer than this (A10: at most 5 s)."""
SEEN_EVERY = 5 * MINUTE
TOO_MANY = "Too many attempts. Wait some minutes, then try again."


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be opened."""

    user: str
    digest: bytes
    device: str
    lasts: int


@dataclass(frozen=True, slots=True)
class Guessing:
    """How many wrong passwords an account takes in how many minutes."""

    tries: int = 10
    minutes: float = 15


class _Tries(MemoryStorage):
    """Counts tries. Its task that drops old ones fails (in the log) on a list that `clear` takes away meanwhile."""

    async def clear(self, key: str) -> None:
        """Forget them: the list stays until that task finds it empty."""
        self.events[key] = []


class Access:
    """Sessions live in the database; a short cache spares a read at each request."""

    def __init__(
        self,
        ledger: Ledger,
        reads: Reads,
        clock: Clock,
        *,
        secret: bytes,
        session_hours: float = 12,
        guessing: Guessing | None = None,
        roles: Callable[[], Mapping[str, CustomRole]] = dict,
    ) -> None:
        guessing = guessing or Guessing()
        self._ledger, self._reads, self._clock = ledger, reads, clock
        self._secret, self._roles = secret, roles
        self._lasts = int(session_hours * HOUR)
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="password")
        self._decoy = ""
        self._limiter = MovingWindowRateLimiter(_Tries())
        seconds = max(1, int(guessing.minutes * 60))
        self._per_account = RateLimitItemPerSecond(guessing.tries, seconds)
        self._wrong_per_address = RateLimitItemPerSecond(guessing.tries * ADDRESS_FACTOR, seconds)
        self._cache: dict[bytes, tuple[float, Principal]] = {}
        ledger.register("open_session", each(_open_session), Lane.PEOPLE)
        ledger.register("revoke_session", each(_revoke), Lane.PEOPLE)
        ledger.register("touch_session", each(users.touch_session), Lane.MACHINES)
        ledger.register("change_user", each(change_user), Lane.PEOPLE)

    async def sign_in(self, login: str, password: str, *, address: str, device: str) -> tuple[str, Principal]:
        """Open a session. Returns the token for the cookie. Raises `NotAllowed` or `TooMany`."""
        login = login.strip().lower()[:120]
        row = await self._proven(login, password, address)
        token, session_id = await self.open_session(row.id, device)
        return token, Principal(row.id, row.name, row.role, session_id, granted(row.role, self._own_roles()))

    async def prove(self, principal: Principal, password: str, *, address: str) -> None:
        """Let somebody who is signed in prove himself again. Raises `NotAllowed` or `TooMany`."""
        row = await self._reads.run(users.get, principal.user_id)
        if row is None:
            raise NotAllowed("This person is no longer known.")
        await self._proven(row.login, password, address)

    async def count_try(self, address: str) -> None:
        """Count a try with something secret other than a password. Raises `TooMany`."""
        if not await self._limiter.hit(PER_ADDRESS, f"address:{address}"):
            raise TooMany(TOO_MANY, retry_after=60)

    async def _proven(self, login: str, password: str, address: str) -> Any:
        """The person's row, if the password is right. A wrong name costs the same."""
        await self.count_try(address)
        wrong_ones = f"wrong:{address}"
        if not await self._limiter.test(self._wrong_per_address, wrong_ones) or not await self._limiter.hit(
            self._per_account, f"account:{login}"
        ):
            raise TooMany(TOO_MANY, retry_after=60)
        if not is_storable(login + password):  # nobody is called so, and no database can be asked for him
            login, password = "", ""
        row = await self._reads.run(users.by_login, login)
        right = await self._verify(row.password_hash if row is not None and row.active else "", password[:500])
        if not right or row is None:
            await self._limiter.hit(self._wrong_per_address, wrong_ones)
            raise NotAllowed("Name or password is wrong.", code="sign_in")
        await self._limiter.clear(self._per_account, f"account:{login}")
        return row

    async def open_session(self, user: str, device: str) -> tuple[str, str]:
        """Open a session for somebody who proved himself in another way. Returns its token and its id."""
        token = secrets.token_urlsafe(32)
        opened = NewSession(user, self.digest(token), sendable(device[:200]), self._lasts)
        return token, await self._ledger.submit("open_session", opened)

    async def principal(self, token: str) -> Principal | None:
        """Who holds this token, or None if the session ended."""
        digest = self.digest(token)
        return (await self.principals((digest,))).get(digest)

    async def principals(self, digests: Iterable[bytes]) -> dict[bytes, Principal]:
        """Who holds the tokens with these digests, of those whose session lasts. One reading for all."""
        now = asyncio.get_running_loop().time()
        found: dict[bytes, Principal] = {}
        unknown: list[bytes] = []
        for digest in digests:
            cached = self._cache.get(digest)
            if cached is not None and cached[0] > now:
                found[digest] = cached[1]
            else:
                unknown.append(digest)
        if not unknown:
            return found
        rows = await self._reads.run(users.sessions_by_digest, unknown)
        at, own = self._clock.now(), self._own_roles()
        for digest in unknown:
            principal = self._judged(rows.get(digest), at, own)
            if principal is None:
                self._cache.pop(digest, None)
            else:
                found[digest] = principal
                self._cache[digest] = (now + CACHE_SECONDS, principal)
        if len(self._cache) > 20_000:
            self._cache.clear()
        return found

    def _judged(self, row: Any | None, now: int, own: Mapping[str, Iterable[str]]) -> Principal | None:
        """Whose session the row is, if it lasts."""
        if row is None:
            return None
        _, session_id, user, seen, expires, revoked, name, role, active = row  # by name it costs ten times as much
        if revoked is not None or expires <= now or not active:
            return None
        if now - seen > SEEN_EVERY:
            self._ledger.submit("touch_session", session_id)
        return Principal(user, name, role, session_id, granted(role, own))

    async def end_sessions(self, user: str, *, session_id: str = "", keep: str = "", actor: str = "") -> int:
        """End all sessions of a person, or one, or all but one. Returns how many ended."""
        self.forget()
        item = {"session_id": session_id, "user": user, "keep": keep, "actor": actor}
        ended: int = await self._ledger.submit("revoke_session", item)
        self.forget()
        return ended

    def forget(self) -> None:
        """Believe no session that was looked up before: something about people has changed."""
        self._cache.clear()

    async def hash(self, password: str, *forbidden: str) -> str:
        """The password as it is stored. Raises `Invalid` for one that is too easily guessed."""
        said = weakness(password, *forbidden)
        if said:
            raise Invalid(said, fields={"password": said})
        found: str = await self._in_thread(self._hasher.hash, password)
        return found

    def digest(self, token: str) -> bytes:
        """What is stored of a token. Keyed, so that a copy of the database alone tells nothing about tokens."""
        return hmac.digest(self._secret, token.encode("utf-8", "surrogatepass"), hashlib.sha256)

    async def add_user(self, login: str, name: str, role: str | None, password: str, *, actor: str) -> str:
        """Let a person sign in, or change one who may. A new password ends all his sessions. Returns the user's id."""
        hashed = await self.hash(password, login, name)
        change = UserChange(login.strip().lower(), name.strip(), role, hashed, actor)
        if not change.login:
            raise Invalid("A person needs a log-in.", fields={"login": "required"})
        self.forget()
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

    def _own_roles(self) -> dict[str, tuple[str, ...]]:
        """The company's own roles, with the names of their permissions."""
        return {key: document.permissions for key, document in self._roles().items()}

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
    ended = users.revoke(tx, session_id=item["session_id"], user=item["user"], keep=item.get("keep", ""))
    if ended:
        actor = item.get("actor") or f"user:{item['user']}"
        reason = "signed_out" if actor == f"user:{item['user']}" else "ended_by_admin"
        tx.emit(events.SignedOut(user=item["user"], reason=reason), actor=actor)
    return ended
