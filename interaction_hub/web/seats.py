"""How many sockets and unfinished requests somebody holds open at once: one alone must not fill the house."""

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
LOG_INS = 10
"""Passwords of one address that wait to be compared, a third of a second each, one at a time for all."""
BODIES_PER_ADDRESS, BODIES = 64, 512
"""Requests whose body has not come whole, of one address and of all: each may hold a mebibyte, and never end."""
RETRY_SECONDS = 10
_WINDOWS = "Too many windows of yours are open here. Close some of them, then open this one again."


class Seats:
    """Seats that are taken, by whoever has them. Of this process."""

    def __init__(self) -> None:
        self._taken: Counter[tuple[str, ...]] = Counter()

    def __len__(self) -> int:
        """How many people have one at least."""
        return len(self._taken)

    @contextmanager
    def one(self, most: int, *who: str, words: str = _WINDOWS) -> Iterator[None]:
        """Hold one more until the block ends. Raises `TooMany` with these words."""
        if self._taken[who] >= most:
            raise TooMany(words, retry_after=RETRY_SECONDS)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]
