"""What is due by time alone: wrap-ups, silent text contacts, follow-ups, lost agents, idle interactions, dead nodes.

Driven by the rows, so that a restart forgets nothing. Offers and everything else of the matcher are the engine's.
"""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa
import structlog

from interaction_hub.clock import Clock
from interaction_hub.domain import events
from interaction_hub.domain.rules import micros
from interaction_hub.durations import SECOND
from interaction_hub.services.desk import Desk
from interaction_hub.services.followups import Followups
from interaction_hub.services.presence import PresenceKeeper
from interaction_hub.services.rulebook import Rules
from interaction_hub.storage import agents, contacts, interactions, tables
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each, upsert

STEP_SECONDS = 0.25
NODE_ALIVE = 6 * SECOND
SLOW_STEPS = 8
"""Interactions and nodes are looked at once in so many steps."""
COMMANDS_KEPT = 24 * 3600 * SECOND

log = structlog.get_logger("deadlines")
_BEAT = upsert(tables.node, ("id",), ("alive_until_us",))
_OLD_COMMANDS = sa.delete(tables.command).where(tables.command.c.at_us < sa.bindparam("before"))


class Deadlines:
    """One named task that looks four times a second and submits what is due."""

    def __init__(
        self, ledger: Ledger, reads: Reads, clock: Clock, rules: Rules, desk: Desk, presence: PresenceKeeper, node: str
    ) -> None:
        self._ledger, self._reads, self._clock, self._rules, self._node = ledger, reads, clock, rules, node
        self._presence = presence
        self._task: asyncio.Task[None] | None = None
        ledger.register("wrap_up_over", each(desk.wrap_up_over), Lane.PEOPLE)
        ledger.register("park", each(lambda tx, contact: desk.park(tx, contact, reason="silent")), Lane.PEOPLE)
        ledger.register("followup_due", each(Followups(rules).due), Lane.PEOPLE)
        ledger.register("close_idle", each(_close_idle), Lane.MACHINES)
        ledger.register("heartbeat", each(_heartbeat), Lane.PEOPLE)

    async def start(self) -> None:
        """Begin; agents whose console died with an earlier life of the hub are unconfirmed first."""
        await self._ledger.submit("heartbeat", self._node)
        for agent in await self._reads.run(agents.confirmed_by_the_dead, self._clock.now(), self._node):
            await self._gone(agent)
        self._task = asyncio.create_task(self._run(), name="deadlines")

    async def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        step = 0
        while True:
            await asyncio.sleep(STEP_SECONDS)
            step += 1
            try:
                await self.look(slow=step % SLOW_STEPS == 0)
            except Exception:
                log.exception("deadlines_failed")

    async def look(self, *, slow: bool = True) -> None:
        """Submit all that is due now and wait for it."""
        now = self._clock.now()
        due = await self._reads.run(_due, now)
        work = [self._ledger.submit(kind, item) for kind, items in due.items() for item in items]
        if slow:
            # Before the look for dead nodes: after a pause of this process its own row is the oldest of all.
            await self._ledger.submit("heartbeat", self._node)
            before = now - micros(self._rules.current.company.close_after)
            for row in await self._reads.run(interactions.idle_since, before):
                work.append(self._ledger.submit("close_idle", (row.id, row.customer_id)))
            for agent in await self._reads.run(agents.confirmed_by_the_dead, now, self._node):
                await self._gone(agent)
        if work:
            await asyncio.gather(*work)

    async def _gone(self, agent: str) -> None:
        row = await self._reads.run(agents.get, agent)
        if row is not None:
            await self._presence.console_gone(agent, row.node)


def _due(connection: sa.Connection, now: int) -> dict[str, list[Any]]:
    return {
        "wrap_up_over": contacts.wrap_up_over(connection, now),
        "park": contacts.silent_too_long(connection, now),
        "agent_lost": agents.lost(connection, now),
        "followup_due": interactions.due(connection, now),
    }


def _close_idle(tx: Tx, item: tuple[str, str]) -> None:
    """Unit: nobody said a word for days."""
    interaction, customer = item
    interactions.close(tx, interaction)
    body = events.InteractionClosed(interaction=interaction, customer=customer, reason="idle")
    tx.emit(body, actor="system:deadlines")


def _heartbeat(tx: Tx, node: str) -> None:
    """Unit: this node lives; old answers to commands are forgotten. No event (decisions 17)."""
    tx.execute(_BEAT.of(tx), {"id": node, "started_us": tx.now, "alive_until_us": tx.now + NODE_ALIVE})
    tx.execute(_OLD_COMMANDS, {"before": tx.now - COMMANDS_KEPT})
