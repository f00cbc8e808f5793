"""Who waits, in the two orders that people ask for: the place in a queue, and the longest wait over all of them.

Kept by the fold over the log, so that showing fifty of ten thousand costs no sorting. The order is that of
routing/waiting.py: band, virtual start, arrival.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

Entry = tuple[int, int, int, str]


@dataclass(slots=True)
class Waiting:
    """A contact in a queue. `entered` is µs, `minute` the bucket in which it was offered to the queue."""

    queue: str
    entered: int
    minute: int
    offered: bool = False
    band: int = 5
    virtual_start: int = 0
    arrival: int = 0


class Lines:
    """The contacts that wait, by id. `put` and `take` cost a search and a shift of memory, whatever the length."""

    def __init__(self) -> None:
        self.contacts: dict[str, Waiting] = {}
        self._places: dict[str, list[Entry]] = {}
        self._entered: dict[str, list[Entry]] = {}
        self._longest: list[Entry] = []

    def put(self, contact: str, waiting: Waiting) -> None:
        """It waits from now on, or waits otherwise than before."""
        self.take(contact)
        self.contacts[contact] = waiting
        for line, entry in self._entries(contact, waiting):
            insort(line, entry)

    def take(self, contact: str) -> Waiting | None:
        """It waits no longer; gives what was known of it."""
        waiting = self.contacts.pop(contact, None)
        if waiting is not None:
            for line, entry in self._entries(contact, waiting):
                del line[bisect_left(line, entry)]
        return waiting

    def place(self, contact: str) -> int:
        """Its place in its queue, from 1."""
        waiting = self.contacts[contact]
        return bisect_left(self._places[waiting.queue], _place(contact, waiting)) + 1

    def longest(self, most: int) -> list[str]:
        """Ids of those who wait longest, over all queues."""
        return [entry[-1] for entry in self._longest[:most]]

    def of_queue(self, queue: str, most: int) -> list[str]:
        """Ids in the order in which the queue serves them."""
        return [entry[-1] for entry in self._places.get(queue, [])[:most]]

    def oldest(self, queue: str) -> int | None:
        """When the one entered the queue who has been in it longest."""
        line = self._entered.get(queue)
        return line[0][0] if line else None

    def _entries(self, contact: str, waiting: Waiting) -> tuple[tuple[list[Entry], Entry], ...]:
        return (
            (self._places.setdefault(waiting.queue, []), _place(contact, waiting)),
            (self._entered.setdefault(waiting.queue, []), (waiting.entered, 0, 0, contact)),
            (self._longest, (waiting.virtual_start, waiting.arrival, 0, contact)),
        )


def _place(contact: str, waiting: Waiting) -> Entry:
    return waiting.band, waiting.virtual_start, waiting.arrival, contact
