"""What a company decides: queues, skills, dispositions, agents' abilities, and the company's own words and limits.

Versioned documents in the database are the truth; `config/*.toml` are seeds (decisions 25). Durations in documents are
seconds, as people write them; `micros` turns them into hub time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct, field

from interaction_hub.durations import DAY, SECOND

Seconds = Annotated[float, Meta(ge=0, le=31_536_000)]
Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$")]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Level = Annotated[int, Meta(ge=1, le=5)]


class Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all documents share: a key that never changes and a name for people."""

    key: Key
    name: Name


class Skill(Document, frozen=True):
    """Something an agent can do, at a level from 1 to 5."""


class Queue(Document, frozen=True):
    """An ordered line of waiting contacts with the rule for who may serve it.

    `entries` are our own addresses that lead here ("*" takes what no other queue of the channel does).
    `target` and `goal` make the service level: this share of contacts answered within the target.
    """

    channel: str
    entries: tuple[str, ...] = ()
    requires: dict[str, Level] = field(default_factory=dict)
    band: Annotated[int, Meta(ge=0, le=9)] = 5
    target: Seconds = 300
    goal: Annotated[float, Meta(gt=0, le=1)] = 0.8
    offer_timeout: Annotated[float, Meta(ge=1, le=3600)] = 20
    away_after_missed: Annotated[int, Meta(ge=1, le=100)] = 2
    back_off: Seconds = 30
    preferred_hold: Seconds = 30
    wrap_up: Annotated[float, Meta(ge=1, le=86_400)] = 120
    wrap_up_extension: Seconds = 60
    park_after: Seconds = 1800


class Disposition(Document, frozen=True):
    """A result code that an agent files. Without `queues` it fits all of them."""

    queues: tuple[str, ...] = ()


class AgentAbilities(Document, frozen=True):
    """What one agent can do; `key` is the log-in name. `capacity` is in units, `channels` the most contacts of each."""

    skills: dict[str, Level] = field(default_factory=dict)
    capacity: Annotated[int, Meta(ge=0, le=100_000)] = 100
    channels: dict[str, Annotated[int, Meta(ge=0, le=1000)]] = field(default_factory=lambda: {"sms": 4})


class Company(Document, frozen=True):
    """One per deployment, key `company`: name, zone of "today", weights of channels, reasons to choose from.

    `weights` are the units of capacity that one contact of a channel takes. `short_abandon` is the limit below which an
    abandoned contact is counted apart.
    """

    time_zone: str = "UTC"
    weights: dict[str, Annotated[int, Meta(ge=0)]] = field(
        default_factory=lambda: {"voice": 100, "chat": 25, "sms": 25, "email": 25}
    )
    away_reasons: tuple[str, ...] = ("break", "lunch", "meeting", "training")
    decline_reasons: tuple[str, ...] = ("busy", "not_my_skill", "known_conflict")
    short_abandon: Seconds = 5
    close_after: Seconds = 3 * 86_400


KINDS: dict[str, type[Document]] = {
    "skill": Skill,
    "queue": Queue,
    "disposition": Disposition,
    "agent": AgentAbilities,
    "company": Company,
}
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


def parse(kind: str, body: Mapping[str, Any], where: str) -> Document:
    """A document from plain data. Raises `ValueError` that names the place and what is wrong with it."""
    if kind not in KINDS:
        raise ValueError(f"{where}: there is no document kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        return msgspec.convert(dict(body), KINDS[kind], strict=True)
    except msgspec.ValidationError as error:
        raise ValueError(f"{where}: {error}") from None


def problems(book: RuleBook) -> list[str]:
    """What does not fit together: queues that ask for unknown skills, two queues with one address, no queue at all."""
    found: list[str] = []
    seen: dict[tuple[str, str], str] = {}
    for queue in book.queues.values():
        found += [
            f"queue {queue.key}: skill {skill!r} is not in the list of skills"
            for skill in queue.requires
            if skill not in book.skills
        ]
        for entry in queue.entries:
            other = seen.setdefault((queue.channel, entry), queue.key)
            if other != queue.key:
                found.append(f"queue {queue.key}: entry {entry} already leads to queue {other}")
    for agent in book.agents.values():
        found += [
            f"agent {agent.key}: skill {skill!r} is not in the list of skills"
            for skill in agent.skills
            if skill not in book.skills
        ]
    for disposition in book.dispositions.values():
        found += [
            f"disposition {disposition.key}: there is no queue {queue!r}"
            for queue in disposition.queues
            if queue not in book.queues
        ]
    return found
