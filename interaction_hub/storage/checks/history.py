"""The history: rows without an event (I1), numbers without gaps (I8), claims and counts (I9), the outbox (I10).

Each slice is one statement, so that it sees one moment on both databases however busy the hub is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.domain.carriage import CARRIED_BY_HUB
from interaction_hub.storage import tables
from interaction_hub.storage.checks.fingerprints import Fingerprint, bucket_of
from interaction_hub.storage.checks.report import Report

SLICE = 5_000
SUSPECTS = 100_000
"""Ids looked at again at the most when log and rows differ: memory stays bounded, and the report says so."""
Step = Callable[[sa.Connection, str, Report], str | None]
"""Looks at the rows after a key; gives the last key of the slice, or None at the end."""

_touchpoint, _outbox, _event = tables.touchpoint.c, tables.outbox.c, tables.event.c


def _slice_of(table: sa.Table, key: sa.Column[Any], *columns: sa.Column[Any]) -> sa.Subquery:
    return sa.select(key, *columns).where(key > sa.bindparam("after")).order_by(key).limit(SLICE).subquery(table.name)


_some = _slice_of(tables.interaction, tables.interaction.c.id, tables.interaction.c.last_seq)
_NUMBERS = (
    sa.select(
        _some.c.id,
        _some.c.last_seq,
        sa.func.count(_touchpoint.id).label("n"),
        sa.func.min(_touchpoint.seq).label("first"),
        sa.func.max(_touchpoint.seq).label("last"),
        sa.func.count(sa.distinct(_touchpoint.seq)).label("different"),
    )
    .join_from(_some, tables.touchpoint, _touchpoint.interaction_id == _some.c.id, isouter=True)
    .group_by(_some.c.id, _some.c.last_seq)
    .order_by(_some.c.id)
)
_people = _slice_of(tables.customer, tables.customer.c.id, tables.customer.c.touchpoints)
_COUNTS = (
    sa.select(
        _people.c.id,
        _people.c.touchpoints,
        sa.func.count(_touchpoint.id).label("n"),
        sa.func.count(sa.distinct(_touchpoint.claim)).label("different"),
    )
    .join_from(_people, tables.touchpoint, _touchpoint.customer_id == _people.c.id, isouter=True)
    .group_by(_people.c.id, _people.c.touchpoints)
    .order_by(_people.c.id)
)
_claims = (
    sa.select(_touchpoint.claim, sa.func.count().label("n"))
    .where(_touchpoint.claim > sa.bindparam("after"))
    .group_by(_touchpoint.claim)
    .order_by(_touchpoint.claim)
    .limit(SLICE)
    .subquery("claims")
)
_CLAIMS = sa.select(sa.func.max(_claims.c.claim), sa.func.max(_claims.c.n))
_REPEATED = sa.select(_claims.c.claim, _claims.c.n).where(_claims.c.n > 1).order_by(_claims.c.claim)
_ids = _slice_of(tables.touchpoint, _touchpoint.id, _touchpoint.kind, _touchpoint.direction, _touchpoint.channel)
_SENDING = (
    sa.select(_ids, _outbox.touchpoint_id.label("box"))
    .join_from(_ids, tables.outbox, _outbox.touchpoint_id == _ids.c.id, isouter=True)
    .order_by(_ids.c.id)
)
_boxes = _slice_of(tables.outbox, _outbox.touchpoint_id, _outbox.state)
_BOXES = (
    sa.select(
        _boxes.c.touchpoint_id, _boxes.c.state.label("box"), _touchpoint.direction, _touchpoint.kind, _touchpoint.state
    )
    .join_from(_boxes, tables.touchpoint, _touchpoint.id == _boxes.c.touchpoint_id, isouter=True)
    .order_by(_boxes.c.touchpoint_id)
)
_PAYLOADS = (
    sa.select(_event.position, _event.payload)
    .where(_event.position > sa.bindparam("after"))
    .order_by(_event.position)
    .limit(SLICE)
)
_CARRIER_ANSWERED = ("sent", "delivered", "read", "failed")
_ADDED = events.TouchpointAdded.__name__


def check_numbers(connection: sa.Connection, after: str, report: Report) -> str | None:
    """I8: the touchpoints of an interaction are numbered 1..n, and the interaction knows n."""
    rows = connection.execute(_NUMBERS, {"after": after}).all()
    for row in rows:
        if not row.n == row.different == row.last_seq == (row.last or 0) or (row.n and row.first != 1):
            found = f"{row.n} touchpoints numbered {row.first} to {row.last}, {row.last_seq} expected"
            report.add("I8", found, f"interaction {row.id}")
    report.looked_at["interactions"] += len(rows)
    return rows[-1].id if rows else None


def check_counts(connection: sa.Connection, after: str, report: Report) -> str | None:
    """I9: a customer's timeline has as many entries as different claims, and as the customer's row says."""
    rows = connection.execute(_COUNTS, {"after": after}).all()
    for row in rows:
        if not row.n == row.different == row.touchpoints:
            found = f"{row.n} touchpoints of {row.different} claims, {row.touchpoints} counted"
            report.add("I9", found, f"customer {row.id}")
    report.looked_at["customers"] += len(rows)
    return rows[-1].id if rows else None


def check_claims(connection: sa.Connection, after: str, report: Report) -> str | None:
    """I9: no claim twice, whatever became of the unique index."""
    last, most = connection.execute(_CLAIMS, {"after": after}).one()
    if most is not None and most > 1:
        for row in connection.execute(_REPEATED, {"after": after}):
            report.add("I9", f"{row.n} touchpoints have one claim", f"claim {row.claim}")
    return str(last) if last is not None else None


def check_sending(connection: sa.Connection, after: str, report: Report) -> str | None:
    """I10: each message that goes out has its outbox row. Web chat needs none: its commit is the sending."""
    rows = connection.execute(_SENDING, {"after": after}).all()
    for row in rows:
        if row.direction == "out" and row.kind == "message" and row.channel not in CARRIED_BY_HUB and row.box is None:
            report.add("I10", "goes out, but has no outbox row", f"touchpoint {row.id}")
    return rows[-1].id if rows else None


def check_outbox(connection: sa.Connection, after: str, report: Report) -> str | None:
    """I10: each outbox row sends a touchpoint of ours that goes out, and none of which the carrier has spoken."""
    rows = connection.execute(_BOXES, {"after": after}).all()
    for row in rows:
        if (row.direction, row.kind) != ("out", "message"):
            found = "sends a touchpoint that does not exist" if row.kind is None else "sends what does not go out"
            report.add("I10", found, f"outbox {row.touchpoint_id}")
        elif row.box in ("queued", "sending") and row.state in _CARRIER_ANSWERED:
            report.add(
                "I10", f"would be sent again: the carrier's word on it is {row.state}", f"outbox {row.touchpoint_id}"
            )
    report.looked_at["outbox rows"] += len(rows)
    return rows[-1].touchpoint_id if rows else None


CHECKS: tuple[Step, ...] = (check_numbers, check_counts, check_claims, check_sending, check_outbox)


def touchpoint_ids(connection: sa.Connection, after: str) -> list[str]:
    """The next ids of touchpoints."""
    return list(connection.execute(sa.select(_ids.c.id).order_by(_ids.c.id), {"after": after}).scalars())


class Orphans:
    """I1 backwards: rows of which the log does not tell, or tells twice. Only the buckets that differ are looked at."""

    def __init__(self, in_log: Fingerprint, in_rows: Fingerprint) -> None:
        self.buckets = in_log.differing(in_rows)
        self._told: dict[str, int] = {}
        self._too_many = False

    def suspect(self, ids: Collection[str]) -> None:
        """First pass: remember the rows of these buckets."""
        for each in ids:
            if bucket_of(each) not in self.buckets:
                continue
            if len(self._told) >= SUSPECTS:
                self._too_many = True
                return
            self._told[each] = 0

    def hear(self, connection: sa.Connection, after: int) -> int | None:
        """Second pass, over the log as it is now: count how often each is told of. Gives the last position."""
        rows = connection.execute(_PAYLOADS, {"after": after}).all()
        for row in rows:
            payload = bytes(row.payload)
            if _ADDED.encode() in payload[:40]:
                added = events.decode(payload)
                if isinstance(added, events.TouchpointAdded) and added.touchpoint in self._told:
                    self._told[added.touchpoint] += 1
        return rows[-1].position if rows else None

    def tell(self, report: Report) -> None:
        """Say what is left."""
        for touchpoint, times in self._told.items():
            if times != 1:
                found = f"its row is told of {times} times in the log" if times else "a row that is not in the log"
                report.add("I1", found, f"touchpoint {touchpoint}")
        if self._too_many:
            report.note(f"more than {SUSPECTS} touchpoints came while these were compared: verify when it is quieter")
