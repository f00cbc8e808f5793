"""What the conformance suite needs of an adapter's test (`Rig`), and the words in which it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from channels.contract import Adapter
from channels.errors import ChannelError
from channels.messages import (
    DeliveryReport,
    DeliveryState,
    Inbound,
    InboundMessage,
    OutboundMessage,
    RawRequest,
    VisitorTerms,
)

_PATIENCE_SECONDS = 30.0

_T = TypeVar("_T", InboundMessage, DeliveryReport)
_E = TypeVar("_E", bound=ChannelError)


class ConformanceError(AssertionError):
    """An adapter breaks the contract; the text says which promise."""


class Mood(StrEnum):
    """How the provider's double treats the next send."""

    ACCEPTS = "accepts"
    BUSY = "busy"  # asks to slow down; takes nothing
    REFUSES = "refuses"  # a refusal for good, with a code
    BREAKS = "breaks"  # a server error that leaves open whether it took the message
    HANGS_AFTER_TAKING = "hangs after taking"  # takes the message, never answers
    UNREACHABLE = "unreachable"  # no connection at all


class Rig(Protocol):
    """What every adapter's test must be able to do. `adapter` is started; one rig serves one check.

    Above this it is a `ProviderRig`, or, where the hub itself carries the channel, a `VisitorRig`.
    """

    adapter: Adapter

    def text_request(self, text: str) -> RawRequest:
        """A genuine webhook of a new message of a customer, with a provider id of its own."""

    def tampered(self, request: RawRequest) -> RawRequest:
        """The same with what is signed changed after it was signed: the content, or who a bearer's token says he is."""

    def unsigned(self, request: RawRequest) -> RawRequest:
        """The same without any proof of where it comes from."""

    def unreadable_request(self) -> RawRequest:
        """A genuine webhook that is not what the provider documents."""

    def report_request(self, reference: str, state: DeliveryState) -> RawRequest | None:
        """A genuine delivery report on our message; None if the provider never reports that state."""

    def outbound(self, reference: str, text: str) -> OutboundMessage:
        """A message that the account may send."""


@runtime_checkable
class ProviderRig(Rig, Protocol):
    """The double of a provider."""

    async def set_mood(self, mood: Mood) -> None:
        """From now on the provider treats sends like this."""

    def taken(self) -> list[str]:
        """Texts of the messages that the provider has taken, oldest first."""

    async def settle(self) -> None:
        """Wait until the provider has done what it does by itself, such as sending what it took."""

    async def customer_writes(self, text: str) -> str:
        """A customer's message reaches the provider, and its webhook is lost on the way. Returns the provider id."""


@runtime_checkable
class VisitorRig(Rig, Protocol):
    """A site and its visitors, for a channel that the hub carries itself. `now` is the adapter's time (µs)."""

    terms: VisitorTerms
    now: int

    def identity(self, subject: str) -> str:
        """The signed word of the site's server on a visitor of its own, as the site's developer would write it."""

    def text_by(self, token: str, message_id: str, text: str) -> RawRequest:
        """A message of whoever holds this token, with the id that his browser gave it (a UUID)."""


def expect(holds: bool, promise: str) -> None:
    """A promise of the contract, in words for the one who breaks it."""
    if not holds:
        raise ConformanceError(promise)


def only(kind: type[_T], items: tuple[Inbound, ...]) -> _T:
    """The one item, of the one kind."""
    if len(items) != 1 or not isinstance(items[0], kind):
        raise ConformanceError(f"one {kind.__name__} was expected, not {[type(item).__name__ for item in items]}")
    return items[0]


def expect_raises(kind: type[ChannelError], act: Callable[[], object], what: str) -> None:
    """The act must raise this error and no other."""
    try:
        act()
    except kind:
        return
    except Exception as error:
        raise ConformanceError(f"{what} must raise {kind.__name__}, not {type(error).__name__}") from error
    raise ConformanceError(f"{what} must raise {kind.__name__}")


async def expect_raises_async(kind: type[_E], work: Awaitable[object], what: str) -> _E:
    """The same for work to be awaited; an adapter without a time-out of its own fails instead of hanging."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await work
    except kind as error:
        return error
    except Exception as error:
        raise ConformanceError(f"{what} must raise {kind.__name__}, not {type(error).__name__}") from error
    raise ConformanceError(f"{what} must raise {kind.__name__}")
