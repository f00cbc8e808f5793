"""Ids: UUIDv7 in the canonical text form, the same in SQL, JSON and the log. They sort by the time they were made."""

from __future__ import annotations

import secrets

import uuid_utils

SALT_BYTES = 16
_SALTS_AT_ONCE = 256
_salts: list[bytes] = []


def new_id() -> str:
    """A fresh UUIDv7 as 36 characters."""
    return str(uuid_utils.uuid7())


def new_secret_id() -> str:
    """An id that nobody can guess: 192 random bits as 32 characters."""
    return secrets.token_urlsafe(24)


def new_salt() -> bytes:
    """16 random bytes of the system, each given out once.

    They are drawn many at a time: each draw lets go of the interpreter, and a busy hub gets it back milliseconds later.
    """
    while True:
        try:
            return _salts.pop()  # one step for the interpreter: no two threads get the same
        except IndexError:
            drawn = secrets.token_bytes(SALT_BYTES * _SALTS_AT_ONCE)
            _salts.extend(drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES))
