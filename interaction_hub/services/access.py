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

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.documents import CustomRole
from interaction_hub.domain.permissions import Principal, granted
from interaction_hub.domain.text import is_storable, sendable
from interaction_hub.durations import HOUR, MINUTE
from interaction_hub.errors import Invalid, NotAllowed
from interaction_hub.ids import new_id
from interaction_hub.services.accounts import UserChange, change_user
from interaction_hub.services.guessing import Attempts, Guessing, KnownDevices
from interaction_hub.services.passwords import weakness
from interaction_hub.storage import users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

log = structlog.get_logger("access")
__all__ = ["Access", "Guessing", "NewSession", "UserChange"]

CACHE_SECONDS = 2.0
"""How long a looked-up session is believed: a revoked one works no longer than this (A10: at most 5 s)."""
AT_ONCE = 50
"""Sessions that are looked up in one reading."""
MOST_CACHED = 20_000
SEEN_EVERY = 5 * MINUTE


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be opened."""

    user: str
    digest: bytes
    device: str
    lasts: int


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
        self._ledger, self._reads, self._clock = ledger, reads, clock
        self._secret, self._roles = secret, roles
        self._lasts = int(session_hours * HOUR)
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="password")
        self._decoy = ""
        self._attempts, self._devices = Attempts(guessing or Guessing()), KnownDevices(secret)
        self._asked: dict[bytes, asyncio.Future[Principal | None]] = {}
        self._asking: asyncio.Task[None] | None = None
        self._cache: dict[bytes, tuple[float, Principal]] = {}
        ledger.register("open_session", each(_open_session), Lane.PEOPLE)
        ledger.register("revoke_session", each(_revoke), Lane.PEOPLE)
        ledger.register("touch_session", users.touch_sessions, Lane.MACHINES)
        ledger.register("change_user", each(change_user), Lane.PEOPLE)

    async def sign_in(
        self, login: str, password: str, *, address: str, device: str, known: str = ""
    ) -> tuple[str, Principal]:
        """Open a session. Returns the token for the cookie. `known` is what the browser keeps of earlier sign-ins.

        Raises `NotAllowed` or `TooMany`.
        """
        login = login.strip().lower()[:120]
        row = await self._proven(login, password, address, known)
        token, session_id = await self.open_session(row.id, device)
        return token, self._principal(row.id, row.name, row.role, session_id)

    async def prove(self, principal: Principal, password: str, *, address: str, known: str = "") -> None:
        """Let somebody who is signed in prove himself again. Raises `NotAllowed` or `TooMany`."""
        row = await self._reads.run(users.get, principal.user_id)
        if row is None:
            raise NotAllowed("This person is no longer known.")
        await self._proven(row.login, password, address, known)

    async def count_try(self, address: str) -> None:
        """Count a try with something secret other than a password. Raises `TooMany`."""
        await self._attempts.count(address)

    async def remember(self, known: str, token: str) -> str:
        """What the browser is to keep, so that others' wrong guesses do not keep the holder of this session out."""
        principal = await self.principal(token)
        row = await self._reads.run(users.get, principal.user_id) if principal is not None else None
        return known if row is None else self._devices.add(known, row.id, row.password_hash)

    async def _proven(self, login: str, password: str, address: str, known: str) -> Any:
        """The person's row, if the password is right. A wrong name costs the same."""
        await self._attempts.count(address)
        if not is_storable(login + password):  # nobody is called so, and no database can be asked for him
            login, password = "", ""
        row = await self._reads.run(users.by_login, login) if known else None
        device = self._devices.find(known, row.id, row.password_hash) if row is not None else ""
        attempt = await self._attempts.begin(login, address, device)
        if row is None:
            row = await self._reads.run(users.by_login, login)
        right = await self._verify(row.password_hash if row is not None and row.active else "", password[:500])
        if not right or row is None:
            await self._attempts.wrong(attempt)
            raise NotAllowed("Name or password is wrong.", code="sign_in")
        await self._attempts.right(attempt)
        return row

    async def open_session(self, user: str, device: str) -> tuple[str, str]:
        """Open a session for somebody who proved himself in another way. Returns its token and its id."""
        token = secrets.token_urlsafe(32)
        opened = NewSession(user, self.digest(token), sendable(device[:200]), self._lasts)
        return token, await self._ledger.submit("open_session", opened)

    async def principal(self, token: str) -> Principal | None:
        """Who holds this token, or None if the session ended."""
        digest = self.digest(token)
        now = asyncio.get_running_loop().time()
        cached = self._cache.get(digest)
        if cached is not None and cached[0] > now:
            return cached[1]
        asked = self._asked.setdefault(digest, asyncio.get_running_loop().create_future())
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._answer(), name="sessions")
        return await asyncio.shield(asked)

    async def _answer(self) -> None:
        """Look up together what is asked for at the same time: a house that comes back is a few readings."""
        while self._asked:
            asked = {digest: self._asked.pop(digest) for digest in list(self._asked)[:AT_ONCE]}
            try:
                found = await self._look_up(list(asked))
            except Exception as error:
                log.exception("sessions_not_read", sessions=len(asked))
                for waiting in asked.values():
                    waiting.set_exception(error)
                continue
            for digest, waiting in asked.items():
                waiting.set_result(found.get(digest))

    async def principals(self, tokens: Iterable[str]) -> dict[str, Principal]:
        """Who holds these tokens, read anew in one go; without those whose session ended."""
        digests = {self.digest(token): token for token in tokens}
        found = await self._look_up(list(digests))
        return {digests[digest]: principal for digest, principal in found.items()}

    async def _look_up(self, digests: list[bytes]) -> dict[bytes, Principal]:
        rows = await self._reads.run(users.opened, digests) if digests else {}
        believed_until, now = asyncio.get_running_loop().time() + CACHE_SECONDS, self._clock.now()
        found: dict[bytes, Principal] = {}
        if len(self._cache) > MOST_CACHED:
            self._cache.clear()
        for digest in digests:
            row = rows.get(digest)
            if row is None or row.revoked_us is not None or row.expires_us <= now or not row.active:
                self._cache.pop(digest, None)
                continue
            found[digest] = self._principal(row.user_id, row.name, row.role, row.id)
            self._cache[digest] = (believed_until, found[digest])
            if now - row.seen_us > SEEN_EVERY:
                self._ledger.submit("touch_session", row.id)
        return found

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
        if self._asking is not None:
            self._asking.cancel()
        await asyncio.to_thread(self._threads.shutdown)

    async def _verify(self, hashed: str, password: str) -> bool:
        if not self._decoy:
            self._decoy = await self._in_thread(self._hasher.hash, secrets.token_urlsafe(16))
        try:
            return bool(await self._in_thread(self._hasher.verify, hashed or self._decoy, password)) and bool(hashed)
        except (VerificationError, InvalidHashError):
            return False

    def _principal(self, user: str, name: str, role: str, session_id: str) -> Principal:
        own = {key: document.permissions for key, document in self._roles().items()}
        return Principal(user, name, role, session_id, granted(role, own))

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
