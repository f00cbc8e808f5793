"""Ids: UUIDv7 in the canonical text form, the same in SQL, JSON and the log. They sort by the time they were made."""

from __future__ import annotations

import secrets

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 as 36 characters."""
    return str(uuid_utils.uuid7())


def new_secret_id() -> str:
    """An id that nobody can guess: 192 random bits as 32 characters."""
    return secrets.token_urlsafe(24)
