"""Was this webhook signed by Twilio? Own HMAC over the raw bytes; tested against the SDK's RequestValidator.

The algorithm: https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from channels.errors import BadSignature
from channels.messages import RawRequest
from channels.twilio_sms.form import parse_pairs

FORM = "application/x-www-form-urlencoded"
SIGNATURE_HEADER = "x-twilio-signature"
SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"

_HASHES: dict[str, Callable[..., Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_URL = re.compile(r"(?P<scheme>https?)://(?P<host>\[[0-9A-Fa-f:.]+\]|[^/?#:\[\]]+)(?::(?P<port>\d+))?(?P<rest>[/?].*)?")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a webhook may be signed with: the auth token, the one before it while rotating, and a SharedKey's secret."""

    auth_token: str = field(repr=False)
    previous_auth_token: str = field(default="", repr=False)
    shared_key: str = field(default="", repr=False)

    def usable(self, settings: str) -> tuple[str, tuple[str, ...]]:
        """Algorithm and secrets for a settings header. An empty secret is no secret: it must never sign anything."""
        if settings:
            return _algorithm_of(settings), tuple(filter(None, (self.shared_key,)))
        return "HMAC_SHA1", tuple(filter(None, (self.auth_token, self.previous_auth_token)))


def verify(request: RawRequest, secrets: Secrets) -> None:
    """Raises `BadSignature` unless one of the secrets signed this request, its URL and all that it carries."""
    try:
        genuine = _is_genuine(request, secrets)
    except Exception as error:  # noqa: BLE001 - a checker that fails must refuse, whatever the reason (A1)
        raise BadSignature(f"the signature could not be checked: {type(error).__name__}") from None
    if not genuine:
        raise BadSignature("the signature is missing or wrong")


def signed(request: RawRequest, auth_token: str) -> RawRequest:
    """The same request, signed over its `public_url` by this token: for tests of our own (`self_test.py`)."""
    tail = _signed_tail(request)
    if tail is None or not auth_token:
        raise ValueError("this request cannot be signed")
    found = _sign(auth_token, request.public_url.encode() + tail, "HMAC_SHA1").decode()
    return replace(request, headers={**request.headers, SIGNATURE_HEADER: found})


def _is_genuine(request: RawRequest, secrets: Secrets) -> bool:
    given = request.headers.get(SIGNATURE_HEADER, "").encode("utf-8", "surrogateescape")
    algorithm, usable = secrets.usable(request.headers.get(SETTINGS_HEADER, ""))
    tail = _signed_tail(request)
    if not given or not usable or tail is None:
        return False
    # No short cut: each form with each secret is compared, in constant time.
    matches = [
        hmac.compare_digest(_sign(secret, url.encode() + tail, algorithm), given)
        for secret in usable
        for url in _url_forms(request.public_url)
    ]
    return any(matches)


def _sign(secret: str, message: bytes, algorithm: str) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), message, _HASHES[algorithm]).digest())


def _signed_tail(request: RawRequest) -> bytes | None:
    """What is signed after the URL; None if the body is not covered by the signature at all.

    Forms: names and values, sorted, without a separator; equal pairs count once, as in Twilio's libraries. Any other
    body is covered by `bodySHA256` in the signed URL, and must be: without it anybody could change the body.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        return b"".join(name + value for name, value in sorted(set(parse_pairs(request.body))))
    if not request.body:
        return b""
    digest = hashlib.sha256(request.body).hexdigest().encode()
    claimed = [value for name, value in parse_pairs(_query(request.public_url)) if name == b"bodySHA256"]
    covered = len(claimed) == 1 and hmac.compare_digest(digest, claimed[0].lower())
    return b"" if covered else None


def _url_forms(public_url: str) -> tuple[str, str]:
    """The URL without and with its port: Twilio's own back ends differ in which one they sign."""
    match = _URL.fullmatch(public_url)
    if match is None:
        raise ValueError("not an http URL")
    scheme, host, rest = match["scheme"], match["host"], match["rest"] or ""
    port = match["port"] or ("443" if scheme == "https" else "80")
    return f"{scheme}://{host}{rest}", f"{scheme}://{host}:{port}{rest}"


def _query(public_url: str) -> bytes:
    return public_url.partition("?")[2].encode()


def _algorithm_of(settings: str) -> str:
    """`key=…,algorithm=HMAC_SHA256`: a SharedKey's signature. Raises KeyError later for one that we do not know."""
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"
