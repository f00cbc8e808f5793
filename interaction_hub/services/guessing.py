"""How guesses at passwords are slowed down: by address, by name and address, by name over all addresses.

A browser at which somebody signed in before counts for itself: who guesses from elsewhere cannot keep its owner out
(device cookies, after OWASP's "Slow Down Online Guessing Attacks").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from interaction_hub.errors import TooMany

PER_ADDRESS = RateLimitItemPerMinute(30)
"""Tries of one address, right and wrong ones; an office behind one address signs in at the same minute."""
ADDRESS_FACTOR = 10
"""Wrong ones of one address, in tries of one account."""
EVERYWHERE_FACTOR = 2
"""Tries of one account from all addresses where it never was, in tries from one of them."""
MOST_DEVICES = 5
"""People who are known at one browser: a desk that is shared by shifts."""
TOO_MANY = "Too many attempts. Wait some minutes, then try again."


@dataclass(frozen=True, slots=True)
class Guessing:
    """How many wrong passwords an account takes from one place in how many minutes."""

    tries: int = 10
    minutes: float = 15


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: what it was counted under."""

    own: str
    everywhere: str
    address: str


class Attempts:
    """Counts them. In memory, of this process."""

    def __init__(self, guessing: Guessing) -> None:
        seconds = max(1, int(guessing.minutes * 60))
        self._own = RateLimitItemPerSecond(guessing.tries, seconds)
        self._everywhere = RateLimitItemPerSecond(guessing.tries * EVERYWHERE_FACTOR, seconds)
        self._wrong_per_address = RateLimitItemPerSecond(guessing.tries * ADDRESS_FACTOR, seconds)
        self._tries = _Tries()
        self._limiter = MovingWindowRateLimiter(self._tries)

    async def count(self, address: str) -> None:
        """Count a try with anything secret. Raises `TooMany`."""
        await self._hit(PER_ADDRESS, f"address:{address}")

    async def begin(self, login: str, address: str, device: str) -> Attempt:
        """Count a try before the password is looked at: a crowd at once is no way around. Raises `TooMany`."""
        if not await self._limiter.test(self._wrong_per_address, f"wrong:{address}"):
            raise TooMany(TOO_MANY, retry_after=60)
        if device:
            attempt = Attempt(f"device:{device}:{login}", "", address)
        else:
            attempt = Attempt(f"place:{address}:{login}", f"everywhere:{login}", address)
        await self._hit(self._own, attempt.own)
        if attempt.everywhere:
            await self._hit(self._everywhere, attempt.everywhere)
        return attempt

    async def wrong(self, attempt: Attempt) -> None:
        """It was not the password."""
        await self._limiter.hit(self._wrong_per_address, f"wrong:{attempt.address}")

    async def right(self, attempt: Attempt) -> None:
        """It was: earlier tries of this place are forgiven. Those of other places are not his to forgive."""
        await self._limiter.clear(self._own, attempt.own)
        if attempt.everywhere:
            self._tries.give_back(self._everywhere.key_for(attempt.everywhere))

    async def _hit(self, item: RateLimitItem, key: str) -> None:
        if not await self._limiter.hit(item, key):
            raise TooMany(TOO_MANY, retry_after=60)


class _Tries(MemoryStorage):
    """Counts tries. Its task that drops old ones fails (in the log) on a list that `clear` takes away meanwhile."""

    async def clear(self, key: str) -> None:
        """Forget them: the list stays until that task finds it empty."""
        self.events[key] = []

    def give_back(self, key: str) -> None:
        """Forget the last one."""
        del self.events[key][:1]


class KnownDevices:
    """Proofs that somebody signed in at a browser; a new password of his ends them. They let nobody in.

    `kept` is what the browser keeps: proofs of a few people, the newest first.
    """

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"known-device", hashlib.sha256)

    def find(self, kept: str, user: str, password_hash: str) -> str:
        """The name of this browser for this person, or ""."""
        for nonce, proof in _parted(kept):
            if hmac.compare_digest(proof.encode(), self._proof(nonce, user, password_hash).encode()):
                return nonce
        return ""

    def add(self, kept: str, user: str, password_hash: str) -> str:
        """What the browser is to keep from now on."""
        mine = self.find(kept, user, password_hash)
        others = [(nonce, proof) for nonce, proof in _parted(kept) if nonce != mine]
        nonce = mine or secrets.token_urlsafe(12)
        found = [(nonce, self._proof(nonce, user, password_hash)), *others][:MOST_DEVICES]
        return "~".join(f"{nonce}.{proof}" for nonce, proof in found)

    def _proof(self, nonce: str, user: str, password_hash: str) -> str:
        said = f"{nonce}\0{user}\0{password_hash}".encode("utf-8", "surrogatepass")
        return base64.urlsafe_b64encode(hmac.digest(self._key, said, hashlib.sha256)).decode().rstrip("=")


def _parted(kept: str) -> list[tuple[str, str]]:
    """(nonce, proof) of what a browser says that it keeps."""
    parts = [part.partition(".") for part in kept[:1_000].split("~") if part.isascii()]
    return [(nonce, proof) for nonce, _, proof in parts if nonce and proof][:MOST_DEVICES]
