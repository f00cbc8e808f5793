"""Signed webhooks for the tests, by a signer written from Twilio's documentation and by the SDK's own as the judge."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlencode

from channels.messages import RawRequest

TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT_SID = "AC" + "0a" * 16
MESSAGE_SID = "SM" + "1b" * 16
BASE = "https://hub.example.com"
PATH = "/webhooks/sms/main"
FORM = "application/x-www-form-urlencoded"

Pairs = Iterable[tuple[str, str]]


def sign(url: str, params: Pairs, token: str = TOKEN) -> str:
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security, in the order in which it is written there."""
    text = url + "".join(name + value for name, value in sorted(params))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def request_of(
    params: Pairs,
    *,
    path_qs: str = PATH,
    base: str = BASE,
    token: str = TOKEN,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> RawRequest:
    """A genuine form webhook."""
    pairs = list(params)
    url = base + path_qs
    return RawRequest(
        method=method,
        path_qs=path_qs,
        public_url=url,
        headers={"content-type": FORM, "x-twilio-signature": sign(url, pairs, token), **(headers or {})},
        body=urlencode(pairs).encode(),
    )


def inbound_params(**changes: str) -> dict[str, str]:
    """The fields of a customer's message, with blanks where Twilio sends blanks."""
    return {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": MESSAGE_SID,
        "NumMedia": "0",
        "ToCity": "",
        "FromZip": "",
        "SmsSid": MESSAGE_SID,
        "FromState": "CA",
        "SmsStatus": "received",
        "FromCity": "SAN FRANCISCO",
        "Body": "Hello & 1+1=2, ünï 你好",
        "FromCountry": "US",
        "To": "+14155550100",
        "ToZip": "",
        "NumSegments": "1",
        "MessageSid": MESSAGE_SID,
        "AccountSid": ACCOUNT_SID,
        "From": "+14155550111",
        "ApiVersion": "2010-04-01",
        **changes,
    }


def inbound(**changes: str) -> RawRequest:
    """A genuine webhook of a customer's message."""
    return request_of(inbound_params(**changes).items())


def status_params(status: str = "delivered", **changes: str) -> dict[str, str]:
    """The fields of a status callback."""
    return {
        "SmsSid": MESSAGE_SID,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": "+14155550111",
        "MessageSid": MESSAGE_SID,
        "AccountSid": ACCOUNT_SID,
        "From": "+14155550100",
        "ApiVersion": "2010-04-01",
        **changes,
    }


def report(status: str = "delivered", ref: str = "ref-1", **changes: str) -> RawRequest:
    """A genuine status callback."""
    return request_of(status_params(status, **changes).items(), path_qs=f"{PATH}/status?{urlencode({'ref': ref})}")
