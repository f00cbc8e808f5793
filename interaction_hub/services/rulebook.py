"""The rules in use: held in memory for those who ask at each message, published as one event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from interaction_hub.domain import events
from interaction_hub.domain.documents import Document
from interaction_hub.domain.rules import RuleBook, problems
from interaction_hub.errors import Invalid
from interaction_hub.storage import contacts, documents
from interaction_hub.storage.eventlog import Feed
from interaction_hub.storage.ledger import Ledger
from interaction_hub.storage.reads import Reads
from interaction_hub.storage.unit import Tx, each

RETRY_SECONDS = 1.0

log = structlog.get_logger("rules")


@dataclass(frozen=True, slots=True)
class Publish:
    """Documents that change together."""

    changed: dict[tuple[str, str], Document]
    removed: frozenset[tuple[str, str]]
    actor: str
    waiting: str = "follow"


class Rules:
    """Gives the current `RuleBook`; `publish` makes the next one. Several versions live at once in the engine.

    Every node follows what any of them publishes: `follow` reads the feed, `listen` tells who wants to know that a new
    version is in use.
    """

    def __init__(self, ledger: Ledger, reads: Reads) -> None:
        self._ledger = ledger
        self._reads = reads
        self._listeners: list[Callable[[RuleBook], None]] = []
        self._following: asyncio.Task[None] | None = None
        self._behind = False
        self.current = RuleBook(0, {})
        ledger.register("publish_rules", each(publish))

    async def start(self) -> None:
        """Load the newest version."""
        self.current = await self._reads.run(documents.load)

    async def stop(self) -> None:
        """Follow no longer."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)

    def follow(self, feed: Feed) -> None:
        """Load each version that is published from now on, wherever it was published."""
        feed.subscribe(self._see)

    def listen(self, listener: Callable[[RuleBook], None]) -> None:
        """Call this with each new version, once `current` is that version."""
        self._listeners.append(listener)

    async def publish(self, item: Publish) -> int:
        """Check the whole, write it, and use it. Raises `Invalid` with every problem, and writes nothing then."""
        merged = {key: doc for key, doc in self.current.documents.items() if key not in item.removed} | item.changed
        found = problems(RuleBook(0, merged))
        if found:
            raise Invalid("The rules do not fit together: " + "; ".join(found), code="rules")
        version: int = await self._ledger.submit("publish_rules", item)
        self._use(RuleBook(version, merged))
        return version

    async def refresh(self) -> None:
        """Load the newest version again, after somebody published."""
        self._use(await self._reads.run(documents.load))

    def _use(self, book: RuleBook) -> None:
        if book.version <= self.current.version:
            return  # two loads overtook each other
        self.current = book
        for listener in self._listeners:
            listener(book)

    def _see(self, sealed: Sequence[events.Sealed]) -> None:
        newest = max((e.body.version for e in sealed if isinstance(e.body, events.RulesPublished)), default=0)
        if newest <= self.current.version:
            return
        self._behind = True
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._catch_up(), name="rules-follow")

    async def _catch_up(self) -> None:
        """One load for all that was published meanwhile; a database that does not answer is asked again."""
        while self._behind:
            self._behind = False
            try:
                await self.refresh()
            except Exception:
                log.exception("rules_not_loaded")
                self._behind = True
                await asyncio.sleep(RETRY_SECONDS)


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
