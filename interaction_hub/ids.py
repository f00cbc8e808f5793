"""Ids: UUIDv7 in the canonical text form, the same in SQL, JSON and the log. They sort by the time they were made."""

from __future__ import annotations

import uuid_utils


def new_id() -> str:
    """A fresh UUIDv7 as 36 characters."""
    return str(uuid_utils.uuid7())
