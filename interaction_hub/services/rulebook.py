"""The rules in use: held in memory for those who ask at each message, published as one event."""

from __future__ import annotations

from dataclasses import dataclass

from interaction_hub.domain import events
from interaction_hub.domain.documents import Document
from interaction_hub.domain.rules import RuleBook, problems
from interaction_hub.errors import Invalid
from interaction_hub.storage import contacts, documents
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Tx, each


@dataclass(frozen=True, slots=True)
class Publish:
    """Documents that change together."""

    changed: dict[tuple[str, str], Document]
    removed: frozenset[tuple[str, str]]
    actor: str
    waiting: str = "follow"


class Rules:
    """Gives the current `RuleBook`; `publish` makes the next one. Several versions live at once in the engine."""

    def __init__(self, ledger: Ledger, reads: Reads) -> None:
        self._ledger = ledger
        self._reads = reads
        self.current = RuleBook(0, {})
        ledger.register("publish_rules", each(publish))

    async def start(self) -> None:
        """Load the newest version."""
        self.current = await self._reads.run(documents.load)

    async def publish(self, item: Publish) -> int:
        """Check the whole, write it, and use it. Raises `Invalid` with every problem, and writes nothing then."""
        merged = {key: doc for key, doc in self.current.documents.items() if key not in item.removed} | item.changed
        found = problems(RuleBook(0, merged))
        if found:
            raise Invalid("The rules do not fit together: " + "; ".join(found), code="rules")
        version: int = await self._ledger.submit("publish_rules", item)
        self.current = RuleBook(version, merged)
        return version

    async def refresh(self) -> None:
        """Load the newest version again, after another node published."""
        self.current = await self._reads.run(documents.load)


def publish(tx: Tx, item: Publish) -> int:
    """Unit: write the documents as the next version."""
    version = documents.publish(tx, item.changed, set(item.removed), item.actor)
    if item.waiting == "follow":
        contacts.follow_rules(tx, version)
    tx.emit(
        events.RulesPublished(version=version, waiting=item.waiting, documents=len(item.changed) + len(item.removed)),
        actor=item.actor,
    )
    return version
