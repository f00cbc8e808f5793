"""What a company decides, as documents: queues, skills, hours, replies, dispositions, sites, abilities, roles.

Versioned documents in the database are the truth; `config/*.toml` are seeds (decisions 25). Durations in documents are
seconds, as people write them; `rules.micros` turns them into hub time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

Seconds = Annotated[float, Meta(ge=0, le=31_536_000)]
# The patterns end in `$(?!\n)`: a `$` alone lets one line break through, and some of these stand in HTTP headers.
Key = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,59}$(?!\n)")]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Level = Annotated[int, Meta(ge=1, le=5)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$(?!\n)")]
Date = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$(?!\n)")]
Origin = Annotated[str, Meta(pattern=r"^https?://[A-Za-z0-9.-]{1,253}(:\d{1,5})?$(?!\n)")]


class Document(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all documents share: a key that never changes and a name for people."""

    key: Key
    name: Name


class Skill(Document, frozen=True):
    """Something an agent can do, at a level from 1 to 5."""


class Queue(Document, frozen=True):
    """An ordered line of waiting contacts with the rule for who may serve it.

    `entries` are our own addresses that lead here ("*" takes what no other queue of the channel does).
    `target` and `goal` make the service level: this share of contacts answered within the target. Who abandons and
    comes back within `grace` keeps the old place. Without `hours` it is always open. Supervisors are alerted when the
    oldest wait passes `alert_wait` (0: three targets), more than `alert_waiting` wait (0: never), or the level of the
    last half hour falls under `alert_level` (0: a tenth under the goal).
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
    hours: str = ""
    grace: Seconds = 120
    alert_wait: Seconds = 0
    alert_waiting: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    alert_level: Annotated[float, Meta(ge=0, le=1)] = 0


class Hours(Document, frozen=True):
    """When a queue is open, in its own zone: by weekday ("mon" … "sun"), spans "08:00-12:30" that end after they begin.

    `exceptions` are dates ("2026-12-25") with spans of their own, or none. `closed` shuts at once, whatever the time.
    """

    time_zone: str = "UTC"
    week: dict[Weekday, tuple[Span, ...]] = field(default_factory=dict)
    exceptions: dict[Date, tuple[Span, ...]] = field(default_factory=dict)
    closed: bool = False


class Reply(Document, frozen=True):
    """A saved reply. In `text`, {{customer}}, {{agent}} and {{company}} stand for names. Empty lists mean all."""

    text: Annotated[str, Meta(min_length=1, max_length=10_000)]
    channels: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    language: str = ""


class Site(Document, frozen=True):
    """A web site with our chat on it, or (without `origins`) the page /chat/<key> alone. Queues name it as an entry.

    Secrets are never stored: each is derived from the hub's secret key, the site's key and `secret_version`. With
    `secret_overlap` the version before is still accepted, while the site's own server is changed over.
    """

    origins: tuple[Origin, ...] = ()
    greeting: Annotated[str, Meta(max_length=80)] = ""
    languages: tuple[str, ...] = ()
    colour: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$(?!\n)")] = "#4640C6"
    side: Literal["left", "right"] = "right"
    anonymous: bool = True
    files: bool = True
    offline: bool = True
    rating: bool = True
    privacy_url: Annotated[str, Meta(pattern=r"^$(?!\n)|^https?://[^\s\"'<>]{1,300}$(?!\n)")] = ""
    privacy_note: Annotated[str, Meta(max_length=200)] = ""
    secret_version: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    secret_overlap: bool = False


class Screen(Document, frozen=True):
    """A wallboard on a wall, shown by a signed link without any customer's name. Without `queues` it shows all of them.

    A new `link_version` ends the old link.
    """

    queues: tuple[str, ...] = ()
    link_version: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class CustomRole(Document, frozen=True):
    """A role of the company's own: what its people may do, by the names of `domain/permissions.py`."""

    key: Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,19}$(?!\n)")]
    permissions: tuple[str, ...] = ()


class Disposition(Document, frozen=True):
    """A result code that an agent files. Without `queues` it fits all of them."""

    queues: tuple[str, ...] = ()


class AgentAbilities(Document, frozen=True):
    """What one agent can do; `key` is the log-in name. `capacity` is in units, `channels` the most contacts of each.

    Visitors of the web chat see `public_name` (or else `name`), and `languages` as tags ("en", "zh-Hans").
    """

    public_name: Annotated[str, Meta(max_length=60)] = ""
    languages: tuple[Annotated[str, Meta(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)")], ...] = ()

    skills: dict[str, Level] = field(default_factory=dict)
    capacity: Annotated[int, Meta(ge=0, le=100_000)] = 100
    channels: dict[str, Annotated[int, Meta(ge=0, le=1000)]] = field(default_factory=lambda: {"sms": 4})


class Company(Document, frozen=True):
    """One per deployment, key `company`: name, zone of "today", weights of channels, reasons to choose from.

    `weights` are the units of capacity that one contact of a channel takes. `short_abandon` is the limit below which an
    abandoned contact is counted apart. A visitor of the web chat who is gone for `visitor_gone_after` while he waits
    has abandoned. Files are taken up to `file_bytes`. `names_in_notices`: system notices may show customers' names.
    """

    time_zone: str = "UTC"
    weights: dict[str, Annotated[int, Meta(ge=0)]] = field(
        default_factory=lambda: {"voice": 100, "chat": 25, "sms": 25, "email": 25}
    )
    away_reasons: tuple[str, ...] = ("break", "lunch", "meeting", "training")
    decline_reasons: tuple[str, ...] = ("busy", "not_my_skill", "known_conflict")
    short_abandon: Seconds = 5
    close_after: Seconds = 3 * 86_400
    visitor_gone_after: Seconds = 180
    file_bytes: Annotated[int, Meta(ge=0, le=50_000_000)] = 10_000_000
    names_in_notices: bool = False


KINDS: dict[str, type[Document]] = {
    "skill": Skill,
    "queue": Queue,
    "disposition": Disposition,
    "agent": AgentAbilities,
    "hours": Hours,
    "reply": Reply,
    "site": Site,
    "screen": Screen,
    "role": CustomRole,
    "company": Company,
}


def parse(kind: str, body: Mapping[str, Any], where: str) -> Document:
    """A document from plain data. Raises `ValueError` that names the place and what is wrong with it."""
    if kind not in KINDS:
        raise ValueError(f"{where}: there is no document kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        return msgspec.convert(dict(body), KINDS[kind], strict=True)
    except msgspec.ValidationError as error:
        raise ValueError(f"{where}: {error}") from None
