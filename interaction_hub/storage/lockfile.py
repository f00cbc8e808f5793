"""One hub a SQLite file: a lock on the file beside it, which dies with its process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from interaction_hub.errors import StartRefused
from interaction_hub.storage import databases


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Hold the lock. Raises `StartRefused` if another hub has it."""
    path = databases.sqlite_path(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(path.name + ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StartRefused(f"{path}: another hub has this database open; stop it first") from None
        yield
