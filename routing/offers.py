"""The life of an offer as one literal table. Used by the matcher and by the services; imports nothing of ours.

*Tentative* lives in the engine alone: decided, but not committed yet. The ledger knows `open` and the five ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class OfferState(StrEnum):
    """Where an offer stands. The values of the five ends are those of `model.OfferEnd`."""

    TENTATIVE = "tentative"
    REFUSED = "refused"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    AGENT_LOST = "agent_lost"


class OfferEvent(StrEnum):
    """What can happen to an offer."""

    COMMIT = "commit"
    REFUSE = "refuse"
    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    WITHDRAW = "withdraw"
    LOSE_AGENT = "lose_agent"


class ImpossibleTransition(Exception):
    """This event cannot happen to an offer in this state: a lost race for a service, a bug for the engine."""


TRANSITIONS: Final[Mapping[tuple[OfferState, OfferEvent], OfferState]] = MappingProxyType(
    {
        (OfferState.TENTATIVE, OfferEvent.COMMIT): OfferState.OPEN,
        (OfferState.TENTATIVE, OfferEvent.REFUSE): OfferState.REFUSED,
        (OfferState.OPEN, OfferEvent.ACCEPT): OfferState.ACCEPTED,
        (OfferState.OPEN, OfferEvent.DECLINE): OfferState.DECLINED,
        (OfferState.OPEN, OfferEvent.EXPIRE): OfferState.EXPIRED,
        (OfferState.OPEN, OfferEvent.WITHDRAW): OfferState.WITHDRAWN,
        (OfferState.OPEN, OfferEvent.LOSE_AGENT): OfferState.AGENT_LOST,
    }
)

END_EVENTS: Final[Mapping[str, OfferEvent]] = MappingProxyType(
    {
        "accepted": OfferEvent.ACCEPT,
        "declined": OfferEvent.DECLINE,
        "expired": OfferEvent.EXPIRE,
        "withdrawn": OfferEvent.WITHDRAW,
        "agent_lost": OfferEvent.LOSE_AGENT,
    }
)
"""By which event an offer reaches each end (the keys are the values of `model.OfferEnd`)."""


def after(state: OfferState, event: OfferEvent) -> OfferState:
    """The state that follows. Raises ImpossibleTransition where the table has no entry."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise ImpossibleTransition(f"{event} cannot happen to an offer that is {state}") from None


def is_final(state: OfferState) -> bool:
    """Whether nothing can happen any more."""
    return all(start is not state for start, _ in TRANSITIONS)
