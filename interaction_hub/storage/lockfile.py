"""One hub a SQLite file: a lock beside the database that lasts as long as its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from interaction_hub.errors import StartRefused
from interaction_hub.storage import databases


def file_for(url: str) -> Path:
    """The lock of a SQLite database: `hub.db.lock` beside `hub.db`."""
    path = databases.sqlite_path(url)
    return path.with_name(path.name + ".lock")


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Keep every other hub off a SQLite file. Raises `StartRefused` if one is there; PostgreSQL needs no lock.

    The file stays: removing it would let a third hub lock a new one while the second waits at the old.
    """
    if not databases.is_sqlite(url):
        yield
        return
    path = file_for(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not inherited (Python's default): a child that outlives us must not keep the lock.
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise StartRefused(
                f"{databases.sqlite_path(url)}: a hub (process {owner}) already runs on this database; stop it first"
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)
