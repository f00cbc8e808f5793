"""The contract between the hub and a channel. An adapter knows one provider and nothing of the hub.

It parses raw requests into frozen messages, sends frozen messages, looks up what it is unsure of, and declares its
capabilities. Every adapter is proven by `channels/conformance.py`. How to write the next one: docs/channels.md.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from channels.messages import (
    AccountState,
    AddressKind,
    Inbound,
    Media,
    MediaRef,
    OutboundMessage,
    Pass,
    RawRequest,
    Received,
    Sent,
    TextLength,
    Visitor,
    VisitorTerms,
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the channel can do; the console shows or hides its controls by it.

    `deferred` work (SMS, mail) may wait for hours; live work (call, chat) may not. `max_text` is in characters.
    `carried_by_hub`: there is no provider in between (web chat). The commit is the sending, no outbox worker runs, what
    was delivered is what the customer's own browser acknowledged, and the only books are the hub's log.
    `self_testing`: the adapter is a `SelfTesting`.
    """

    channel: str
    address_kind: AddressKind
    deferred: bool
    max_text: int
    media_in: bool
    media_out: bool
    delivery_reports: bool
    read_reports: bool
    typing: bool
    counts_parts: bool
    consent_keywords: bool
    carried_by_hub: bool = False
    self_testing: bool = False


@runtime_checkable
class Adapter(Protocol):
    """One account at one provider. Methods raise only the errors of `channels/errors.py`."""

    account: str
    capabilities: Capabilities

    async def start(self) -> None:
        """Open what is needed (an HTTP session). Called once before anything else."""

    async def close(self) -> None:
        """Release it. May be called twice."""

    def receive(self, request: RawRequest) -> Received:
        """Verify the signature, then parse. Pure but for the clock that ends a token: same request, same answer.

        Raises `BadSignature` before it looks at anything else, `BadPayload` for what the provider does not document.
        """

    async def send(self, message: OutboundMessage) -> Sent:
        """Hand one message to the provider: at most one request leaves.

        Raises `Temporary` (not taken, try again), `Permanent` (refused), `Ambiguous` (unknown), `Unsupported`.
        """

    async def look_up(self, message: OutboundMessage) -> Sent | None:
        """Find what became of an ambiguous send at the provider, or None if it never arrived there."""

    async def fetch_media(self, ref: MediaRef) -> Media:
        """Fetch a customer's file under limits of size, type and host. Raises `Temporary` or `Permanent`."""

    def reconcile(self, since_us: int) -> AsyncIterator[Inbound]:
        """All that the provider has on its books since then (F34, F35); duplicates are the caller's to drop."""

    def measure(self, text: str) -> TextLength:
        """How the carrier will cut this text."""

    def normalise(self, address: str) -> str:
        """The address in the one form that identities are stored in. Raises `BadPayload` if it is none."""


@runtime_checkable
class SelfTesting(Adapter, Protocol):
    """An account that can be tried from end to end without a customer: `interaction-hub doctor` does so.

    A test request is signed as the provider signs, and `receive` answers it by `test_answer` and no items. It must be
    of a shape that no message of the provider can have, so that nothing can be hidden behind it.
    """

    addresses: tuple[str, ...]
    """Our own addresses that the configuration names, normalised; empty if it names none."""

    async def inspect(self, webhook_url: str) -> AccountState:
        """Ask the provider, by reads alone, whether it takes our credentials and where it posts what comes in.

        Raises `Temporary` if it cannot be asked now, `Permanent` with words that say what to do if it refuses.
        """

    def test_request(self, url: str, nonce: str) -> RawRequest:
        """A signed webhook to this address. `nonce` is 32 hexadecimal digits, chosen anew each time."""

    def test_answer(self, nonce: str) -> bytes:
        """The body that answers it. Only who has the account's own key can tell: it proves which hub was reached."""


@runtime_checkable
class VisitorChannel(Adapter, Protocol):
    """A channel whose customers come by their own browser and hold a socket to us: it says who a visitor is.

    All of it is signatures; nothing is stored. The proofs of a site's own server are checked against the secrets that
    `VisitorTerms` names, by `secret`.
    """

    def admit(self, terms: VisitorTerms, *, identity: str, credential: str, now: int, fresh_id: str) -> Pass:
        """Who it is, with a token for the next minutes. `now` is hub time (µs).

        `identity` is the signed word of the site's server (JWT, HS256), or empty; `credential` what an earlier `Pass`
        gave to this browser, or empty. A visitor without either is new: `fresh_id`. Raises `BadSignature` for an
        identity that does not hold (never falls back to a stranger), or when the site takes signed visitors only.
        """

    def visitor(self, token: str, *, now: int) -> Visitor:
        """Who holds this token. Raises `BadSignature` when it is not ours or over."""

    def page(self, told: object) -> str:
        """The page that he says he is on, as agents may see and follow it: an http(s) address, or ""."""

    def secret(self, site: str, version: int) -> str:
        """The secret that the site's server signs identities with."""
