"""Changing the company's documents one at a time: checked whole, guarded by the version that was seen, one event each.

What is checked is checked again inside of the transaction, against the rules as they are there; two admins cannot both
be right about the same document, nor break together what each left whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from interaction_hub.domain.documents import Document
from interaction_hub.domain.rules import Fault, RuleBook, faults
from interaction_hub.domain.shapes import Wrong, read
from interaction_hub.domain.uses import uses
from interaction_hub.errors import Conflict, Invalid, NotFound
from interaction_hub.services import revisions
from interaction_hub.services.rulebook import Publish, Rules, publish
from interaction_hub.storage import documents, users
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Lane, Tx, each

PLURALS = {
    "skills": "skill",
    "queues": "queue",
    "hours": "hours",
    "replies": "reply",
    "dispositions": "disposition",
    "sites": "site",
    "screens": "screen",
    "roles": "role",
    "agents": "agent",
    "company": "company",
}
"""What the addresses say, and the kind of document it is."""


class Stale(Conflict):
    """Somebody else changed the document since it was read: `current` is what it is now, `None` if it is gone."""

    code = "stale"

    def __init__(self, message: str, current: dict[str, Any] | None) -> None:
        super().__init__(message)
        self.current = current


class Unfit(Invalid):
    """The document cannot be used: `wrong` says for each field what would be right."""

    code = "document"

    def __init__(self, wrong: Mapping[str, Wrong], others: tuple[str, ...] = ()) -> None:
        words = [f"{field}: {one.words}" for field, one in wrong.items()]
        fields = {field: one.words for field, one in wrong.items()}
        super().__init__("This cannot be used. " + " ".join([*words, *others]), fields=fields)
        self.wrong = dict(wrong)


@dataclass(frozen=True, slots=True)
class Edit:
    """One document as somebody wants it, or `None` to remove it. `seen` is the version he saw, 0 if there was none."""

    kind: str
    key: str
    document: Document | None
    seen: int
    actor: str
    waiting: str = "follow"


def kind_of(plural: str) -> str:
    """The kind behind the word in an address. Raises `NotFound`."""
    if plural not in PLURALS:
        raise NotFound(f"There is no such list; there are {', '.join(PLURALS)}.")
    return PLURALS[plural]


class Administration:
    """Everything about documents that the admin's pages and the API need."""

    def __init__(self, ledger: Ledger, reads: Reads, rules: Rules) -> None:
        self._ledger, self._reads, self._rules = ledger, reads, rules
        ledger.register("edit_document", each(_edit), Lane.PEOPLE)

    async def all(self, kind: str) -> list[dict[str, Any]]:
        """All documents of a kind."""
        return await self._reads.run(revisions.listed, kind)

    async def get(self, kind: str, key: str) -> dict[str, Any]:
        """One document with its version, and what names it. Raises `NotFound`."""
        return await self._reads.run(_entry, kind, key)

    async def history(self, kind: str, key: str) -> list[dict[str, Any]]:
        """Its versions, the newest first."""
        return await self._reads.run(revisions.history, kind, key)

    async def check(self, kind: str, key: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a change would do, without doing it: changed fields, what is wrong by field, how many wait meanwhile."""
        document, wrong = _document(kind, key, body)
        return await self._reads.run(_outlook, kind, key, document, wrong)

    async def put(self, kind: str, key: str, body: Mapping[str, Any], *, seen: int, actor: str, waiting: str) -> bool:
        """Use this document from now on. Returns whether it is a new one. Raises `Unfit` and `Stale`."""
        document, wrong = _document(kind, key, body)
        if document is None:
            raise Unfit(wrong)
        fresh: bool = await self._submit(Edit(kind, key, document, seen, actor, waiting))
        return fresh

    async def remove(self, kind: str, key: str, *, seen: int, actor: str) -> None:
        """Use it no longer. Raises `Stale`, `NotFound`, and `Conflict` if something still names it."""
        if kind == "company":
            raise Conflict("A company cannot be removed.", code="in_use")
        await self._submit(Edit(kind, key, None, seen, actor))

    async def _submit(self, edit: Edit) -> Any:
        found = await self._ledger.submit("edit_document", edit)
        await self._rules.refresh()
        return found


def _document(kind: str, key: str, body: Mapping[str, Any]) -> tuple[Document | None, dict[str, Wrong]]:
    """The key stands in the address; in the body it may stand as well, if it is the same."""
    if body.get("key", key) != key:
        return None, {"key": Wrong("key_fixed", f"A key never changes: it is {key}.", {"key": key})}
    if kind == "company" and key != "company":
        raise NotFound("There is one company, and its key is company.")
    return read(kind, {**body, "key": key})


def _edit(tx: Tx, edit: Edit) -> bool:
    """Unit: one document, one version, one event. Returns whether the document is new."""
    row = documents.one(tx.connection, edit.kind, edit.key)
    _same(tx.connection, edit, row.from_version if row is not None else 0)
    book = documents.load(tx.connection)
    identity = edit.kind, edit.key
    if edit.document is None:
        users_of = _held_by(tx.connection, book, edit.kind, edit.key)
        if users_of:
            raise Conflict(f"This is still used: {'; '.join(users_of)}. Change that first.", code="in_use")
        publish(tx, Publish({}, frozenset({identity}), edit.actor))
        return False
    if book.documents.get(identity) == edit.document:
        return False
    wrong, others = _faults(book, edit.kind, edit.key, edit.document)
    if wrong or others:
        raise Unfit(wrong, others)
    publish(tx, Publish({identity: edit.document}, frozenset(), edit.actor, edit.waiting))
    return row is None


def _same(connection: sa.Connection, edit: Edit, version: int) -> None:
    """Raise unless the document is as it was seen."""
    if version == edit.seen:
        return
    if version == 0:
        if edit.document is None:
            raise NotFound(f"There is no {edit.kind} {edit.key}.")
        raise Stale("Somebody removed this meanwhile.", None)
    current = _entry(connection, edit.kind, edit.key)
    if edit.seen == 0:
        raise Stale(f"There is already a {edit.kind} {edit.key}. Choose another key, or change that one.", current)
    by = current["by"]["name"]
    raise Stale(f"{by or 'Somebody'} changed this meanwhile. Look at both and decide.", current)


def _entry(connection: sa.Connection, kind: str, key: str) -> dict[str, Any]:
    found = revisions.entry(connection, kind, key)
    book = documents.load(connection)
    used = [{"kind": use.kind, "key": use.key, "name": use.name} for use in uses(book, kind, key)]
    return found | {"used_by": used, "waiting": _waiting(connection, kind, key)}


def _outlook(
    connection: sa.Connection, kind: str, key: str, document: Document | None, wrong: dict[str, Wrong]
) -> dict[str, Any]:
    book = documents.load(connection)
    before = book.documents.get((kind, key))
    others: tuple[str, ...] = ()
    changed: list[dict[str, Any]] = []
    if document is not None:
        wrong, others = _faults(book, kind, key, document)
        changed = revisions.changes(revisions.plain(before) if before is not None else {}, revisions.plain(document))
    return {
        "ok": not wrong and not others,
        "new": before is None,
        "changes": changed,
        "fields": {field: one.words for field, one in wrong.items()},
        "wrong": {field: {"code": one.code, "values": dict(one.values)} for field, one in wrong.items()},
        "others": list(others),
        "waiting": _waiting(connection, kind, key),
    }


def _faults(book: RuleBook, kind: str, key: str, document: Document) -> tuple[dict[str, Wrong], tuple[str, ...]]:
    """What would not fit together: by field of this document, and in words for other documents.

    Faults of other documents that are there already are no reason to refuse this one.
    """
    old = {str(fault) for fault in faults(book)}
    wrong: dict[str, Wrong] = {}
    others: list[str] = []
    for fault in faults(RuleBook(0, book.documents | {(kind, key): document})):
        if (fault.kind, fault.key) == (kind, key):
            wrong.setdefault(fault.field, _sentence(fault))
        elif str(fault) not in old:
            others.append(f"{fault}.")
    return wrong, tuple(others)


def _sentence(fault: Fault) -> Wrong:
    words = fault.words[0].upper() + fault.words[1:]
    return Wrong(fault.code, words if words.endswith(".") else f"{words}.", fault.values)


def _held_by(connection: sa.Connection, book: RuleBook, kind: str, key: str) -> list[str]:
    """In words, what would be left hanging without the document: documents, people, contacts."""
    found = [str(use) for use in uses(book, kind, key)]
    if kind == "role":
        found += [f"person {row.name} ({row.login})" for row in users.of_role(connection, key)]
    if kind == "queue" and (alive := documents.contacts_in(connection, key)):
        found.append(f"{alive} contacts that are not finished")
    return found


def _waiting(connection: sa.Connection, kind: str, key: str) -> int:
    return documents.contacts_in(connection, key, waiting_only=True) if kind == "queue" else 0
