"""The log: the hash chain (I17), and each touchpoint that it tells of beside its row (I1).

It walks in slices over short transactions; rows and events of one commit become visible together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.domain import events
from interaction_hub.storage import chain, tables
from interaction_hub.storage.anchors import Anchor
from interaction_hub.storage.checks.fingerprints import Fingerprint
from interaction_hub.storage.checks.fold import Fold
from interaction_hub.storage.checks.report import Report
from interaction_hub.storage.touchpoints import digest_of

SLICE = 2_000
_event, _touchpoint, _contact = tables.event.c, tables.touchpoint.c, tables.contact.c
_AFTER = (
    sa.select(tables.event)
    .where(_event.position > sa.bindparam("after"))
    .order_by(_event.position)
    .limit(sa.bindparam("most"))
)
_AT = sa.select(_event.position, _event.at_us, _event.hash).where(_event.position == sa.bindparam("p"))
_ROWS = sa.select(
    _touchpoint.id,
    _touchpoint.interaction_id,
    _touchpoint.seq,
    _touchpoint.kind,
    _touchpoint.direction,
    _touchpoint.text,
    _touchpoint.salt,
).where(_touchpoint.id.in_(sa.bindparam("ids", expanding=True)))
_STATES = sa.select(_contact.id, _contact.state).where(_contact.id.in_(sa.bindparam("ids", expanding=True)))
_LAST = sa.select(sa.func.coalesce(sa.func.max(_event.position), 0))


def last_position(connection: sa.Connection) -> int:
    """The last event's place, whatever the head row says."""
    return int(connection.execute(_LAST).scalar_one())


class LogWalk:
    """Where the walk is, and what it remembers: the last hash, living contacts, and a fingerprint of touchpoints."""

    def __init__(self, report: Report, anchors: Iterable[Anchor]) -> None:
        self.report = report
        self.fold = Fold(complete=True)
        self.touchpoints = Fingerprint()
        self.position, self.at, self.hash = 0, 0, chain.GENESIS
        self._anchors: dict[int, Anchor] = {anchor.position: anchor for anchor in anchors}

    def start_at(self, connection: sa.Connection, anchor: Anchor) -> bool:
        """Begin after an anchor instead of at the start, if the log still stands as the anchor says."""
        row = connection.execute(_AT, {"p": anchor.position}).first()
        if row is None or bytes(row.hash) != anchor.hash:
            return False
        self.position, self.at, self.hash = row.position, row.at_us, anchor.hash
        self.fold = Fold(complete=False)
        self.report.since = anchor.position
        return True

    def step(self, connection: sa.Connection) -> int:
        """Walk over one slice; returns its number of events."""
        rows = connection.execute(_AFTER, {"after": self.position, "most": SLICE}).all()
        if not rows:
            return 0
        for found in chain.walk(rows, position=self.position, previous=self.hash, at=self.at):
            if isinstance(found, chain.Break):
                self.report.add("I17", found.what, f"position {found.position}")
        self._compare_anchors(rows)
        self._follow(connection, [sealed for row in rows if (sealed := self._decoded(row)) is not None])
        self.position, self.at, self.hash = rows[-1].position, rows[-1].at_us, bytes(rows[-1].hash)
        self.report.looked_at["events"] += len(rows)
        return len(rows)

    def finish(self) -> None:
        """Say which anchors lie beyond the end: the log was cut there."""
        self.report.position, self.report.hash = self.position, self.hash
        for position in self._anchors:
            if position > self.position:
                self.report.add("I17", f"the log ends at {self.position}, before an anchor", f"anchor {position}")

    def _compare_anchors(self, rows: Sequence[Any]) -> None:
        for row in rows:
            anchor = self._anchors.get(row.position)
            if anchor is not None and bytes(row.hash) != anchor.hash:
                self.report.add("I17", "the hash differs from the anchor's", f"position {row.position}")

    def _decoded(self, row: Any) -> events.Sealed | None:
        try:
            body = events.decode(bytes(row.payload))
        except msgspec.MsgspecError:
            self.report.add("I17", f"the payload of this {row.kind} cannot be read", f"position {row.position}")
            return None
        return events.Sealed(row.position, row.at_us, row.actor, row.correlation, body)

    def _follow(self, connection: sa.Connection, sealed: Sequence[events.Sealed]) -> None:
        for event in sealed:
            self.fold.apply(event, self.report)
        self._compare_ended(connection)
        told = [(e.position, e.body) for e in sealed if isinstance(e.body, events.TouchpointAdded)]
        if not told:
            return
        ids = [body.touchpoint for _, body in told]
        self.touchpoints.add(ids)
        rows = {row.id: row for row in connection.execute(_ROWS, {"ids": ids})}
        for position, body in told:
            compare_touchpoint(self.report, position, body, rows)

    def _compare_ended(self, connection: sa.Connection) -> None:
        ended, self.fold.ended = self.fold.ended, []
        states = {row.id: row.state for row in connection.execute(_STATES, {"ids": ended})} if ended else {}
        for contact in ended:
            if (state := states.get(contact, "missing")) != "ended":
                self.report.add("I2", f"ended in the log, but its row is {state}", f"contact {contact}")


def compare_touchpoint(report: Report, position: int, body: events.TouchpointAdded, rows: Mapping[str, Any]) -> None:
    """One event beside its row. Without its salt the text was erased, and only the digest in the log is left."""
    where = f"touchpoint {body.touchpoint}, position {position}"
    row = rows.get(body.touchpoint)
    if row is None:
        report.add("I1", "in the log, but it has no row", where)
        return
    told = (body.interaction, body.seq, body.touchpoint_kind, body.direction)
    if told != (row.interaction_id, row.seq, row.kind, row.direction):
        report.add("I1", "interaction, number, kind or direction differ from the log", where)
    salt = bytes(row.salt)
    if salt and digest_of(salt, row.text) != body.digest:
        report.add("I1", "the text is not the one that was logged", where)
    if not salt and row.text:
        report.add("I1", "the salt was erased and the text was not", where)
