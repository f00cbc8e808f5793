"""The catalogue of events: everything that changes state, one frozen struct a kind, with its fields.

Events hold ids, enumerations, numbers and salted digests, never text, names or addresses (decisions 15), so that
erasing a customer leaves the chain whole. The payload's bytes are hashed exactly as they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

VERSION = 1
"""Version of the payloads written now; older ones are lifted on read, never rewritten."""


class Body(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True):
    """What all event bodies share: the tag `kind` in the payload."""


# ---- log and cluster -------------------------------------------------------------------------------------------
class LeaseTaken(Body, frozen=True, tag=True):
    """A node became the dispatcher; writes of an older epoch are refused from here on."""

    lease: str
    node: str
    epoch: int


class AnchorWritten(Body, frozen=True, tag=True):
    """The hash at a position was also written outside of the database."""

    anchored: int
    hash_hex: str


class RulesPublished(Body, frozen=True, tag=True):
    """Queues, skills, agents and the other documents changed together to this version."""

    version: int
    waiting: str
    documents: int


class UserChanged(Body, frozen=True, tag=True):
    """A person may sign in, in this role (or no more)."""

    user: str
    role: str
    active: bool


class SignedIn(Body, frozen=True, tag=True):
    """A session began."""

    user: str


class SignedOut(Body, frozen=True, tag=True):
    """A session ended: by its user, by an admin, or by age."""

    user: str
    reason: str


class PasswordLinkMade(Body, frozen=True, tag=True):
    """A link with which one password can be set once: `setup` for the first admin, `reset` for somebody else."""

    user: str
    purpose: str


class ConversationRead(Body, frozen=True, tag=True):
    """A supervisor opened a conversation to read it silently: the one trace that this leaves (decisions 35)."""

    contact: str
    interaction: str
    customer: str
    user: str


# ---- customers -------------------------------------------------------------------------------------------------
class CustomerCreated(Body, frozen=True, tag=True):
    """Somebody unknown approached for the first time."""

    customer: str


class CustomerChanged(Body, frozen=True, tag=True):
    """Fields of a customer were edited; which, not what."""

    customer: str
    version: int
    fields: tuple[str, ...]


class IdentityAdded(Body, frozen=True, tag=True):
    """An address belongs to a customer from now on."""

    identity: str
    customer: str
    address_kind: str


class ConsentChanged(Body, frozen=True, tag=True):
    """A customer forbade (`stop`) or allowed (`start`) being written to from an account."""

    identity: str
    customer: str
    account: str
    consent: str


# ---- interactions and touchpoints ------------------------------------------------------------------------------
class InteractionOpened(Body, frozen=True, tag=True):
    """A new episode with a customer."""

    interaction: str
    customer: str
    channel: str
    account: str


class InteractionReopened(Body, frozen=True, tag=True):
    """The customer came back inside of the reopen window."""

    interaction: str
    customer: str


class InteractionClosed(Body, frozen=True, tag=True):
    """The episode is over: `wrap_up` or `idle`."""

    interaction: str
    customer: str
    reason: str


class InteractionSnoozed(Body, frozen=True, tag=True):
    """The agent put the episode away until a time (hub time); it comes back to him (decisions 3)."""

    interaction: str
    customer: str
    agent: str
    until: int


class InteractionWoken(Body, frozen=True, tag=True):
    """A snoozed episode is snoozed no more: `due`, `by_hand`, `done`, or the `customer` wrote."""

    interaction: str
    customer: str
    agent: str
    reason: str


class AgentMentioned(Body, frozen=True, tag=True):
    """A note asks for somebody's attention; `agent` is the one who is asked."""

    mention: str
    touchpoint: str
    interaction: str
    customer: str
    agent: str
    author: str


class MentionRead(Body, frozen=True, tag=True):
    """The one who was asked has seen it."""

    mention: str
    agent: str


class SurveyAnswered(Body, frozen=True, tag=True):
    """The customer rated a conversation, 1 to 5; `agent` is the one who led it."""

    touchpoint: str
    interaction: str
    customer: str
    contact: str
    agent: str
    score: int


class TouchpointAdded(Body, frozen=True, tag=True):
    """One dated entry of the history. `digest` is an HMAC of the text with the touchpoint's own salt."""

    touchpoint: str
    interaction: str
    customer: str
    channel: str
    touchpoint_kind: str
    direction: str
    seq: int
    digest: str
    contact: str = ""
    agent: str = ""


class DeliveryChanged(Body, frozen=True, tag=True):
    """The carrier reported on a message that we sent."""

    touchpoint: str
    interaction: str
    state: str
    code: str = ""
    contact: str = ""


class AttachmentFetched(Body, frozen=True, tag=True):
    """A file that a customer sent is `kept`, or `refused`. `size` is in bytes."""

    touchpoint: str
    interaction: str
    state: str
    contact: str = ""
    size: int = 0


# ---- contacts --------------------------------------------------------------------------------------------------
class ContactQueued(Body, frozen=True, tag=True):
    """A contact was made and waits. `arrival` orders equal virtual starts exactly as the log does."""

    contact: str
    interaction: str
    customer: str
    queue: str
    channel: str
    band: int
    virtual_start: int
    arrival: int
    entered: int
    epoch: int
    rules_version: int
    preferred_agent: str = ""
    preferred_until: int = 0
    transferred_from: str = ""


class ContactOffered(Body, frozen=True, tag=True):
    """The contact is shown to one agent until the deadline."""

    offer: str
    contact: str
    agent: str
    queue: str
    deadline: int
    epoch: int
    load_version: int
    rule: str
    step: int


