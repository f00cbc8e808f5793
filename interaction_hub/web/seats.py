"""How many sockets somebody holds open at once: a page that opens one after the other must not fill the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from interaction_hub.errors import TooMany

PER_SESSION = 64
"""Of one session: consoles, boards and conversations that are read, in all windows of a browser."""
PER_ADDRESS = 256
"""Of one address, by people who are not signed in: visitors of the chat in one office."""
PER_VISITOR = 16
"""Pages of one visitor."""
RETRY_SECONDS = 10


class Seats:
    """Seats that are taken, by whoever has them. Of this process."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[str, ...]] = Counter()

    def __len__(self) -> int:
        """How many people have one at least."""
        return len(self._taken)

    @contextmanager
    def one(self, most: int, *who: str) -> Iterator[None]:
        """Hold one more until the block ends. Raises `TooMany`."""
        if self._taken[who] >= most:
            words = "Too many windows of yours are open here. Close some of them, then open this one again."
            raise TooMany(words, retry_after=RETRY_SECONDS)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]
