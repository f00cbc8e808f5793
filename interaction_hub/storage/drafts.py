"""What somebody was writing when he left off: one text a person, contact and kind. Not events (decisions 17)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from interaction_hub.storage import tables
from interaction_hub.storage.unit import Tx, upsert

_draft = tables.draft.c
_SAVE = upsert(tables.draft, ("user_id", "contact_id", "kind"), ("text", "at_us"), newest="at_us")
_FORGET_ALL = sa.delete(tables.draft).where(_draft.contact_id == sa.bindparam("c"))
_OF = sa.select(tables.draft).where(_draft.user_id == sa.bindparam("u"))


def save(tx: Tx, user: str, contact: str, kind: str, text: str, at: int) -> None:
    """Keep the text that stood there `at` this time (µs), unless a newer one is kept.

    The empty text is kept, too: an older one that comes late would stand again otherwise.
    """
    tx.execute(_SAVE.of(tx), {"user_id": user, "contact_id": contact, "kind": kind, "text": text, "at_us": at})


def forget_contact(tx: Tx, contact: str) -> None:
    """The contact has ended: nobody goes on writing in it."""
    tx.later(_FORGET_ALL, {"c": contact})


def of_user(connection: sa.Connection, user: str) -> Sequence[Any]:
    """A person's drafts: those of contacts that live."""
    return connection.execute(_OF, {"u": user}).all()
