"""The adapter of web chat; see `channels/contract.py` for what each method promises, docs/webchat.md for the frames.

It opens nothing and stores nothing: all it knows is in signatures. The socket, the uploads and the log are the hub's.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable

from channels.contract import Capabilities
from channels.errors import BadPayload, BadSignature, Permanent, Unsupported
from channels.messages import (
    AddressKind,
    DeliveryState,
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
from channels.webchat.address import is_site, is_storable, normalise_address, stranger_address
from channels.webchat.frames import CHANNEL, MAX_FILES, MAX_TEXT, read_frame
from channels.webchat.identity import read_identity
from channels.webchat.pages import page_of
from channels.webchat.tokens import SECOND, SESSION_SECONDS, Signer, derive

_CAPABILITIES = Capabilities(
    channel=CHANNEL,
    address_kind=AddressKind.VISITOR,
    deferred=False,
    max_text=MAX_TEXT,
    media_in=True,
    media_out=True,
    delivery_reports=True,
    read_reports=True,
    typing=True,
    counts_parts=False,
    consent_keywords=False,
    carried_by_hub=True,
)

_NO_BOOKS: tuple[Inbound, ...] = ()


def system_clock() -> int:
    """Now in µs, for whether a token is over."""
    return time.time_ns() // 1000


class WebchatAdapter:
    """Web chat of one account: any number of sites, told apart by the key that each token names."""

    capabilities = _CAPABILITIES

    def __init__(self, account: str, key: bytes, clock: Callable[[], int] = system_clock) -> None:
        self.account = account
        self._key = key
        self._clock = clock
        self._signer = Signer(account, key)

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to release."""

    def receive(self, request: RawRequest) -> Received:
        """One frame with the token of its sender in `Authorization: Bearer …`. Pure but for the clock."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise BadSignature("a visitor's token is missing")
        visitor = self._signer.visitor(token.strip(), self._clock())
        return Received(read_frame(request.body, self.account, visitor))

    async def send(self, message: OutboundMessage) -> Sent:
        """Nothing leaves: the message is sent by being committed. This only refuses what no browser could show."""
        if len(message.text) > MAX_TEXT:
            raise Unsupported(f"at most {MAX_TEXT} characters")
        if len(message.media_urls) > MAX_FILES:
            raise Unsupported(f"at most {MAX_FILES} files")
        if not message.text.strip() and not message.media_urls:
            raise Permanent("A message needs words or a file.", code="empty")
        if not is_storable(message.text):
            raise Permanent("The text contains characters that cannot be sent.", code="text")
        try:
            normalise_address(message.recipient)
        except BadPayload as error:
            raise Permanent(f"This is no visitor's address: {error}.", code="address") from None
        return Sent(message.reference, DeliveryState.SENT)

    async def look_up(self, message: OutboundMessage) -> Sent | None:
        """What the hub asks about stands in its log, where the visitor's browser reads it: it is sent."""
        return Sent(message.reference, DeliveryState.SENT)

    async def fetch_media(self, ref: MediaRef) -> Media:
        """Refused: visitors upload to the hub itself, which has the file when the message names it."""
        del ref
        raise Permanent("Files of web chat are uploaded to the hub, not fetched.", code="upload")

    async def reconcile(self, since_us: int) -> AsyncIterator[Inbound]:
        """Nothing: there are no books but the hub's own log."""
        del since_us
        for item in _NO_BOOKS:
            yield item

    def measure(self, text: str) -> TextLength:
        """One part, counted in characters."""
        return TextLength("Unicode", len(text), MAX_TEXT, 1, free=max(0, MAX_TEXT - len(text)))

    def normalise(self, address: str) -> str:
        """A stranger's random id, or `<site>:<id at the site>` of a signed visitor."""
        return normalise_address(address)

    def admit(self, terms: VisitorTerms, *, identity: str, credential: str, now: int, fresh_id: str) -> Pass:
        """The identity before the credential, which is not looked at then: two people may share one browser."""
        if not is_site(terms.site):
            raise BadSignature("this is no site")
        if identity:
            return self._admit_signed(terms, identity, now)
        if not terms.anonymous:
            raise BadSignature("this site takes visitors only that its own server has signed for")
        known = self._signer.stranger(credential, terms.site, now) if credential else None
        value = known or stranger_address(fresh_id)
        visitor = Visitor(terms.site, value, False, _until(now))
        return Pass(visitor, self._signer.session(visitor), self._signer.credential(terms.site, value, now))

    def visitor(self, token: str, *, now: int) -> Visitor:
        """Who holds this token."""
        return self._signer.visitor(token, now)

    def page(self, told: object) -> str:
        """Without user, query and fragment, where sites put names and keys."""
        return page_of(told)

    def secret(self, site: str, version: int) -> str:
        """43 characters. The site's server takes them as they stand for the key of HS256: nothing to decode."""
        return derive(self._key, f"site:{site}:{version}")

    def _admit_signed(self, terms: VisitorTerms, identity: str, now: int) -> Pass:
        secrets = [self.secret(terms.site, version) for version in terms.secret_versions]
        known = read_identity(identity, terms.site, secrets, now)
        visitor = Visitor(terms.site, known.address, True, _until(now), known.name, known.vouched)
        return Pass(visitor, self._signer.session(visitor))


def _until(now: int) -> int:
    return (now // SECOND + SESSION_SECONDS) * SECOND
