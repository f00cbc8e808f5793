"""How much may come in at once: every source (an account, a visitor) passes one by one of a few gates to the ledger.

What is under way is little, so that nobody's command stands behind a hundred texts. A burst waits its turn, the sources
in rotation; what does not fit into a source's waiting room is told to come again.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from interaction_hub.errors import Busy

AT_ONCE = 24
"""Under way, of all sources."""
OF_ONE = 16
"""Under way, of one: the next source always finds a gate open."""
ROOM = 300
"""Of one source, waiting for a gate. What a hub of one small core takes in a second or two."""
RETRY_SECONDS = 5.0


class Admission:
    """The gates. All of it belongs to the event loop."""

    def __init__(self, at_once: int = AT_ONCE, of_one: int = OF_ONE, room: int = ROOM) -> None:
        self._at_once, self._of_one, self._room = at_once, of_one, room
        self._inside: dict[str, int] = {}
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._open = at_once
        self.shed = 0

    @property
    def inside(self) -> int:
        """How many are under way."""
        return self._at_once - self._open

    @property
    def waiting(self) -> int:
        """How many wait for a gate."""
        return sum(map(len, self._waiting.values()))

    def check(self, source: str) -> None:
        """Raise `Busy` if there is no room for one more of this source: before any work is done for it."""
        if len(self._waiting.get(source, ())) >= self._room:
            self.shed += 1
            raise Busy("More comes in than we can take. Send this again in some seconds.", retry_after=RETRY_SECONDS)

    @asynccontextmanager
    async def one(self, source: str) -> AsyncIterator[None]:
        """Be under way while the block runs, when it is this source's turn. Raises `Busy`."""
        if self._open and not self._waiting.get(source) and self._inside.get(source, 0) < self._of_one:
            self._enter(source)
        else:
            await self._wait(source)
        try:
            yield
        finally:
            self._leave(source)

    async def _wait(self, source: str) -> None:
        self.check(source)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(source, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave(source)  # it was let in, and is gone
            raise

    def _enter(self, source: str) -> None:
        self._open -= 1
        self._inside[source] = self._inside.get(source, 0) + 1

    def _leave(self, source: str) -> None:
        self._open += 1
        self._inside[source] -= 1
        if not self._inside[source]:
            del self._inside[source]
        while self._open and self._let_in_next():
            pass

    def _let_in_next(self) -> bool:
        """One of the source whose turn it is; it goes to the end of the rotation."""
        for source in list(self._waiting):
            if self._inside.get(source, 0) >= self._of_one:
                continue
            turns = self._waiting[source]
            while turns and turns[0].done():
                turns.popleft()
            if turns:
                self._enter(source)
                turns.popleft().set_result(None)
            if turns:
                self._waiting.move_to_end(source)
                return True
            del self._waiting[source]
            return True
        return False
