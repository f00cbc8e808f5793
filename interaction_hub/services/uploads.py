"""Files given to the hub itself, by visitors and agents: looked at, made harmless, kept until a message takes them."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from channels import files
from channels.errors import Permanent
from interaction_hub.clock import Clock
from interaction_hub.durations import HOUR
from interaction_hub.errors import BadFile, TooLarge, TooMany
from interaction_hub.ids import new_id
from interaction_hub.services.masking import mask_cards
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import uploads
from interaction_hub.storage.blobs import Blobs
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, each

MOST_WAITING = 20
"""Files that one person may have uploaded without sending them."""
A_DAY: dict[str, tuple[int, int]] = {"visitor": (100, 200_000_000), "user": (2_000, 4_000_000_000)}
"""Files and bytes that one visitor, one agent may give within a day (A6)."""
KEPT_FOR = 24 * HOUR
SWEEP_SECONDS = 600.0

log = structlog.get_logger("uploads")


class Uploads:
    """Takes files; one named task forgets those that nobody sent."""

    def __init__(self, ledger: Ledger, reads: Reads, rules: Rules, clock: Clock, blobs: Blobs) -> None:
        self._ledger, self._reads, self._rules, self._clock, self._blobs = ledger, reads, rules, clock, blobs
        self._looking = asyncio.Semaphore(2)  # decoding a picture takes memory and a core
        self._task: asyncio.Task[None] | None = None
        ledger.register("upload", each(uploads.insert), Lane.MACHINES)
        ledger.register("forget_uploads", each(uploads.forget_before), Lane.MACHINES)

    @property
    def most_bytes(self) -> int:
        """How large a file may be."""
        return self._rules.current.company.file_bytes

    async def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._sweep(), name="uploads")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def keep(self, owner: str, name: str, claimed_type: str, content: bytes) -> dict[str, Any]:
        """Keep a file for its owner. Raises `TooLarge`, `BadFile` for what we do not take, `TooMany`."""
        if len(content) > self.most_bytes:
            raise TooLarge(f"The file is too large; {self.most_bytes // 1_000_000} MB are the most.")
        if await self._reads.run(uploads.waiting, owner) >= MOST_WAITING:
            raise TooMany("Send the files that you have added before you add more.", retry_after=60)
        await self._check_day(owner, len(content))
        async with self._looking:
            try:
                clean = await asyncio.to_thread(files.inspect, content, claimed_type, name)
            except Permanent as error:
                raise BadFile(error.reason, code=f"file_{error.code or 'refused'}") from None
            kept = await asyncio.to_thread(self._blobs.keep, clean.content)
        shown, _ = mask_cards(clean.name)
        row = {
            "id": new_id(),
            "owner": owner,
            "name": shown,
            "content_type": clean.content_type,
            "size": len(clean.content),
            "digest": kept.digest,
            "content": kept.content,
            "created_us": self._clock.now(),
        }
        await self._ledger.submit("upload", row)
        return {"id": row["id"], "name": shown, "type": clean.content_type, "size": row["size"]}

    async def _check_day(self, owner: str, size: int) -> None:
        files_most, bytes_most = A_DAY[owner.partition(":")[0]]
        number, given = await self._reads.run(uploads.given, owner, self._clock.now() - KEPT_FOR)
        if number >= files_most or given + size > bytes_most:
            words = f"{files_most} files or {bytes_most // 1_000_000} MB are the most in a day. Send more tomorrow."
            raise TooMany(words, retry_after=3600)

    async def _sweep(self) -> None:
        while True:
            try:
                await self._ledger.submit("forget_uploads", self._clock.now() - KEPT_FOR)
            except Exception:
                log.exception("sweep_failed")
            await asyncio.sleep(SWEEP_SECONDS)
