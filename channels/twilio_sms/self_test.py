"""A webhook that we sign ourselves, to see whether the way from outside to this account is open.

It holds the two fields below and nothing else. Every message and every report of Twilio has a MessageSid, and whatever
has one more field is no test: so nothing that a customer wrote can be taken for one, and lost.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlencode, urlsplit

from channels.errors import BadPayload
from channels.messages import RawRequest, Received
from channels.twilio_sms import signature
from channels.twilio_sms.form import Fields

ACCOUNT_FIELD, NONCE_FIELD = "AccountSid", "InteractionHubTest"
_NAMES = frozenset({ACCOUNT_FIELD.encode(), NONCE_FIELD.encode()})
_NONCE = re.compile(r"[0-9a-f]{32}")
_PURPOSE = b"twilio_sms test answer:"


def make_request(url: str, account_sid: str, auth_token: str, nonce: str) -> RawRequest:
    """Signed over `url` as Twilio would sign it."""
    body = urlencode({ACCOUNT_FIELD: account_sid, NONCE_FIELD: nonce}).encode()
    parts = urlsplit(url)
    unsigned = RawRequest(
        method="POST",
        path_qs=parts.path + (f"?{parts.query}" if parts.query else ""),
        public_url=url,
        headers={"content-type": signature.FORM},
        body=body,
    )
    return signature.signed(unsigned, auth_token)


def make_answer(key: bytes, nonce: str) -> bytes:
    """What only a hub with this account's key can say to that nonce."""
    return hmac.new(key, _PURPOSE + nonce.encode(), hashlib.sha256).hexdigest().encode()


def is_test(fields: Fields) -> bool:
    """Whether a request, signed and posted to the account's own address, is a test."""
    return fields.names == _NAMES


def answer_test(fields: Fields, account_sid: str, key: bytes) -> Received:
    """Answer a test. Raises `BadPayload` for another account's, or where there is no key to answer with."""
    nonce = fields.get(NONCE_FIELD)
    if fields.get(ACCOUNT_FIELD) != account_sid or not _NONCE.fullmatch(nonce) or not key:
        raise BadPayload("a test request that is not of this account")
    return Received(items=(), reply_status=200, reply_body=make_answer(key, nonce))
