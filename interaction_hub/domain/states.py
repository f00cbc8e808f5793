"""The states of a contact and what may follow what: one literal table, the truth for services, tests and docs.

The picture of this table stands in docs/architecture.md.
"""

from __future__ import annotations

from enum import StrEnum


class ContactState(StrEnum):
    """The phase a contact is in."""

    QUEUED = "queued"
    OFFERED = "offered"
    ACTIVE = "active"
    WRAPPING = "wrapping"
    ENDED = "ended"


OPEN_STATES = (ContactState.QUEUED, ContactState.OFFERED, ContactState.ACTIVE)
"""Open for the unique index of D8: at most one per customer's identity, channel account and thread."""


class Mode(StrEnum):
    """Inside `active`: talking, on hold, or paused because we wait for the customer."""

    LIVE = "live"
    HELD = "held"
    PAUSED = "paused"


class Outcome(StrEnum):
    """How a contact ended."""

    HANDLED = "handled"
    PARKED = "parked"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    OVERFLOWED = "overflowed"
    CALLED_BACK = "called_back"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What can happen to a contact."""

    OFFER = "offer"
    ACCEPT = "accept"
    RETURN = "return"
    TRANSFER = "transfer"
    CONVERSATION_ENDS = "conversation_ends"
    FINISH = "finish"
    PARK = "park"
    SNOOZE = "snooze"
    TAKE_OVER = "take_over"
    LEAVE = "leave"
    REQUEUE = "requeue"


CONTACT_TABLE: dict[tuple[ContactState, Act], ContactState] = {
    (ContactState.QUEUED, Act.OFFER): ContactState.OFFERED,
    (ContactState.QUEUED, Act.LEAVE): ContactState.ENDED,
    (ContactState.OFFERED, Act.ACCEPT): ContactState.ACTIVE,
    (ContactState.OFFERED, Act.RETURN): ContactState.QUEUED,
    (ContactState.OFFERED, Act.LEAVE): ContactState.ENDED,
    (ContactState.ACTIVE, Act.TRANSFER): ContactState.ENDED,
    (ContactState.ACTIVE, Act.CONVERSATION_ENDS): ContactState.WRAPPING,
    (ContactState.ACTIVE, Act.FINISH): ContactState.ENDED,
    (ContactState.ACTIVE, Act.PARK): ContactState.ENDED,
    (ContactState.ACTIVE, Act.SNOOZE): ContactState.ENDED,
    (ContactState.ACTIVE, Act.TAKE_OVER): ContactState.ENDED,
    (ContactState.ACTIVE, Act.LEAVE): ContactState.ENDED,
    (ContactState.ACTIVE, Act.REQUEUE): ContactState.ENDED,
    (ContactState.WRAPPING, Act.FINISH): ContactState.ENDED,
    (ContactState.WRAPPING, Act.SNOOZE): ContactState.ENDED,
}
"""A contact begins as `queued`; one that is taken by hand (take-over, a follow-up opened early) begins as `active`."""


_STEPS = frozenset((before, after) for (before, _), after in CONTACT_TABLE.items())


class ImpossibleStep(Exception):
    """The table has no act that leads there: a bug, never an answer to a user."""


def check_step(before: str, after: str) -> None:
    """Every change of a contact's state passes here. Raises `ImpossibleStep`; staying where one is, is no step."""
    if before != after and (before, after) not in _STEPS:
        raise ImpossibleStep(f"a contact that is {before} cannot become {after}")
