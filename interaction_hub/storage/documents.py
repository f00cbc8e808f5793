"""Versioned documents: each row is valid from one version of the rules to another; nothing is overwritten."""

from __future__ import annotations

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
    for kind, key in {*changed, *removed}:
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
