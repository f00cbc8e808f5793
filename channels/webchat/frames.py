"""One frame of a visitor's browser to frozen values: `message` and `ack` of docs/webchat.md, and nothing else.

Who the visitor is was proven before. What he typed is kept as he typed it, and refused in words if it cannot be.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from channels.errors import BadPayload
from channels.messages import AddressKind, DeliveryReport, DeliveryState, Inbound, InboundMessage, MediaRef, Visitor
from channels.webchat.address import is_storable, single_line
from channels.webchat.pages import page_of

CHANNEL = "chat"
MAX_TEXT = 4000
MAX_FILES = 5
MAX_ACKED = 200
MAX_NAME = 120
MAX_ANSWER_TO = 200

# 4,000 characters, each escaped as a pair of surrogates, and all else at its longest.
_MAX_FRAME = 64 * 1024
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class MessageFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="message"):
    """The visitor writes."""

    id: str
    text: str = ""
    files: list[str] = []
    name: str = ""
    answer_to: str = ""
    page: str = ""
    language: str = ""


class AckFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="op", tag="ack"):
    """His page has shown these messages of ours, or he has read them."""

    state: Literal["delivered", "read"]
    messages: list[str]


_DECODER = msgspec.json.Decoder(MessageFrame | AckFrame)


def read_frame(body: bytes, account: str, visitor: Visitor) -> tuple[Inbound, ...]:
    """All that one frame says. Raises `BadPayload`."""
    if len(body) > _MAX_FRAME:
        raise BadPayload(f"a frame has at most {_MAX_FRAME} bytes")
    try:
        frame = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPayload(f"not a frame of web chat: {str(error)[:200]}") from None
    if isinstance(frame, MessageFrame):
        return (_message(frame, account, visitor),)
    return _reports(frame, account, visitor)


def _message(frame: MessageFrame, account: str, visitor: Visitor) -> InboundMessage:
    files = tuple(dict.fromkeys(frame.files))
    if len(frame.text) > MAX_TEXT:
        raise BadPayload(f"text: at most {MAX_TEXT} characters")
    if not is_storable(frame.text):
        raise BadPayload("text: U+0000 and lone surrogates are no text")
    if len(files) > MAX_FILES:
        raise BadPayload(f"files: at most {MAX_FILES}")
    if not all(_ID.fullmatch(file) for file in files):
        raise BadPayload("files: not the id of an upload")
    if not frame.text.strip() and not files:
        raise BadPayload("text: a message has words or a file")
    return InboundMessage(
        channel=CHANNEL,
        account=account,
        provider_id=_claim(frame.id, visitor),
        sender_kind=AddressKind.VISITOR,
        sender=visitor.value,
        recipient=visitor.site,
        text=frame.text,
        media=tuple(MediaRef(f"upload:{file}", "") for file in files),
        # The name that a site's server signed stands above what is typed on its page.
        sender_name=visitor.name or _line("name", frame.name, MAX_NAME),
        verified=visitor.verified,
        vouched=visitor.vouched,
        answer_to=_line("answer_to", frame.answer_to, MAX_ANSWER_TO),
        page=page_of(frame.page),
        language=_language(frame.language),
    )


def _language(tag: str) -> str:
    """A language tag (RFC 5646, as far as browsers give them); anything else is as good as none."""
    return tag if _LANGUAGE.fullmatch(tag) else ""


def _claim(given: str, visitor: Visitor) -> str:
    """The id of the claim holds the visitor: whoever reuses another's id takes nothing from him."""
    message_id = given.lower()
    if not _UUID.fullmatch(message_id):
        raise BadPayload("id: must be a UUID")
    return f"{visitor.value}/{message_id}"


def _reports(frame: AckFrame, account: str, visitor: Visitor) -> tuple[DeliveryReport, ...]:
    references = tuple(dict.fromkeys(frame.messages))
    if not 1 <= len(references) <= MAX_ACKED:
        raise BadPayload(f"messages: 1 to {MAX_ACKED} ids")
    if not all(_ID.fullmatch(reference) for reference in references):
        raise BadPayload("messages: not the id of a message")
    state = DeliveryState(frame.state)
    return tuple(
        DeliveryReport(CHANNEL, account, reference, reference, state, reporter=visitor.value)
        for reference in references
    )


def _line(field: str, text: str, limit: int) -> str:
    if not is_storable(text):
        raise BadPayload(f"{field}: U+0000 and lone surrogates are no text")
    line = single_line(text)
    if len(line) > limit:
        raise BadPayload(f"{field}: at most {limit} characters")
    return line
