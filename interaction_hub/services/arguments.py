"""The arguments of the commands as models: they refuse what is wrong before anything runs; OpenAPI is made of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from interaction_hub.domain.text import is_storable

MOST_TEXT = 10_000
MOST_MENTIONS = 10
MOST_FILES = 10
LAST_MOMENT = 2**43
"""Milliseconds: some time in the year 2248."""


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("may not hold U+0000 or half a surrogate pair")
    return text


def _zone(value: str) -> str:
    try:
        ZoneInfo(value or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is no time zone such as Europe/London") from None
    return value


Text = Annotated[str, Field(max_length=MOST_TEXT), AfterValidator(_storable)]
Note = Annotated[str, Field(max_length=1_000), AfterValidator(_storable)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Key = Annotated[str, Field(max_length=80), AfterValidator(_storable)]
Moment = Annotated[int, Field(ge=0, le=LAST_MOMENT)]


class Arguments(BaseModel):
    """What all arguments share: unknown fields and coerced types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# ---- an agent's own work -----------------------------------------------------------------------------------------
class PresenceArguments(Arguments):
    """`presence` is available, away or offline; `reason` belongs to away."""

    presence: Key
    reason: Key = ""
    after_contact: bool = False


class OfferArguments(Arguments):
    """Which offer."""

    offer: Id


class DeclineArguments(OfferArguments):
    """Which offer, and why not."""

    reason: Key


class ContactArguments(Arguments):
    """Which contact."""

    contact: Id


class TextArguments(ContactArguments):
    """Which contact, and what is written."""

    text: Text


class ReplyArguments(TextArguments):
    """Which contact, what is written, and the uploads that go with it."""

    files: Annotated[list[Id], Field(max_length=MOST_FILES)] = []


class NoteArguments(TextArguments):
    """Which contact, what is noted, and whose attention it asks for."""

    mentions: Annotated[list[Id], Field(max_length=MOST_MENTIONS)] = []


class TransferArguments(ContactArguments):
    """Which contact, and where to: a queue or an agent."""

    queue: Key = ""
    agent: Annotated[str, Field(pattern=r"^$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] = ""
    note: Text = ""


class FinishArguments(ContactArguments):
    """Which contact, and how it is filed."""

    disposition: Key
    keep_open: bool = False
    note: Text = ""


class SnoozeArguments(ContactArguments):
    """Which contact, until when (hub time, ms), and what is to be done then."""

    until: Moment
    note: Note = ""


class InteractionArguments(Arguments):
    """Which interaction."""

    interaction: Id


class RescheduleArguments(InteractionArguments):
    """Which interaction, until when now (hub time, ms), and what is to be done then."""

    until: Moment
    note: Note = ""


class DraftArguments(ContactArguments):
    """Which contact, and what has been written so far: a reply, a note, wrap-up's summary or its chosen disposition.

    `at` is when it stood there (hub time, ms; left out: now). The newest is kept, in whatever order they arrive.
    """

    kind: Literal["reply", "note", "summary", "choice"]
    text: Text
    at: Moment | None = None


class MentionArguments(Arguments):
    """Which mention."""

    mention: Id


class SettingArguments(Arguments):
    """Which setting, and its value: any JSON up to 8 KiB; null forgets it."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    value: Any


class MessageArguments(Arguments):
    """Which message."""

    message: Id


# ---- customers ---------------------------------------------------------------------------------------------------
class FactArguments(Arguments):
    """One thing that is known of a customer, as people read it."""

    label: Line
    value: Line


class CustomerArguments(Arguments):
    """Which customer, the version that was seen, and the new values; what is absent stays."""

    customer: Id
    version: Annotated[int, Field(ge=0, lt=2**62)]
    name: Line | None = None
    language: Annotated[str, Field(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4})?$")] | None = None
    tier: Key | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    facts: Annotated[list[FactArguments], Field(max_length=30)] | None = None


# ---- a supervisor's acts -----------------------------------------------------------------------------------------
class MoveArguments(ContactArguments):
    """Which waiting contact, and to which queue."""

    queue: Key


class AssignArguments(ContactArguments):
    """Which waiting contact, and to which agent."""

    agent: Id


class PriorityArguments(ContactArguments):
    """Which waiting contact, and the new band, 0 first."""

    band: Annotated[int, Field(ge=0, le=9)]


class AgentPresenceArguments(Arguments):
    """Which agent, and what his presence is from now on."""

    agent: Id
    presence: Key
    reason: Key = ""
