"""The interpreter looks for cycles seldom (`server.GARBAGE`): when memory has grown, it is asked to look at once.

Requests that broke off hold their bodies in a cycle with their own error. A thousand of them a minute, a mebibyte each,
would otherwise wait for a walk that comes after millions of other objects.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

LOOK_SECONDS = 2.0
GROWN_BYTES = 64 * 2**20
_STATM = Path("/proc/self/statm")


def resident_bytes() -> int:
    """What the process holds in memory; where the system does not say, the most that it ever held."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


class Sweep:
    """Collects whenever memory has grown by so much since it last did."""

    def __init__(self, held: Callable[[], int] = resident_bytes) -> None:
        self._held = held
        self._after = held()

    def look(self) -> bool:
        """Whether it was time, and was done."""
        if self._held() - self._after < GROWN_BYTES:
            return False
        gc.collect()
        self._after = self._held()
        return True


@asynccontextmanager
async def swept() -> AsyncIterator[None]:
    """Look now and then while the block runs."""
    task = asyncio.create_task(_keep_looking(Sweep()), name="garbage-sweep")
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _keep_looking(sweep: Sweep) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        sweep.look()
