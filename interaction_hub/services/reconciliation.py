"""Asks each provider what it has on its books: texts whose webhook nobody took, reports that got lost (F34, F35).

What is known is left out here, and what slips through is dropped by its claim. The time of the last look is stored, so
that a start finds what came while nobody was there. An account's first look begins with its first start: what another
system answered before is not ours to answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
import structlog

from channels.contract import Adapter
from channels.errors import ChannelError
from channels.messages import DeliveryReport, Inbound, InboundMessage
from interaction_hub.clock import Clock
from interaction_hub.durations import DAY, MINUTE
from interaction_hub.errors import Busy
from interaction_hub.ids import new_id
from interaction_hub.services.admission import Admission
from interaction_hub.services.intake import MESSAGE, Intake, arrival
from interaction_hub.services.outbound import Outbound
from interaction_hub.storage import projections, touchpoints
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

EVERY_SECONDS = 60.0
OVERLAP = 10 * MINUTE
"""Looked at again each time: a provider's books show some things late."""
LONGEST = 7 * DAY
"""How far back a hub looks that was away for longer."""
AT_ONCE = 50

log = structlog.get_logger("reconciliation")


class Doors(NamedTuple):
    """Where what was found goes in: by the same ways as what comes by webhook."""

    intake: Intake
    admission: Admission
    outbound: Outbound


class Reconciliation:
    """One task for each account that a provider carries. It looks only while this node leads."""

    def __init__(
        self,
        ledger: Ledger,
        reads: Reads,
        clock: Clock,
        adapters: Mapping[str, Adapter],
        doors: Doors,
        leads: Callable[[], bool],
        *,
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._ledger, self._reads, self._clock, self._leads = ledger, reads, clock, leads
        self._adapters = {key: one for key, one in adapters.items() if not one.capabilities.carried_by_hub}
        self._doors, self._every = doors, every_seconds
        self._tasks: list[asyncio.Task[None]] = []
        ledger.register("reconciled", each(_reconciled), Lane.MACHINES)

    async def start(self) -> None:
        """Begin to look."""
        self._tasks = [
            asyncio.create_task(self._follow(account, adapter), name=f"reconcile-{account}")
            for account, adapter in self._adapters.items()
        ]

    async def stop(self) -> None:
        """End; what was read by then is stored, the rest is found by the next look."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, account: str, adapter: Adapter) -> None:
        while True:
            try:
                if self._leads():
                    await self._look(account, adapter)
            except (ChannelError, Busy) as error:
                log.warning("books_not_read", account=account, error=str(error)[:200])
            except Exception:
                log.exception("reconciliation_failed", account=account)
            await asyncio.sleep(self._every)

    async def _look(self, account: str, adapter: Adapter) -> None:
        name, now = f"reconciled/{account}", self._clock.now()
        stored = await self._reads.run(projections.get, name)
        if stored is not None:
            since = max(stored.position - OVERLAP, now - LONGEST)
            books = [item async for item in adapter.reconcile(since)]
            books.reverse()  # they come newest first; customers' words are taken in the order they were said
            for first in range(0, len(books), AT_ONCE):
                await self._take(account, books[first : first + AT_ONCE])
        await self._ledger.submit("reconciled", (name, now))

    async def _take(self, account: str, books: Sequence[Inbound]) -> None:
        messages = [one for one in books if isinstance(one, InboundMessage)]
        reports = [one for one in books if isinstance(one, DeliveryReport)]
        lost, news = await self._reads.run(_unknown, account, messages, reports)
        if lost:
            log.warning("messages_found_on_the_books", account=account, number=len(lost))
            correlation = new_id()
            for one in lost:  # one after the other, at the account's gate: they may be many because of a flood
                async with self._doors.admission.one(account):
                    await self._doors.intake.receive([arrival(one, msgspec.json.encode(one), correlation)])
        if news:
            await self._doors.outbound.reports(news)


def _unknown(
    connection: sa.Connection, account: str, messages: Iterable[InboundMessage], reports: Sequence[DeliveryReport]
) -> tuple[list[InboundMessage], list[DeliveryReport]]:
    """Messages that nobody has taken, and reports on what is still on its way, with our reference."""
    by_claim = {touchpoints.claim_of(one.channel, one.account, MESSAGE, one.provider_id): one for one in messages}
    known = touchpoints.claimed(connection, by_claim) if by_claim else {}
    under_way = touchpoints.on_the_way(connection, account, [one.provider_id for one in reports]) if reports else {}
    return (
        [one for claim, one in by_claim.items() if claim not in known],
        [replace(one, reference=under_way[one.provider_id]) for one in reports if one.provider_id in under_way],
    )


def _reconciled(tx: Tx, item: tuple[str, int]) -> None:
    """Unit: this account's books were read up to a time (µs)."""
    name, at = item
    projections.put(tx, name, at, b"")
