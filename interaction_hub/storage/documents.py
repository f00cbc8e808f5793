"""Versioned documents: each row is valid from one version of the rules to another; nothing is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.domain.documents import KINDS, Document
from interaction_hub.domain.rules import RuleBook
from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, insert_into

_document = tables.document.c
_AT = (
    sa.select(_document.kind, _document.key, _document.body)
    .where(_document.from_version <= sa.bindparam("version"))
    .where(sa.or_(_document.to_version.is_(None), _document.to_version > sa.bindparam("version")))
    .order_by(_document.kind, _document.place, _document.key)
)
_NEWEST = sa.select(sa.func.coalesce(sa.func.max(tables.rules_version.c.version), 0))
_PLACES = sa.select(_document.kind, _document.key, _document.place).where(_document.to_version.is_(None))
_CLOSE = (
    sa.update(tables.document)
    .where(_document.kind == sa.bindparam("k"), _document.key == sa.bindparam("i"), _document.to_version.is_(None))
    .values(to_version=sa.bindparam("v"))
)


def newest_version(connection: sa.Connection) -> int:
    """The version in use; 0 before the first publishing."""
    return int(connection.execute(_NEWEST).scalar_one())


def load(connection: sa.Connection, version: int | None = None) -> RuleBook:
    """All documents as they were at a version (default: the newest)."""
    version = newest_version(connection) if version is None else version
    documents: dict[tuple[str, str], Document] = {}
    for row in connection.execute(_AT, {"version": version}):
        documents[row.kind, row.key] = msgspec.json.decode(bytes(row.body), type=KINDS[row.kind])
    return RuleBook(version, documents)


def publish(tx: Tx, changed: dict[tuple[str, str], Document], removed: set[tuple[str, str]], actor: str) -> int:
    """Write the changed documents as the next version. Returns that version."""
    version = newest_version(tx.connection) + 1
    tx.execute(insert_into(tables.rules_version), {"version": version, "at_us": tx.now, "actor": actor})
    places = {(row.kind, row.key): row.place for row in tx.execute(_PLACES)}
    behind = max(places.values(), default=0)
    for kind, key in sorted({*changed, *removed}):
        tx.execute(_CLOSE, {"k": kind, "i": key, "v": version})
    for number, ((kind, key), document) in enumerate(changed.items(), behind + 1):
        tx.execute(
            insert_into(tables.document),
            {
                "kind": kind,
                "key": key,
                "from_version": version,
                "place": places.get((kind, key), number),
                "to_version": None,
                "body": msgspec.json.encode(document),
            },
        )
    return version


# ---- who changed what ------------------------------------------------------------------------------------------
_version = tables.rules_version.c
_KIND_NOW = (
    sa.select(_document.key, _document.from_version, _document.body, _version.at_us, _version.actor)
    .join_from(tables.document, tables.rules_version, _version.version == _document.from_version)
    .where(_document.kind == sa.bindparam("k"), _document.to_version.is_(None))
    .order_by(_document.place, _document.key)
)
_ONE_NOW = _KIND_NOW.where(_document.key == sa.bindparam("i"))
_ONE_EVER = (
    sa.select(_document.from_version, _document.to_version, _document.body)
    .where(_document.kind == sa.bindparam("k"), _document.key == sa.bindparam("i"))
    .order_by(_document.from_version.desc())
    .limit(sa.bindparam("most"))
)
_VERSIONS = sa.select(tables.rules_version).where(_version.version.in_(sa.bindparam("versions", expanding=True)))


def of_kind(connection: sa.Connection, kind: str) -> Sequence[Any]:
    """The documents of a kind that are in use: key, from_version, body, at_us and actor of that version."""
    return connection.execute(_KIND_NOW, {"k": kind}).all()


def one(connection: sa.Connection, kind: str, key: str) -> Any | None:
    """The same of one document, None if there is none in use."""
    return connection.execute(_ONE_NOW, {"k": kind, "i": key}).first()


def ever(connection: sa.Connection, kind: str, key: str, most: int) -> Sequence[Any]:
    """All versions that a document had, the newest first: from_version, to_version, body."""
    return connection.execute(_ONE_EVER, {"k": kind, "i": key, "most": most}).all()


def versions(connection: sa.Connection, numbers: Iterable[int]) -> dict[int, Any]:
    """When the rules became these versions, and who did it."""
    rows = connection.execute(_VERSIONS, {"versions": sorted(set(numbers))})
    return {row.version: row for row in rows}


# ---- what hangs on a queue -------------------------------------------------------------------------------------
_ALIVE_IN = (
    sa.select(sa.func.count())
    .select_from(tables.contact)
    .where(tables.contact.c.queue == sa.bindparam("q"), tables.LIVING)
)
_WAITING_IN = _ALIVE_IN.where(tables.contact.c.state.in_(("queued", "offered")))


def contacts_in(connection: sa.Connection, queue: str, *, waiting_only: bool = False) -> int:
    """How many contacts of a queue are not finished, or how many of those still wait."""
    return int(connection.execute(_WAITING_IN if waiting_only else _ALIVE_IN, {"q": queue}).scalar_one())
