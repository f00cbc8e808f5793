"""The frozen values that pass between the hub and an adapter. No dict travels past the adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class AddressKind(StrEnum):
    """Kinds of identity that a channel can bring: the identity's value is normalised by its kind."""

    PHONE = "phone"
    EMAIL = "email"
    VISITOR = "visitor"


class DeliveryState(StrEnum):
    """Where an outbound message stands, in rank order; `rank` never goes back, a final state wins."""

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """Place in the one-way order. A later report with a lower rank is ignored."""
        return _RANK[self]


_RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENDING: 1,
    DeliveryState.UNKNOWN: 2,
    DeliveryState.SENT: 3,
    DeliveryState.DELIVERED: 5,
    DeliveryState.READ: 6,
    DeliveryState.FAILED: 5,
}


class Consent(StrEnum):
    """What a customer's keyword said about being written to (STOP, START, HELP)."""

    STOP = "stop"
    START = "start"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook as it came: method, the path with its query exactly as sent, headers lower-cased, body bytes.

    `public_url` is the address that the provider called, built from the configured public base and `path_qs`, never
    from what a proxy's headers claim.
    """

    method: str
    path_qs: str
    public_url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file that the customer sent: where the provider keeps it, what it says it is, and the name that he gave it.

    `upload:<id>` is a file that was uploaded to the hub itself.
    """

    url: str
    content_type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message of a customer. `(account, provider_id, "message")` is its claim: it is taken once.

    `verified` says that the channel vouches for the sender (not only for the message), `vouched` names other addresses
    that it vouches for: whoever is known by one of them is this customer. `answer_to` is where a visitor who leaves
    asks for the answer, as he typed it; nobody vouches for it. `language` is the tag of the page that he reads.
    """

    channel: str
    account: str
    provider_id: str
    sender_kind: AddressKind
    sender: str
    recipient: str
    text: str
    thread: str = ""
    media: tuple[MediaRef, ...] = ()
    consent: Consent | None = None
    sender_name: str = ""
    verified: bool = False
    vouched: tuple[tuple[AddressKind, str], ...] = ()
    answer_to: str = ""
    page: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message that we sent. `reference` is ours (the touchpoint id), as the adapter planted it.

    `reporter` is set where customers themselves report (web chat): the message must have been addressed to him.
    """

    channel: str
    account: str
    provider_id: str
    reference: str
    state: DeliveryState
    error_code: str = ""
    reason: str = ""
    reporter: str = ""


Inbound = InboundMessage | DeliveryReport


@dataclass(frozen=True, slots=True)
class Received:
    """All that one webhook said, with the answer that the provider expects once it is committed."""

    items: tuple[Inbound, ...]
    reply_status: int = 204
    reply_body: bytes = b""
    reply_content_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message to send. `reference` is stable over retries and comes back in delivery reports.

    For `look_up`, where the provider keeps no reference: `attempted_at_us` is when the first attempt began (0 = not
    known), `known_ids` the provider ids of other messages of the same text to the same customer: not this one.
    """

    reference: str
    sender: str
    recipient: str
    text: str
    callback_url: str
    media_urls: tuple[str, ...] = ()
    attempted_at_us: int = 0
    known_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message: its id there, and the state it gave at once."""

    provider_id: str
    state: DeliveryState
    error_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A fetched file: the bytes, and the type that was found by looking at them, not the one that was claimed."""

    content: bytes
    content_type: str
    extension: str


@dataclass(frozen=True, slots=True)
class TextLength:
    """How a text will be cut by the carrier: characters used and free in the last part, parts, and what forced UCS-2.

    `units`, `per_part` and `free` (left in the last part) count in the encoding's units; `offenders` are the characters
    outside of GSM 7-bit.
    """

    encoding: str
    units: int
    per_part: int
    parts: int
    offenders: tuple[str, ...] = field(default=())
    free: int = 0


@dataclass(frozen=True, slots=True)
class AccountState:
    """What a provider says of our account, in words for an admin: how it stands, what is wrong, what may be meant."""

    words: str
    wrong: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitorTerms:
    """What a site asks of its visitors: its key, which versions of its secret hold, and whether strangers may write."""

    site: str
    secret_versions: tuple[int, ...]
    anonymous: bool = True


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who somebody on a site is. `value` is the normalised address (kind `visitor`).

    `verified` visitors were signed for by the site's server, which may vouch for other addresses of theirs, too.
    `until` is when the token ends (hub time, µs).
    """

    site: str
    value: str
    verified: bool
    until: int
    name: str = ""
    vouched: tuple[tuple[AddressKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """An admitted visitor: a token for the next minutes, and what a stranger's browser keeps to be known again.

    `credential` is empty for verified visitors: they are signed for anew on each page.
    """

    visitor: Visitor
    token: str
    credential: str = ""