class OfferAccepted(Body, frozen=True, tag=True):
    """The agent took it. `waited` is µs from the entry into the queue."""

    offer: str
    contact: str
    agent: str
    queue: str
    channel: str
    epoch: int
    load_version: int
    waited: int


class ContactTaken(Body, frozen=True, tag=True):
    """A new contact that was never offered: a supervisor took it over, or an agent opened what he had snoozed."""

    contact: str
    interaction: str
    customer: str
    agent: str
    queue: str
    channel: str
    epoch: int
    load_version: int
    taken_from: str = ""


class HelperJoined(Body, frozen=True, tag=True):
    """A supervisor stepped in: he writes beside the agent, and the customer is told."""

    contact: str
    agent: str
    helper: str


class HelperLeft(Body, frozen=True, tag=True):
    """The supervisor stepped out again."""

    contact: str
    agent: str
    helper: str


class OfferDeclined(Body, frozen=True, tag=True):
    """The agent said no; the contact waits again at its old place."""

    offer: str
    contact: str
    agent: str
    queue: str
    reason: str
    epoch: int
    load_version: int


class OfferExpired(Body, frozen=True, tag=True):
    """The agent missed it; the contact waits again at its old place."""

    offer: str
    contact: str
    agent: str
    queue: str
    epoch: int
    load_version: int
    missed_in_row: int
    back_off_until: int


class OfferWithdrawn(Body, frozen=True, tag=True):
    """The offer was taken back. `requeued` is false when the contact itself ended."""

    offer: str
    contact: str
    agent: str
    queue: str
    reason: str
    epoch: int
    load_version: int
    requeued: bool
    missed_in_row: int = 0


class OfferLost(Body, frozen=True, tag=True):
    """The agent's console was gone for longer than the grace; the contact waits again at its old place."""

    offer: str
    contact: str
    agent: str
    queue: str
    epoch: int
    load_version: int
    missed_in_row: int = 0


class ContactModeChanged(Body, frozen=True, tag=True):
    """Live, held, or paused because we wait for the customer."""

    contact: str
    agent: str
    channel: str
    mode: str
    load_version: int


class ContactWrapping(Body, frozen=True, tag=True):
    """The conversation is over, the agent files it until the deadline. `talked` and `held` are µs."""

    contact: str
    agent: str
    queue: str
    channel: str
    until: int
    talked: int
    held: int
    load_version: int


class WrapUpExtended(Body, frozen=True, tag=True):
    """The agent asked for more time."""

    contact: str
    agent: str
    until: int


class ContactEnded(Body, frozen=True, tag=True):
    """The pass through the queue is over. `handled` is µs of talk, hold and wrap-up; `waited` µs for an abandon."""

    contact: str
    queue: str
    channel: str
    outcome: str
    was: str
    agent: str = ""
    disposition: str = ""
    load_version: int = 0
    idle_since: int = 0
    waited: int = 0
    handled: int = 0


class MoveRequested(Body, frozen=True, tag=True):
    """A supervisor wants a waiting contact in another queue."""

    contact: str
    queue: str


class AssignRequested(Body, frozen=True, tag=True):
    """A supervisor wants a waiting contact offered to one agent."""

    contact: str
    agent: str


class PriorityRequested(Body, frozen=True, tag=True):
    """A supervisor wants a waiting contact in another band."""

    contact: str
    band: int


class ContactMoved(Body, frozen=True, tag=True):
    """The dispatcher's answer to a move or a new band: the contact waits there with its old virtual start."""

    contact: str
    queue: str
    from_queue: str
    band: int
    epoch: int
    rules_version: int
    virtual_start: int


class RequestRefused(Body, frozen=True, tag=True):
    """The dispatcher's answer when a request by hand came too late or made no sense."""

    contact: str
    request: str
    reason: str


# ---- agents ----------------------------------------------------------------------------------------------------
class PresenceChanged(Body, frozen=True, tag=True):
    """What an agent chose, or what the system set for him, and whether a living console confirms it."""

    agent: str
    presence: str
    reason: str
    set_by: str
    confirmed: bool
    since: int
    idle_since: int
    load_version: int
    after_contact: bool = False


KINDS: tuple[type[Body], ...] = tuple(Body.__subclasses__())


def _build_decoder() -> msgspec.json.Decoder[Body]:
    union: Any = KINDS[0]
    for kind in KINDS[1:]:
        union = union | kind
    return msgspec.json.Decoder(union)


_decoder = _build_decoder()
_encoder = msgspec.json.Encoder()


def encode(body: Body) -> bytes:
    """The payload exactly as it is hashed and stored."""
    return _encoder.encode(body)


def decode(payload: bytes) -> Body:
    """The struct behind stored bytes. Raises `msgspec.ValidationError` for a kind that this version does not know."""
    return _decoder.decode(payload)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An event with its place in the total order: what every reader of the log gets."""

    position: int
    at: int
    actor: str
    correlation: str
    body: Body

    @property
    def kind(self) -> str:
        """The name of the event, in the past tense."""
        return type(self.body).__name__


SUBJECT_FIELDS = ("customer", "interaction", "contact", "agent", "queue", "offer", "touchpoint", "user")


_SUBJECTS_OF = {kind: tuple(name for name in SUBJECT_FIELDS if name in kind.__struct_fields__) for kind in KINDS}


def subjects(body: Body) -> str:
    """The ids that an event is about, as `field=id` joined by spaces, in the order of `SUBJECT_FIELDS`."""
    return " ".join([f"{name}={value}" for name in _SUBJECTS_OF[type(body)] if (value := getattr(body, name))])


def fields_of(body: Body) -> Mapping[str, object]:
    """The fields of an event as plain data, for the API."""
    return msgspec.to_builtins(body)  # type: ignore[no-any-return]
