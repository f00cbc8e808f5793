"""Waiting contacts: the record of one, and the line of those who ask the same of an agent. Knows no agents."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Protocol

from routing.model import AgentId, ContactId, Micros, OfferId, QueueId, SkillLevel

Order = tuple[int, int, Micros, int, ContactId]
"""Rank among all who wait: 0 if held for the agent a supervisor named else 1, band, virtual start, arrival, id."""

SLACK = 64


@dataclass(frozen=True, slots=True)
class Refusal:
    """The last offer that the ledger refused: the pair sits out until then, or until either side changed."""

    agent_id: AgentId
    until: Micros
    load_version: int
    epoch: int


class Home(Protocol):
    """Where a waiting contact is found: a line or a slot."""

    def discard(self, contact: Contact) -> None:
        """Take the contact out."""


@dataclass(eq=False, slots=True)
class Contact:
    """A contact that waits, or has an open or tentative offer (`offer_id`). `stamp` outdates its heap entries.

    `declined_in` are the registers of signatures that know it as declined (signatures.Signature.declined).
    """

    id: ContactId
    queue_id: QueueId
    channel: str
    band: int
    virtual_start: Micros
    arrival: int
    entered: Micros
    rules_version: int
    epoch: int
    requires: tuple[SkillLevel, ...] = ()
    preferred_agent: AgentId | None = None
    preferred_until: Micros = 0
    assigned: bool = False
    declined: set[AgentId] = field(default_factory=set)
    back_off: dict[AgentId, Micros] = field(default_factory=dict)
    refusal: Refusal | None = None
    refusals: int = 0
    paused_until: Micros = 0
    offer_id: OfferId | None = None
    home: Home | None = None
    declined_in: list[dict[ContactId, None]] = field(default_factory=list)
    order: Order = (1, 0, 0, 0, "")
    stamp: int = 0

    def rank(self, *, first: bool = False) -> Order:
        """The order of waiting; `first` puts it before all who are not assigned by hand."""
        return (0 if first else 1, self.band, self.virtual_start, self.arrival, self.id)


class Ranked:
    """A few contacts in order, each of which can be looked at: those whom not every agent may get."""

    def __init__(self) -> None:
        self._entries: list[tuple[Order, Contact]] = []

    def __iter__(self) -> Iterator[Contact]:
        return (contact for _, contact in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, contact: Contact) -> None:
        """Put it at its place."""
        insort(self._entries, (contact.order, contact), key=itemgetter(0))

    def discard(self, contact: Contact) -> None:
        """Take it out; it must be in."""
        at = bisect_left(self._entries, contact.order, key=itemgetter(0))
        del self._entries[at]


class WaitingLine:
    """Contacts with one signature that any agent of the signature may get: a heap, outdated entries skipped."""

    def __init__(self) -> None:
        self._heap: list[tuple[Order, int, Contact]] = []
        self.count = 0
        self.marked = Ranked()
        """Those of the signature that some agents may not get now (declined, back-off, refused)."""

    def __len__(self) -> int:
        return self.count + len(self.marked)

    def add(self, contact: Contact) -> None:
        """Put it at its place."""
        self.count += 1
        heapq.heappush(self._heap, (contact.order, contact.stamp, contact))
        if len(self._heap) > 2 * self.count + SLACK:
            self._heap = [entry for entry in self._heap if entry[1] == entry[2].stamp]
            heapq.heapify(self._heap)

    def discard(self, contact: Contact) -> None:
        """Take it out: its entry is outdated from now on."""
        contact.stamp += 1
        self.count -= 1

    def head(self) -> Contact | None:
        """The first in the line, or None."""
        heap = self._heap
        while heap and heap[0][1] != heap[0][2].stamp:
            heapq.heappop(heap)
        return heap[0][2] if heap else None
