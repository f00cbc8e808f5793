"""The hash chain of the event log: how an event is sealed, and how a walk finds an edit, a deletion or a swap."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from interaction_hub.domain import events

GENESIS = hashlib.sha256(b"interaction-hub event log 1").digest()
"""What stands in the place of a previous hash before the first event."""

_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Unsealed:
    """An event that a unit emitted: it gets position and time when its batch is sealed."""

    arrival: int
    actor: str
    correlation: str
    body: events.Body


def digest(previous: bytes, fields: Sequence[object]) -> bytes:
    """SHA-256 over the previous hash and the msgpack form of (position, at, kind, version, actor, correlation,
    subjects, payload)."""
    return hashlib.sha256(previous + _encode(fields)).digest()


def seal(
    unsealed: Iterable[Unsealed], *, position: int, previous: bytes, at: int
) -> tuple[list[dict[str, Any]], list[events.Sealed], bytes]:
    """Give the events their places after `position`, in order of arrival. Returns rows, sealed events, last hash."""
    rows: list[dict[str, Any]] = []
    sealed: list[events.Sealed] = []
    for item in sorted(unsealed, key=lambda event: event.arrival):
        position += 1
        body = item.body
        kind = type(body).__name__
        payload = events.encode(body)
        about = events.subjects(body)
        previous = digest(previous, (position, at, kind, events.VERSION, item.actor, item.correlation, about, payload))
        rows.append(
            {
                "position": position,
                "at_us": at,
                "kind": kind,
                "version": events.VERSION,
                "actor": item.actor,
                "correlation": item.correlation,
                "subjects": about,
                "payload": payload,
                "hash": previous,
            }
        )
        sealed.append(events.Sealed(position, at, item.actor, item.correlation, body))
    return rows, sealed, previous


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold, and what is wrong there."""

    position: int
    what: str


def walk(rows: Iterable[Any], *, position: int = 0, previous: bytes = GENESIS, at: int = 0) -> Iterator[Break | bytes]:
    """Recompute the chain over event rows in order. Yields each `Break`, and at last the hash that was reached."""
    for row in rows:
        position += 1
        if row.position != position:
            yield Break(position, f"expected position {position}, found {row.position}")
            position = row.position
        if row.at_us < at:
            yield Break(position, "time runs backwards")
        at = row.at_us
        expected = digest(
            previous,
            (
                row.position,
                row.at_us,
                row.kind,
                row.version,
                row.actor,
                row.correlation,
                row.subjects,
                bytes(row.payload),
            ),
        )
        if expected != bytes(row.hash):
            yield Break(position, "hash differs: this event or its place was changed")
        previous = bytes(row.hash)
    yield previous
