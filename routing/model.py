"""The words of the matcher: what it is told (facts) and what it answers (decisions).

Everything here is a frozen value. Times are hub times in integer microseconds UTC. The engine changes only by
facts; a decision merely marks contact and agent *tentative* until it comes back as a fact (`ContactOffered`) or as
`DecisionRefused` (ADR 0001).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Literal

ContactId = str
AgentId = str
OfferId = str
QueueId = str
Micros = int
"""Hub time, or a duration, in microseconds."""


class Presence(StrEnum):
    """What an agent chose. Only a *confirmed* `available` agent gets offers."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    AWAY = "away"


class OfferEnd(StrEnum):
    """The five ways in which an open offer ends; exactly one of them happens."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    AGENT_LOST = "agent_lost"


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """A required skill with the least level (1–5) that will do."""

    skill: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a queue's plan: all of `requires`, for `lasts` microseconds (None: without end)."""

    requires: tuple[SkillLevel, ...] = ()
    lasts: Micros | None = None


@dataclass(frozen=True, slots=True)
class QueueRules:
    """How one queue is served.

    `steps` add up from the entry into the queue; the last one has no end. `offer_timeout` is the agent's time to
    accept; `away_after_missed` is the number of offers missed in a row that sets the agent away; `back_off` keeps
    agent and contact apart after a missed offer; `preferred_hold` is how long a preferred agent is waited for.
    """

    id: QueueId
    steps: tuple[Step, ...]
    offer_timeout: Micros
    away_after_missed: int
    back_off: Micros
    preferred_hold: Micros


@dataclass(frozen=True, slots=True)
class Rules:
    """One published version of all that routing needs to know about queues and channels.

    `weights` gives the units of capacity that one contact of a channel takes, by channel; `paused_weights` the same
    while we wait for the customer (`paused`).
    """

    version: int
    queues: Mapping[QueueId, QueueRules]
    weights: Mapping[str, int]
    paused_weights: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class AgentProfile:
    """What an agent can do: skills with levels, units of capacity in total, and the most contacts per channel.

    A channel that is missing from `per_channel` is not served at all.
    """

    id: AgentId
    skills: Mapping[str, int]
    capacity: int
    per_channel: Mapping[str, int]


# ---- facts -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RulesPublished:
    """New rules. Waiting contacts follow them, or stay on the version that they name."""

    rules: Rules
    waiting: Literal["follow", "stay"] = "follow"


@dataclass(frozen=True, slots=True)
class AgentChanged:
    """An agent's profile is new or has changed. Lowering a capacity throws nobody out."""

    profile: AgentProfile


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Chosen presence, and whether a living socket confirms it (decisions 6).

    `idle_since` is the time from which longest idle counts; `away_pending` is *away after this contact*: no new
    offers, though he is available. `missed_in_row` is told on a rebuild; None leaves the engine's own count, which
    starts again at 0 when the agent becomes available.
    """

    agent_id: AgentId
    presence: Presence
    confirmed: bool
    idle_since: Micros
    load_version: int
    away_pending: bool = False
    missed_in_row: int | None = None


@dataclass(frozen=True, slots=True)
class ContactQueued:
    """A contact entered a queue, or came back to it unanswered with its old place.

    `declined_by` is its memory of declines; `back_off` the agents kept off it and until when.
    `preferred_agent` is waited for until `preferred_until`; with `assigned` a supervisor wished it (skills aside).
    On a rebuild it is also told for contacts with an open offer, before their `ContactOffered`.
    """

    contact_id: ContactId
    queue_id: QueueId
    channel: str
    band: int
    virtual_start: Micros
    arrival: int
    entered: Micros
    rules_version: int
    epoch: int
    requires: tuple[SkillLevel, ...] = ()
    preferred_agent: AgentId | None = None
    preferred_until: Micros = 0
    declined_by: frozenset[AgentId] = frozenset()
    back_off: tuple[tuple[AgentId, Micros], ...] = ()
    assigned: bool = False


@dataclass(frozen=True, slots=True)
class ContactOffered:
    """An offer was committed: confirms the decision of the same offer id, or is news to a rebuilt engine."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    queue_id: QueueId
    deadline: Micros
    epoch: int
    load_version: int


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """An open offer ended. Unless accepted or the contact itself ended, the contact is queued again at its old place.

    `requeued` says whether the contact waits again; `idle_since` is the agent's (unchanged by a missed or declined
    offer); `missed_in_row` his count after it; `back_off_until` keeps the pair apart.
    """

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    end: OfferEnd
    requeued: bool
    epoch: int
    load_version: int
    missed_in_row: int = 0
    back_off_until: Micros = 0


@dataclass(frozen=True, slots=True)
class ContactActive:
    """A contact is with an agent: by accept (confirms `OfferEnded`), by the rows on start, or by a change of mode.

    `mode` is live, held, paused or wrapping; it decides the weight. `epoch` is the contact's, told on a rebuild, so
    that an older `ContactQueued` is known as such.
    """

    contact_id: ContactId
    agent_id: AgentId
    channel: str
    mode: Literal["live", "held", "paused", "wrapping"]
    load_version: int
    epoch: int = -1


@dataclass(frozen=True, slots=True)
class ContactEnded:
    """A contact left for good, from whichever phase. `agent_id` and `load_version` are those of the agent it held."""

    contact_id: ContactId
    agent_id: AgentId | None = None
    load_version: int = 0
    idle_since: Micros = 0


@dataclass(frozen=True, slots=True)
class ContactMoved:
    """A waiting contact changed queue, band or wish by hand; its virtual start stays.

    `entered` is when its plan began; None: now if the queue is another one, else unchanged.
    """

    contact_id: ContactId
    queue_id: QueueId
    band: int
    epoch: int
    rules_version: int
    preferred_agent: AgentId | None = None
    preferred_until: Micros = 0
    entered: Micros | None = None


@dataclass(frozen=True, slots=True)
class DecisionRefused:
    """The ledger refused an offer; agent and contact are free again as before it. `reason` is for the log."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    reason: str


@dataclass(frozen=True, slots=True)
class AssignRequested:
    """A supervisor wants this waiting contact offered to this agent at the next match, skills aside."""

    contact_id: ContactId
    agent_id: AgentId


Fact = (
    RulesPublished
    | AgentChanged
    | PresenceChanged
    | ContactQueued
    | ContactOffered
    | OfferEnded
    | ContactActive
    | ContactEnded
    | ContactMoved
    | DecisionRefused
    | AssignRequested
)


# ---- decisions -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Why:
    """Why this offer was made: the step, what it asked, the rule that won, and among how many.

    `step` counts from 1. `eligible_agents` are those who could have taken it at this moment (1 for a preferred or
    assigned agent); `waiting_contacts` is the length of its queue, itself included.
    """

    step: int
    steps: int
    requires: tuple[SkillLevel, ...]
    rule: Literal["longest_idle", "preferred_agent", "assigned"]
    eligible_agents: int
    waiting_contacts: int
    rules_version: int


@dataclass(frozen=True, slots=True)
class OfferContact:
    """Offer this contact to this agent until `deadline`. Conditional on the contact's epoch and the agent's load."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    queue_id: QueueId
    deadline: Micros
    epoch: int
    load_version: int
    why: Why


@dataclass(frozen=True, slots=True)
class ExpireOffer:
    """The deadline passed. `away` says that the agent has now missed too many in a row."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    away: bool
    back_off_until: Micros


Decision = OfferContact | ExpireOffer
