"""The form fields of the carrier's webhooks, as Twilio documents them; what it does not know it sends as blanks."""

from __future__ import annotations

from interaction_hub.demo.carrier_store import API, StoredMessage, now, rough_segments


def inbound_fields(message: StoredMessage, account_sid: str, base_url: str) -> dict[str, str]:
    """https://www.twilio.com/docs/messaging/guides/webhook-request"""
    media = f"{base_url}{API}/Accounts/{account_sid}/Messages/{message.sid}/Media/"
    places = {f"{side}{part}": "" for side in ("From", "To") for part in ("City", "State", "Zip", "Country")}
    files = {f"MediaUrl{i}": media + file.sid for i, file in enumerate(message.media)}
    kinds = {f"MediaContentType{i}": file.content_type for i, file in enumerate(message.media)}
    own = {
        "SmsMessageSid": message.sid,
        "Body": message.body,
        "NumMedia": str(len(message.media)),
        "NumSegments": str(rough_segments(message.body)),
    }
    return _common_fields(message, account_sid, "received") | own | places | files | kinds


def status_fields(message: StoredMessage, account_sid: str) -> dict[str, str]:
    """https://www.twilio.com/docs/messaging/guides/track-outbound-message-status"""
    fields = _common_fields(message, account_sid, message.status) | {"MessageStatus": message.status}
    if message.status in ("failed", "undelivered"):
        fields["ErrorCode"] = str(message.error_code or 30008)
    if message.status in ("delivered", "undelivered"):
        fields["RawDlrDoneDate"] = now().strftime("%y%m%d%H%M")
    return fields


def _common_fields(message: StoredMessage, account_sid: str, status: str) -> dict[str, str]:
    return {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "From": message.from_number,
        "To": message.to_number,
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsStatus": status,
    }
