"""What a document was and is: the version in use, its history with who and when, the difference between two bodies.

Reads only. Changes are made by `administration.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from interaction_hub.clock import milliseconds
from interaction_hub.errors import NotFound
from interaction_hub.storage import documents, users

MOST_VERSIONS = 200


def listed(connection: sa.Connection, kind: str) -> list[dict[str, Any]]:
    """All documents of a kind in their order, each with its version, and who made that when."""
    rows = documents.of_kind(connection, kind)
    names = _names(connection, (row.actor for row in rows))
    return [_view(row, names) for row in rows]


def entry(connection: sa.Connection, kind: str, key: str) -> dict[str, Any]:
    """One of them. Raises `NotFound`."""
    row = documents.one(connection, kind, key)
    if row is None:
        raise NotFound(f"There is no {kind} {key}.")
    return _view(row, _names(connection, [row.actor]))


def history(connection: sa.Connection, kind: str, key: str) -> list[dict[str, Any]]:
    """Its versions, the newest first: what changed, who, when. A removal is a version without a document."""
    rows = documents.ever(connection, kind, key, MOST_VERSIONS + 1)
    if not rows:
        raise NotFound(f"There was never a {kind} {key}.")
    numbers = [number for row in rows for number in (row.from_version, row.to_version) if number]
    made = documents.versions(connection, numbers)
    names = _names(connection, (version.actor for version in made.values()))
    found: list[dict[str, Any]] = []
    follower = None
    for place, row in enumerate(rows[:MOST_VERSIONS]):
        if row.to_version is not None and row.to_version != follower:
            found.append(_step(made.get(row.to_version), names, row.to_version, None, []))
        body, before = _body(row), rows[place + 1] if place + 1 < len(rows) else None
        continues = before is not None and before.to_version == row.from_version
        changed = changes(_body(before) if continues else {}, body)
        found.append(_step(made.get(row.from_version), names, row.from_version, body, changed if continues else []))
        follower = row.from_version
    return found


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The fields that differ: `{field, old, new}` in the order of the document."""
    names = dict.fromkeys([*after, *before])
    return [
        {"field": name, "old": before.get(name), "new": after.get(name)}
        for name in names
        if before.get(name) != after.get(name)
    ]


def plain(document: msgspec.Struct) -> dict[str, Any]:
    """A document as plain data, key and name first, every field written out."""
    found = msgspec.to_builtins(document)
    return {name: found[name] for name in sorted(found, key=lambda name: name not in ("key", "name"))}


def _body(row: Any) -> dict[str, Any]:
    found = msgspec.json.decode(bytes(row.body))
    return {name: found[name] for name in sorted(found, key=lambda name: name not in ("key", "name"))}


def _view(row: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "key": row.key,
        "version": row.from_version,
        "at": milliseconds(row.at_us),
        "by": _who(row.actor, names),
        "document": _body(row),
    }


def _step(
    made: Any, names: Mapping[str, str], version: int, body: dict[str, Any] | None, changed: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "version": version,
        "at": milliseconds(made.at_us) if made is not None else None,
        "by": _who(made.actor if made is not None else "", names),
        "document": body,
        "changes": changed,
    }


def _names(connection: sa.Connection, actors: Iterable[str]) -> dict[str, str]:
    people = {actor.removeprefix("user:") for actor in actors if actor.startswith("user:")}
    return users.names(connection, people)


def _who(actor: str, names: Mapping[str, str]) -> dict[str, str]:
    """A person by name; the hub itself (a seed, the command line) by what it calls itself."""
    if actor.startswith("user:"):
        return {"id": actor.removeprefix("user:"), "name": names.get(actor.removeprefix("user:"), "")}
    return {"id": "", "name": actor}
