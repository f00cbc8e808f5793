"""Files that customers sent: fetched from the provider under limits, kept by their digest, shown only from our side.

Pictures are drawn anew before they are kept, as those of visitors are: nothing but pixels is ever shown in place (A4).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from channels import files
from channels.contract import Adapter
from channels.errors import ChannelError, Temporary
from channels.messages import Media, MediaRef
from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.durations import SECOND
from interaction_hub.storage import tables, touchpoints
from interaction_hub.storage.blobs import Blobs
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

ATTEMPTS = 5
LOOK_SECONDS = 2.0

log = structlog.get_logger("attachments")
_media = tables.media.c
_DUE = (
    sa.select(
        _media.id, _media.touchpoint_id, _media.url, _media.claimed_type, _media.attempts, tables.touchpoint.c.account
    )
    .join_from(tables.media, tables.touchpoint, tables.touchpoint.c.id == _media.touchpoint_id)
    .where(_media.state == "waiting", _media.next_us <= sa.bindparam("now"))
    .order_by(_media.next_us)
    .limit(10)
)
_ONE = (
    sa.select(tables.media, tables.touchpoint.c.customer_id)
    .join_from(tables.media, tables.touchpoint, tables.touchpoint.c.id == _media.touchpoint_id)
    .where(_media.id == sa.bindparam("i"))
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one file."""

    media: str
    touchpoint: str
    values: dict[str, Any]


class Attachments:
    """One named task that fetches what waits. Content is committed like everything else."""

    def __init__(self, ledger: Ledger, reads: Reads, clock: Clock, adapters: dict[str, Adapter], blobs: Blobs) -> None:
        self._ledger, self._reads, self._clock, self._adapters = ledger, reads, clock, adapters
        self._blobs = blobs
        self._drawing = asyncio.Semaphore(1)  # decoding a picture takes memory and a core
        self._task: asyncio.Task[None] | None = None
        ledger.register("attachment", each(_store), Lane.MACHINES)

    async def start(self) -> None:
        """Begin to fetch."""
        self._task = asyncio.create_task(self._run(), name="attachments")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def get(self, media: str) -> Any | None:
        """The row of a file that is kept, with its content as `bytes`, or None."""
        row = await self._reads.run(lambda connection: connection.execute(_ONE, {"i": media}).first())
        if row is None or row.state != "kept":
            return None
        content = row.content if row.content is not None else await asyncio.to_thread(self._blobs.read, row.digest)
        return row, bytes(content)

    async def _run(self) -> None:
        while True:
            try:
                rows = await self._reads.run(
                    lambda connection: connection.execute(_DUE, {"now": self._clock.now()}).all()
                )
                await asyncio.gather(*(self._fetch(row) for row in rows))
            except Exception:
                log.exception("attachments_failed")
                rows = []
            if not rows:
                await asyncio.sleep(LOOK_SECONDS)

    async def _fetch(self, row: Any) -> None:
        values: dict[str, Any] = {"attempts": row.attempts + 1}
        try:
            adapter = self._adapters.get(row.account)
            if adapter is None:
                raise ChannelError(f"no account {row.account} is configured any more")
            media = await adapter.fetch_media(MediaRef(row.url, row.claimed_type))
            content = await self._harmless(media)
            kept = await asyncio.to_thread(self._blobs.keep, content)
            values |= {"digest": kept.digest, "content": kept.content}
            values |= {"state": "kept", "content_type": media.content_type, "size": len(content)}
        except Temporary as error:
            if row.attempts + 1 < ATTEMPTS:
                wait = max(error.retry_after, 2.0**row.attempts)
                values["next_us"] = self._clock.now() + int(wait * SECOND)
            else:
                values |= {"state": "refused", "reason": str(error)[:200]}
        except ChannelError as error:
            values |= {"state": "refused", "reason": str(error)[:200]}
        await self._ledger.submit("attachment", Fetched(row.id, row.touchpoint_id, values))

    async def _harmless(self, media: Media) -> bytes:
        """A picture's pixels alone; anything else as it is, for it is only ever offered as a download."""
        if media.content_type not in files.PICTURES:
            return media.content
        async with self._drawing:
            return (await asyncio.to_thread(files.inspect, media.content, media.content_type, "")).content


def _store(tx: Tx, item: Fetched) -> None:
    """Unit: write what became of a file; whoever shows the message is told."""
    tx.execute(sa.update(tables.media).where(_media.id == item.media).values(**item.values))
    if "state" not in item.values:
        return
    row = touchpoints.by_ids(tx.connection, [item.touchpoint])[item.touchpoint]
    tx.emit(
        events.AttachmentFetched(
            touchpoint=row.id,
            interaction=row.interaction_id,
            contact=row.contact_id or "",
            state=item.values["state"],
            size=item.values.get("size", 0),
        ),
        actor="system:attachments",
    )
