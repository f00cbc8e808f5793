"""Outbound: a worker an account takes rows from the outbox and hands them to the adapter (D7).

At most one request leaves an attempt. An ambiguous outcome becomes `unknown` and is looked up, never repeated blindly.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from channels.contract import Adapter
from channels.errors import Ambiguous, ChannelError, Permanent, Temporary
from channels.messages import DeliveryReport, DeliveryState, OutboundMessage, Sent
from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.durations import HOUR, SECOND
from interaction_hub.storage import customers, outbox, touchpoints
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

LOOK_UP_AFTER = (5, 30, 120)
"""Seconds from an ambiguous outcome to each look-up; after the last one the message counts as never taken."""
GIVE_UP_AFTER = 4 * HOUR
BACK_OFF_LIMIT = 60
AT_ONCE = 8
IDLE_SECONDS = 1.0

log = structlog.get_logger("outbound")


@dataclass(frozen=True, slots=True)
class Started:
    """A worker is about to send."""

    touchpoint: str
    node: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt or look-up. `retry_at` (µs) keeps the row in the outbox."""

    touchpoint: str
    state: DeliveryState
    provider_id: str = ""
    code: str = ""
    reason: str = ""
    retry_at: int | None = None
    box: str = "done"


class Outbound:
    """Owns one task per account. `wake` makes it look at once."""

    def __init__(
        self,
        ledger: Ledger,
        reads: Reads,
        clock: Clock,
        adapters: dict[str, Adapter],
        *,
        node: str,
        callback_base: str,
    ) -> None:
        self._ledger, self._reads, self._clock = ledger, reads, clock
        self._adapters = {key: one for key, one in adapters.items() if not one.capabilities.carried_by_hub}
        self._node = node
        self._callback_base = callback_base
        self._wakes = {account: asyncio.Event() for account in self._adapters}
        self._tasks: list[asyncio.Task[None]] = []
        ledger.register("outbox_start", each(_start), Lane.PEOPLE)
        ledger.register("outbox_outcome", each(_finish), Lane.PEOPLE)
        ledger.register("delivery_reports", each(_report), Lane.MACHINES)

    async def start(self) -> None:
        """Turn what an earlier life left half-sent into `unknown`, then begin to work."""
        for touchpoint in await self._reads.run(outbox.interrupted, self._node):
            await self._ledger.submit("outbox_outcome", self._unknown(touchpoint, attempts=0))
        for account, adapter in self._adapters.items():
            self._tasks.append(asyncio.create_task(self._work(account, adapter), name=f"outbound-{account}"))

    async def stop(self) -> None:
        """Let running sends finish for a moment, then end the tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def see(self, sealed: Sequence[events.Sealed]) -> None:
        """Follow the log: an outgoing touchpoint wakes its worker."""
        for event in sealed:
            if isinstance(event.body, events.TouchpointAdded) and event.body.direction == "out":
                for wake in self._wakes.values():
                    wake.set()

    async def reports(self, reports: list[DeliveryReport]) -> None:
        """Commit delivery reports; returns when they are on disk."""
        await asyncio.gather(*(self._ledger.submit("delivery_reports", report) for report in reports))

    async def _work(self, account: str, adapter: Adapter) -> None:
        wake = self._wakes[account]
        while True:
            try:
                rows = await self._reads.run(outbox.due, account, self._clock.now())
                if rows:
                    await self._send_all(adapter, rows)
                    continue
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("outbound_failed", account=account)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), IDLE_SECONDS)
            wake.clear()

    async def _send_all(self, adapter: Adapter, rows: Sequence[Any]) -> None:
        """Several customers at once, but one after the other for each of them, so that order holds."""
        by_recipient: dict[str, list[Any]] = {}
        for row in rows:
            by_recipient.setdefault(row.recipient, []).append(row)
        gate = asyncio.Semaphore(AT_ONCE)

        async def in_order(mine: list[Any]) -> None:
            async with gate:
                for row in mine:
                    await self._one(adapter, row)

        await asyncio.gather(*(in_order(mine) for mine in by_recipient.values()))

    async def _one(self, adapter: Adapter, row: Any) -> None:
        message = OutboundMessage(
            reference=row.touchpoint_id,
            sender=row.sender,
            recipient=row.recipient,
            text=row.text,
            attempted_at_us=row.first_us or 0,
            callback_url=f"{self._callback_base}/webhooks/{row.channel}/{row.account}/status?ref={row.touchpoint_id}",
        )
        if row.state == "unknown":
            outcome = await self._look_up(adapter, row, message)
        elif await self._ledger.submit("outbox_start", Started(row.touchpoint_id, self._node)):
            outcome = await self._send(adapter, row, message)
        else:
            return
        await self._ledger.submit("outbox_outcome", outcome)

    async def _send(self, adapter: Adapter, row: Any, message: OutboundMessage) -> Outcome:
        touchpoint = row.touchpoint_id
        now = self._clock.now()
        try:
            return _from_sent(touchpoint, await adapter.send(message))
        except Permanent as error:
            return Outcome(touchpoint, DeliveryState.FAILED, code=error.code, reason=error.reason)
        except Temporary as error:
            first = row.first_us or now
            if now - first > GIVE_UP_AFTER:
                return Outcome(touchpoint, DeliveryState.FAILED, reason=f"The carrier did not take it: {error}")
            wait = max(error.retry_after, min(BACK_OFF_LIMIT, 2 ** min(row.attempts, 6)))
            return Outcome(touchpoint, DeliveryState.QUEUED, retry_at=now + int(wait * SECOND), box="queued")
        except Ambiguous:
            return self._unknown(touchpoint, attempts=0)
        except ChannelError as error:
            return Outcome(touchpoint, DeliveryState.FAILED, reason=str(error))
        except Exception:
            log.exception("adapter_bug", touchpoint=touchpoint)
            return self._unknown(touchpoint, attempts=0)

    def _unknown(self, touchpoint: str, *, attempts: int) -> Outcome:
        at = self._clock.now() + LOOK_UP_AFTER[attempts] * SECOND
        return Outcome(touchpoint, DeliveryState.UNKNOWN, retry_at=at, box="unknown")

    async def _look_up(self, adapter: Adapter, row: Any, message: OutboundMessage) -> Outcome:
        try:
            found = await adapter.look_up(message)
        except ChannelError as error:
            log.warning("look_up_failed", touchpoint=row.touchpoint_id, error=str(error))
            at = self._clock.now() + 30 * SECOND
            return Outcome(row.touchpoint_id, DeliveryState.UNKNOWN, retry_at=at, box="unknown")
        if found is not None:
            return _from_sent(row.touchpoint_id, found)
        looked = row.attempts  # raised by each look-up that found nothing
        if looked + 1 < len(LOOK_UP_AFTER):
            return self._unknown(row.touchpoint_id, attempts=looked + 1)
        return Outcome(
            row.touchpoint_id, DeliveryState.FAILED, reason="The carrier has no such message: it never arrived there."
        )


def _from_sent(touchpoint: str, sent: Sent) -> Outcome:
    return Outcome(touchpoint, sent.state, sent.provider_id, sent.error_code, sent.reason)


def _start(tx: Tx, item: Started) -> bool:
    """Unit: mark a row as being sent; False if somebody else has it."""
    row = outbox.get(tx.connection, item.touchpoint)
    if row is None:
        return False
    return outbox.move(
        tx, item.touchpoint, ("queued",), state="sending", node=item.node, first_us=row.first_us or tx.now
    )


def _finish(tx: Tx, item: Outcome) -> None:
    """Unit: write what became of an attempt."""
    row = outbox.get(tx.connection, item.touchpoint)
    if row is None or row.state == "done":
        return
    values: dict[str, Any] = {"state": item.box}
    if item.retry_at is not None:
        values["next_us"] = item.retry_at
    became_unknown = item.box == "unknown" and row.state == "sending"
    values["attempts"] = 0 if became_unknown else row.attempts + 1
    outbox.move(tx, item.touchpoint, ("queued", "sending", "unknown"), **values)
    if item.state is not DeliveryState.QUEUED:
        _move_state(tx, item.touchpoint, item.state, item.code, item.reason, item.provider_id)


def _report(tx: Tx, item: DeliveryReport) -> bool:
    """Unit: one report of the carrier. Late and repeated ones change nothing."""
    row = touchpoints.by_ids(tx.connection, [item.reference]).get(item.reference)
    if row is None or row.direction != "out" or row.account != item.account:
        return False
    if item.reporter and customers.value_of_interaction(tx.connection, row.interaction_id) != item.reporter:
        return False
    outbox.move(tx, item.reference, ("queued", "sending", "unknown"), state="done")
    return _move_state(tx, item.reference, item.state, item.error_code, item.reason, item.provider_id)


def _move_state(tx: Tx, touchpoint: str, state: DeliveryState, code: str, reason: str, provider_id: str) -> bool:
    moved = touchpoints.change_state(
        tx, touchpoint, state=state, rank=state.rank, code=code, reason=reason, provider_id=provider_id
    )
    if moved:
        row = touchpoints.by_ids(tx.connection, [touchpoint])[touchpoint]
        body = events.DeliveryChanged(
            touchpoint=touchpoint,
            interaction=row.interaction_id,
            contact=row.contact_id or "",
            state=state,
            code=code,
        )
        tx.emit(body, actor=f"provider:{row.account}")
    return moved
