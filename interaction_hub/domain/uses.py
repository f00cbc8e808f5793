"""Which documents name which others: what would be left hanging if one were removed. Pure; contacts and people are not
known here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interaction_hub.domain.documents import Document
from interaction_hub.domain.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Use:
    """A document that names another one."""

    kind: str
    key: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def uses(book: RuleBook, kind: str, key: str) -> list[Use]:
    """The documents that name this one, queues first."""
    return list(_FINDERS[kind](book, key)) if kind in _FINDERS else []


def _use(kind: str, documents: Iterable[Document]) -> Iterator[Use]:
    for document in documents:
        yield Use(kind, document.key, document.name)


def _of_skill(book: RuleBook, key: str) -> Iterator[Use]:
    yield from _use("queue", (queue for queue in book.queues.values() if key in queue.requires))
    yield from _use("agent", (agent for agent in book.agents.values() if key in agent.skills))


def _of_hours(book: RuleBook, key: str) -> Iterator[Use]:
    yield from _use("queue", (queue for queue in book.queues.values() if queue.hours == key))


def _of_queue(book: RuleBook, key: str) -> Iterator[Use]:
    yield from _use("disposition", (one for one in book.dispositions.values() if key in one.queues))
    yield from _use("reply", (one for one in book.replies.values() if key in one.queues))
    yield from _use("screen", (one for one in book.screens.values() if key in one.queues))


def _of_site(book: RuleBook, key: str) -> Iterator[Use]:
    yield from _use("queue", (one for one in book.queues.values() if one.channel == "chat" and key in one.entries))


_FINDERS = {"skill": _of_skill, "hours": _of_hours, "queue": _of_queue, "site": _of_site}
