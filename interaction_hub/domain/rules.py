"""All documents of one version: indexed for those who ask while contacts come in, and checked for coherence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from interaction_hub.domain.documents import (
    AgentAbilities,
    Company,
    CustomRole,
    Disposition,
    Document,
    Hours,
    Queue,
    Reply,
    Screen,
    Site,
    Skill,
)
from interaction_hub.domain.permissions import Permission, Role
from interaction_hub.durations import DAY, SECOND

REOPEN_WINDOW = {"chat": 30 * 60 * SECOND, "sms": 3 * DAY, "email": 14 * DAY}
"""How long after the last touchpoint a message reopens its interaction, by channel (decisions 4)."""
SYSTEM_DISPOSITION = "none"
"""Filed by the wrap-up timer (decisions 7)."""


def micros(seconds: float) -> int:
    """Seconds of a document as hub time."""
    return int(seconds * SECOND)


class RuleBook:
    """All documents of one version, indexed for those who ask while contacts come in."""

    def __init__(self, version: int, documents: Mapping[tuple[str, str], Document]) -> None:
        self.version = version
        self.documents = dict(documents)
        self.queues = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Queue)}
        self.dispositions = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Disposition)}
        self.agents = {key: doc for (_, key), doc in documents.items() if isinstance(doc, AgentAbilities)}
        self.skills = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Skill)}
        self.hours = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Hours)}
        self.replies = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Reply)}
        self.sites = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Site)}
        self.screens = {key: doc for (_, key), doc in documents.items() if isinstance(doc, Screen)}
        self.roles = {key: doc for (_, key), doc in documents.items() if isinstance(doc, CustomRole)}
        company = documents.get(("company", "company"))
        self.company = company if isinstance(company, Company) else Company(key="company", name="Interaction Hub")
        self._entries = {(queue.channel, entry): queue for queue in self.queues.values() for entry in queue.entries}

    def queue_for(self, channel: str, our_address: str) -> Queue | None:
        """The queue that this address of ours leads to, or the channel's catch-all, or any queue of the channel."""
        found = self._entries.get((channel, our_address)) or self._entries.get((channel, "*"))
        return found or next((queue for queue in self.queues.values() if queue.channel == channel), None)

    def dispositions_of(self, queue: str) -> list[Disposition]:
        """The dispositions that an agent may file for a contact of the queue, in the order of the documents."""
        return [doc for doc in self.dispositions.values() if not doc.queues or queue in doc.queues]


def problems(book: RuleBook) -> list[str]:
    """What does not fit together, in words that name the document: unknown references, entries led to twice."""
    return [*_of_queues(book), *_of_people(book), *_of_hours(book), *_of_lists(book)]


def _unknown(where: str, what: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    there = set(known)
    for name in named:
        if name not in there:
            yield f"{where}: {what} {name!r} is not in the list"


def _of_queues(book: RuleBook) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for queue in book.queues.values():
        where = f"queue {queue.key}"
        yield from _unknown(where, "skill", queue.requires, book.skills)
        if queue.hours:
            yield from _unknown(where, "hours", [queue.hours], book.hours)
        for entry in queue.entries:
            other = seen.setdefault((queue.channel, entry), queue.key)
            if other != queue.key:
                yield f"{where}: entry {entry} already leads to queue {other}"


def _of_people(book: RuleBook) -> Iterator[str]:
    for agent in book.agents.values():
        yield from _unknown(f"agent {agent.key}", "skill", agent.skills, book.skills)
    for role in book.roles.values():
        yield from _unknown(f"role {role.key}", "permission", role.permissions, map(str, Permission))
        if role.key in set(Role):
            yield f"role {role.key}: is a role of the hub itself and cannot be changed; choose another key"


def _of_hours(book: RuleBook) -> Iterator[str]:
    for hours in book.hours.values():
        where = f"hours {hours.key}"
        if not _is_zone(hours.time_zone):
            yield f"{where}: time zone {hours.time_zone!r} is not known; such as Europe/Amsterdam"
        for day, spans in (*hours.week.items(), *hours.exceptions.items()):
            before = ""
            for span in spans:
                begin, _, end = span.partition("-")
                if not before <= begin < end:
                    yield f"{where}: {day}: spans stand in order and end after they begin, not {span}"
                before = end
    if not _is_zone(book.company.time_zone):
        yield f"company: time zone {book.company.time_zone!r} is not known; such as Europe/Amsterdam"


def _of_lists(book: RuleBook) -> Iterator[str]:
    for kind, documents in (
        ("disposition", book.dispositions.values()),
        ("reply", book.replies.values()),
        ("screen", book.screens.values()),
    ):
        for document in documents:
            yield from _unknown(f"{kind} {document.key}", "queue", document.queues, book.queues)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
