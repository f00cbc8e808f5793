"""Signed form fields to frozen values: a customer's message, or a report on one of ours."""

from __future__ import annotations

import re
import unicodedata

from channels.errors import BadPayload
from channels.messages import AddressKind, DeliveryReport, DeliveryState, InboundMessage, MediaRef
from channels.twilio_sms.address import provider_address
from channels.twilio_sms.error_words import explain
from channels.twilio_sms.form import Fields
from channels.twilio_sms.keywords import find_consent

CHANNEL = "sms"
MAX_MEDIA = 10

# message_enum_status of twilio-oai; receiving and received are of inbound messages and never a report on ours.
STATES: dict[str, DeliveryState] = {
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "queued": DeliveryState.QUEUED,
    "sending": DeliveryState.SENDING,
    "sent": DeliveryState.SENT,
    # Some parts or recipients only: not proof that it was read whole, so no more than sent.
    "partially_delivered": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "undelivered": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}

_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_CODE = re.compile(r"[0-9]{1,6}")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,60}")
_REFERENCE = re.compile(r"[ -~]{0,200}")


def read_inbound(fields: Fields, account: str, account_sid: str) -> InboundMessage:
    """A customer's message. https://www.twilio.com/docs/messaging/guides/webhook-request"""
    _expect_account(fields, account_sid)
    text = fields.get("Body")
    return InboundMessage(
        channel=CHANNEL,
        account=account,
        provider_id=_message_sid(fields),
        sender_kind=AddressKind.PHONE,
        sender=provider_address(fields.need("From")),
        recipient=provider_address(fields.need("To")),
        text=text,
        media=tuple(_media(fields, index) for index in range(_media_count(fields))),
        consent=find_consent(text, fields.get("OptOutType")),
        sender_name=single_line(fields.get("ProfileName")),
    )


def read_report(fields: Fields, account: str, account_sid: str, reference: str) -> DeliveryReport:
    """A status callback. https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    _expect_account(fields, account_sid)
    if not _REFERENCE.fullmatch(reference):
        raise BadPayload("ref is not a reference of ours")
    code = fields.get("ErrorCode")
    if code and not _CODE.fullmatch(code):
        raise BadPayload("ErrorCode is not a number")
    return make_report(account, _message_sid(fields), reference, fields.need("MessageStatus"), code)


def make_report(account: str, sid: str, reference: str, status: str, code: str) -> DeliveryReport:
    """A report from Twilio's word for the state. Raises `BadPayload` for a word that is not of outbound messages."""
    state = STATES.get(status)
    if state is None:
        raise BadPayload("MessageStatus is not one of an outbound message")
    return DeliveryReport(
        channel=CHANNEL,
        account=account,
        provider_id=sid,
        reference=reference,
        state=state,
        error_code=code,
        reason=_reason(status, code),
    )


def single_line(text: str, limit: int = 100) -> str:
    """A name on one line: controls, line breaks and invisible marks become one space, and it is cut."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") else c for c in text)
    return " ".join(kept.split())[:limit]


def _reason(status: str, code: str) -> str:
    if status == "partially_delivered":
        return "Only a part of the message was delivered."
    if status == "canceled":
        return "The message was cancelled before it was sent."
    if STATES[status] is DeliveryState.FAILED:
        return explain(code)
    return ""


def _expect_account(fields: Fields, account_sid: str) -> None:
    # Also the guard of the signature's one weakness: names and values are signed without a separator, so that
    # text could be moved over a border. Every border that matters is checked by the shape of its fields.
    if fields.need("AccountSid") != account_sid:
        raise BadPayload("AccountSid is not this account's")


def _message_sid(fields: Fields) -> str:
    sid = fields.need("MessageSid")
    if not _SID.fullmatch(sid):
        raise BadPayload("MessageSid is not a message's sid")
    return sid


def _media_count(fields: Fields) -> int:
    text = fields.get("NumMedia") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 2 or int(text) > MAX_MEDIA:
        raise BadPayload(f"NumMedia is not a number from 0 to {MAX_MEDIA}")
    return int(text)


def _media(fields: Fields, index: int) -> MediaRef:
    kind = fields.get(f"MediaContentType{index}").lower()
    known = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
    return MediaRef(url=single_line(fields.need(f"MediaUrl{index}"), 2000), content_type=known)
