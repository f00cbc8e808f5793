"""The signed word of a site's own server on who its visitor is (JWT, HS256), held to docs/webchat.md."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import phonenumbers

from channels.errors import BadPayload, BadSignature
from channels.messages import AddressKind
from channels.webchat.address import signed_address, single_line
from channels.webchat.tokens import SECOND, moment, read

MAX_NAME = 120

_LONGEST = 24 * 3600 * SECOND
_LEEWAY = 60 * SECOND  # the site's clock and ours may differ
_EMAIL = re.compile(r"""[^\s@"<>(),:;\[\]\\]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])""")
_MAX_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the site's server signed for: the visitor's address, and other addresses that it vouches for."""

    address: str
    name: str
    vouched: tuple[tuple[AddressKind, str], ...]


def read_identity(token: str, site: str, secrets: Iterable[str], now: int) -> Identity:
    """Check the signature against each secret, then every claim. Raises `BadSignature` that says what is wrong."""
    for secret in secrets:
        claims = read(token, secret, "", "JWT", "jwt")
        if claims is not None:
            return _identity_of(claims, site, now)
    raise BadSignature("the identity was not signed with this site's secret")


def _identity_of(claims: Mapping[str, Any], site: str, now: int) -> Identity:
    _check_times(claims, now)
    try:
        address = signed_address(site, _text(claims, "sub"))
    except BadPayload as error:
        raise BadSignature(f"sub: {error}") from None
    name = single_line(_text(claims, "name"))
    if len(name) > MAX_NAME:
        raise BadSignature(f"name: at most {MAX_NAME} characters")
    vouched = []
    if email := _text(claims, "email").strip():
        vouched.append((AddressKind.EMAIL, _email(email)))
    if phone := _text(claims, "phone").strip():
        vouched.append((AddressKind.PHONE, _phone(phone)))
    return Identity(address, name, tuple(vouched))


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    until = moment(claims, "exp")
    if until is None:
        raise BadSignature("exp: missing")
    if until <= now:
        raise BadSignature("exp: the identity is over; sign it anew")
    if until > now + _LONGEST + _LEEWAY:
        raise BadSignature("exp: at most 24 hours ahead")
    if (moment(claims, "nbf") or 0) > now + _LEEWAY:
        raise BadSignature("nbf: the identity does not hold yet")


def _text(claims: Mapping[str, Any], name: str) -> str:
    """The claim, empty if it is absent or null. No number stands for a text: 7 and "7" would be one visitor."""
    value = claims.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadSignature(f"{name}: must be a text in quotes")
    return value


def _email(text: str) -> str:
    if len(text) > _MAX_EMAIL or not _EMAIL.fullmatch(text) or single_line(text) != text:
        raise BadSignature("email: not an e-mail address")
    return text.lower()


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise BadSignature("phone: write it with + and the country code") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadSignature("phone: too short or too long for its country")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
