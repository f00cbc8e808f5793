"""First frames of consoles: snapshots are read for a few agents together, one reading after the other.

A thousand consoles that come back at once stand in this line, and not before everybody else's reads and commits.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import structlog

from interaction_hub.services.workspace import Workspace

AT_ONCE = 25
"""Agents in one reading."""
PAUSE_SECONDS = 0.1
"""Between two of them everybody else has the hub to himself: a thousand consoles are there within six seconds."""

log = structlog.get_logger("live")
_Answer = asyncio.Future[dict[str, Any]]


class Greetings:
    """Those who wait for their snapshot."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting: deque[tuple[str, _Answer]] = deque()
        self._pump: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many."""
        return len(self._waiting)

    async def snapshot(self, agent: str) -> dict[str, Any]:
        """Everything that the agent's console shows, when it is its turn."""
        answer: _Answer = asyncio.get_running_loop().create_future()
        self._waiting.append((agent, answer))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._greet(), name="greetings")
        return await answer

    async def _greet(self) -> None:
        while self._waiting:
            await self._greet_some()
            if self._waiting:
                await asyncio.sleep(PAUSE_SECONDS)

    async def _greet_some(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
        there = [(agent, answer) for agent, answer in group if not answer.done()]
        try:
            await self._answer(there)
        except Exception:
            if len(there) > 1:
                log.exception("greeting_failed", agents=len(there))
            for one in there:  # one whose rows cannot be read keeps nobody else from his console
                await self._answer_one(*one)

    async def _answer_one(self, agent: str, answer: _Answer) -> None:
        try:
            await self._answer([(agent, answer)])
        except Exception as error:
            log.exception("greeting_failed", agent=agent)
            if not answer.done():
                answer.set_exception(error)

    async def _answer(self, there: Sequence[tuple[str, _Answer]]) -> None:
        found = await self._workspace.snapshots(sorted({agent for agent, _ in there}))
        for agent, answer in there:
            if not answer.done():
                answer.set_result(found[agent])
