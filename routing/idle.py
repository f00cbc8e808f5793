"""Idle agents of one signature, longest idle first. Knows no contacts and no rules."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Protocol

from routing.model import AgentId, Micros

SLACK = 64


class Idler(Protocol):
    """What the index needs of an agent; `stamp` outdates his entries, `open` are the channels he has room for."""

    id: AgentId
    idle_since: Micros
    stamp: int
    open: frozenset[str]


class IdleLine:
    """A heap by (idle since, agent id). Entries whose stamp is not the agent's are outdated and skipped."""

    def __init__(self) -> None:
        self._heap: list[tuple[Micros, AgentId, int, Idler]] = []
        self.count = 0

    def add(self, agent: Idler) -> None:
        """He has room for a contact of this signature now."""
        self.count += 1
        heapq.heappush(self._heap, (agent.idle_since, agent.id, agent.stamp, agent))
        if len(self._heap) > 2 * self.count + SLACK:
            self._heap = [entry for entry in self._heap if entry[2] == entry[3].stamp]
            heapq.heapify(self._heap)

    def discard(self) -> None:
        """One agent left; whoever calls this has changed or will change his stamp."""
        self.count -= 1

    def first(self, may: Callable[[AgentId], bool]) -> AgentId | None:
        """The longest idle agent that `may` lets pass, or None. Costs one heap turn for each that it does not."""
        heap = self._heap
        skipped = []
        found = None
        while heap:
            entry = heap[0]
            if entry[2] != entry[3].stamp:
                heapq.heappop(heap)
            elif may(entry[1]):
                found = entry[1]
                break
            else:
                skipped.append(heapq.heappop(heap))
        for entry in skipped:
            heapq.heappush(heap, entry)
        return found
