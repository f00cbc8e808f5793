"""Each hour, and when the hub stops, the log's hash is also written outside of the database, and that into the log."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from interaction_hub.domain import events
from interaction_hub.storage import anchors, eventlog
from interaction_hub.storage.anchors import Anchor
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

EVERY_SECONDS = 3600.0

log = structlog.get_logger("anchoring")


class Anchoring:
    """One named task. A file that cannot be written is an error in the log, never a stop of the hub."""

    def __init__(self, ledger: Ledger, reads: Reads, path: Path) -> None:
        self._ledger, self._reads, self._path = ledger, reads, path
        self._task: asyncio.Task[None] | None = None
        ledger.register("anchor", each(_note), Lane.MACHINES)

    async def start(self) -> None:
        """Compare the last anchor with the log, then begin."""
        known = await asyncio.to_thread(anchors.last, self._path)
        position, _, _ = await self._reads.run(eventlog.head)
        if known is not None and known.position > position:
            log.error("log_is_older_than_its_anchor", anchored=known.position, position=position)
        self._task = asyncio.create_task(self._run(), name="anchoring")

    async def stop(self) -> None:
        """Write a last one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.write()

    async def write(self) -> None:
        """Anchor the log as it stands now."""
        position, at, digest = await self._reads.run(eventlog.head)
        if position:
            await asyncio.to_thread(anchors.append, self._path, Anchor(position, digest, at))
            await self._ledger.submit("anchor", (position, digest.hex()))

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            try:
                await self.write()
            except Exception:
                log.exception("anchor_failed")


def _note(tx: Tx, item: tuple[int, str]) -> None:
    """Unit: the anchor stands in the log too."""
    position, digest = item
    tx.emit(events.AnchorWritten(anchored=position, hash_hex=digest), actor="system:anchoring")
