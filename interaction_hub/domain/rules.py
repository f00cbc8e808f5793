"""All documents of one version: indexed for those who ask while contacts come in, and checked for coherence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not fit together: in which field of which document. `code` and `values` are for other languages."""

    kind: str
    key: str
    field: str
    code: str
    words: str
    values: Mapping[str, str]

    def __str__(self) -> str:
        where = self.kind if self.kind == "company" else f"{self.kind} {self.key}"
        return f"{where}: {self.words}"


def problems(book: RuleBook) -> list[str]:
    """What does not fit together, in words that name the document: unknown references, entries led to twice."""
    return [str(fault) for fault in faults(book)]


def faults(book: RuleBook) -> list[Fault]:
    """The same, by document and field."""
    return [*_of_queues(book), *_of_people(book), *_of_hours(book), *_of_lists(book)]


def _unknown(kind: str, key: str, field: str, what: str, named: Iterable[str], known: Iterable[str]) -> Iterator[Fault]:
    there = set(known)
    for name in named:
        if name not in there:
            words = f"{what} {name!r} is not in the list"
            yield Fault(kind, key, field, "unknown", words, {"what": what, "name": name})


def _of_queues(book: RuleBook) -> Iterator[Fault]:
    seen: dict[tuple[str, str], str] = {}
    for queue in book.queues.values():
        yield from _unknown("queue", queue.key, "requires", "skill", queue.requires, book.skills)
        if queue.hours:
            yield from _unknown("queue", queue.key, "hours", "hours", [queue.hours], book.hours)
        for entry in queue.entries:
            other = seen.setdefault((queue.channel, entry), queue.key)
            if other != queue.key:
                words = f"entry {entry} already leads to queue {other}"
                yield Fault("queue", queue.key, "entries", "entry_taken", words, {"entry": entry, "queue": other})


def _of_people(book: RuleBook) -> Iterator[Fault]:
    for agent in book.agents.values():
        yield from _unknown("agent", agent.key, "skills", "skill", agent.skills, book.skills)
    for role in book.roles.values():
        yield from _unknown("role", role.key, "permissions", "permission", role.permissions, map(str, Permission))
        if role.key in set(Role):
            words = "is a role of the hub itself and cannot be changed; choose another key"
            yield Fault("role", role.key, "key", "role_built_in", words, {})


def _of_hours(book: RuleBook) -> Iterator[Fault]:
    for hours in book.hours.values():
        yield from _zone("hours", hours.key, hours.time_zone)
        for field, days in (("week", hours.week), ("exceptions", hours.exceptions)):
            for day, spans in days.items():
                before = ""
                for span in spans:
                    begin, _, end = span.partition("-")
                    if not before <= begin < end:
                        words = f"{day}: spans stand in order and end after they begin, not {span}"
                        yield Fault("hours", hours.key, field, "span_order", words, {"day": day, "span": span})
                    before = end
    yield from _zone("company", "company", book.company.time_zone)


def _zone(kind: str, key: str, name: str) -> Iterator[Fault]:
    if not _is_zone(name):
        words = f"time zone {name!r} is not known; such as Europe/Amsterdam"
        yield Fault(kind, key, "time_zone", "time_zone", words, {"name": name})


def _of_lists(book: RuleBook) -> Iterator[Fault]:
    for kind, documents in (
        ("disposition", book.dispositions.values()),
        ("reply", book.replies.values()),
        ("screen", book.screens.values()),
    ):
        for document in documents:
            yield from _unknown(kind, document.key, "queues", "queue", document.queues, book.queues)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
